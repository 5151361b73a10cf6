"""AWS accounts: where credentials come from, where they do not go, and what is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.errors import UsageError
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import TargetError
from listjobs_conformance.wire.signing import OFFLINE_KEYS

from ..helpers.runs import failures
from .conftest import Serve


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    """Credentials in the environment, and no others."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    secrets = ("AKIAQQQQQQQQQQQQQQQQ", "SECRETsecretSECRETsecret", "TOKENtokenTOKENtoken")
    for name, value in zip(
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), secrets, strict=True
    ):
        monkeypatch.setenv(name, value)
    return secrets


def test_credentials_come_from_where_boto3_finds_them_and_reach_no_report(
    account: tuple[str, str, str],
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    seen: list[Mapping[str, str]] = []
    server = ReferenceServer(("status-ignored",))

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        seen.append(environ)
        return server(environ, start_response)

    monkeypatch.setenv("AWS_ENDPOINT_URL_IOT", serve(app))
    target = open_target("aws:eu-west-1", Options())
    assert (target.settle, target.reset_with) == (5.0, None)
    settings = Settings(
        select(["filter/status", "access/*"]),
        budget="quick",
        settle=0.0,
        check_access=True,
        ledgers=tmp_path,
    )
    report = check(target, settings)
    assert failures(report) >= {"filter/status"}
    used = [environ["HTTP_AUTHORIZATION"] for environ in seen if "HTTP_AUTHORIZATION" in environ]
    assert any(f"Credential={account[0]}/" in header for header in used)
    assert any("/eu-west-1/iot/" in header for header in used)
    assert any(environ.get("HTTP_X_AMZ_SECURITY_TOKEN") == account[2] for environ in seen)
    text = orjson.dumps(report.document()).decode()
    signatures = {header.rpartition("Signature=")[2] for header in used}
    assert not any(secret in text for secret in (*account, *signatures))


def test_a_profile_signs_for_any_url(
    account: tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile gate]\naws_access_key_id = AKIAGATE\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    target = open_target("http://127.0.0.1:1", Options(profile="gate"))
    assert target.credentials.access_key == "AKIAGATE"
    assert open_target("http://127.0.0.1:1", Options()).credentials is OFFLINE_KEYS
    with pytest.raises(TargetError, match="nope"):
        open_target("http://127.0.0.1:1", Options(profile="nope"))


def test_an_account_without_credentials_is_named(
    account: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(TargetError, match="no AWS credentials were found"):
        open_target("aws:us-east-1", Options())


def test_an_account_is_written_to_only_where_that_is_allowed(
    account: tuple[str, str, str],
) -> None:
    with pytest.raises(UsageError, match="--allow-writes"):
        check(open_target("aws:us-east-1", Options()), Settings(select()))
