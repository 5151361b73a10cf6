"""A property-based conformance suite for implementations of AWS IoT Core ``ListJobs``.

ARCHITECTURE.md shows the rooms and the way of one example through them.
"""
