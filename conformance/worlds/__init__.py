"""What stands on a target: worlds made, found or given, how they are listed and cleared away.

It asks and records. What an answer means is not for it to say (``contract``), nor what is asked
(``scenarios``).
"""
