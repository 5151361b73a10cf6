"""The faults: what implementers of ListJobs get wrong, one named class each, by family."""
