"""A property-based conformance suite for implementations of AWS IoT Core ``ListJobs``."""
