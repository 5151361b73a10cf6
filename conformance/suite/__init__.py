"""The suite as tests, for ``pytest --pyargs listjobs_conformance.suite``."""
