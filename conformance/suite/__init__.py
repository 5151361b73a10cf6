"""The suite as tests: one for each requirement, for ``pytest --pyargs listjobs_conformance.suite``.

It decides nothing: a test passes, fails or skips as the report of one run says.
"""
