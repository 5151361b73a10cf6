"""Cases: counterexamples as files. Their format, how they are recorded, replayed, and exported.

It judges nothing itself: what a replayed case shows, the engine evaluates.
"""
