"""Faults by algebra: what is done wrong, apart from when, and none of it written by hand.

A *lie* says what is done wrong and a *trigger* when; ``lose@filter=status+page=last`` is the pair
of both. Nobody wrote these servers by hand, so nobody had the checks in mind.
"""

from .pairs import CHOOSING, MEASURED, Pair, pair_as_fault, pairs, parse_pair

__all__ = ["CHOOSING", "MEASURED", "Pair", "pair_as_fault", "pairs", "parse_pair"]
