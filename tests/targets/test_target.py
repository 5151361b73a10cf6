"""Targets: which of them are this machine."""

from __future__ import annotations

import pytest

from listjobs_conformance.targets.target import is_loopback


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:5000", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:80", True),
        ("http://localhost:4566", True),
        ("http://192.0.2.1", False),
        ("http://[2001:db8::1]", False),
        ("https://iot.eu-west-1.amazonaws.com", False),
        ("http://127.0.0.1.example.com", False),
    ],
)
def test_what_counts_as_this_machine(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
