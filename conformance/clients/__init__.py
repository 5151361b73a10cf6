"""Real clients, made to list the jobs of a target: AWS's own, each in a module.

They collect and record, and judge nothing: what differs from this suite's own walks, ``contract``
says.
"""
