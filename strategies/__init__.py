"""Hypothesis strategies: what a run draws, and how what was drawn is made simpler.

They know the model and nothing else: no target, no session, no requirement.
"""
