"""Results: what the findings of a run mean. Verdicts, waivers, and the words for both.

It decides nothing about a single answer (``contract`` does) and writes no file (``reports`` do).
"""
