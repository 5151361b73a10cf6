"""The variations: what the contract leaves open, one named class each, by subject."""
