"""What a user can say about a run, and where it was said: options, files, environment.

It carries nothing out: a choice becomes settings and a target, and ``run`` takes it from there.
"""
