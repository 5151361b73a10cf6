"""The variations: what the contract leaves open, one named class each, by subject.

Nothing of it breaks anything: a run that accuses one is wrong.
"""
