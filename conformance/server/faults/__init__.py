"""The faults: what implementers of ListJobs get wrong, one named class each, by family.

What the contract leaves open is none of them: that stands in ``variations``.
"""
