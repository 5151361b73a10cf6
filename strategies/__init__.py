"""Hypothesis strategies: what a run draws."""
