"""Credentials and endpoints of AWS accounts, found as boto3 finds them."""

from __future__ import annotations

import re
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError

from .target import TargetError

REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")


def _session(profile: str | None, region: str) -> Any:
    import boto3

    try:
        return boto3.Session(profile_name=profile, region_name=region)
    except BotoCoreError as error:
        raise TargetError(f"--profile {profile}: {error}") from None


def credentials(profile: str | None, region: str) -> Credentials:
    """What boto3's chain finds: environment, profile, web identity, container, instance."""
    try:
        found: Credentials | None = _session(profile, region).get_credentials()
        if found is not None:
            found.get_frozen_credentials()  # Asks for those that are given for a time.
    except BotoCoreError as error:
        raise TargetError(f"the AWS credentials cannot be used: {error}") from None
    if found is None:
        raise TargetError(
            "no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or give --profile"
        )
    return found


def endpoint_of(region: str, profile: str | None) -> str:
    """The URL of AWS IoT's control plane in the region, as boto3 resolves it."""
    if not REGION.fullmatch(region):
        raise TargetError(f"{region!r} is no region: give one as in aws:us-east-1")
    try:
        client = _session(profile, region).client("iot")
    except (BotoCoreError, ValueError) as error:
        raise TargetError(f"aws:{region} has no endpoint: {error}") from None
    url: str = client.meta.endpoint_url
    return url
