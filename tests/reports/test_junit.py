"""``junit.xml``: what each verdict becomes, and that every reader of XML can read it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from listjobs_conformance.reports import files, junit
from listjobs_conformance.reports.record import Report

from .conftest import FAILED, Judged
from .hostile import HOSTILE, LONE, hostile


def cases(report: Report, folder: Path) -> dict[str, ElementTree.Element]:
    junit.write(report, folder)
    root = ElementTree.parse(folder / junit.NAME).getroot()
    return {str(case.get("name")): case for case in root.iter("testcase")}


@pytest.mark.parametrize(
    ("verdict", "level", "tag", "message"),
    [
        ("fail", "documented", "failure", "status="),
        ("unexpected-pass", "documented", "failure", "the reason"),
        ("unexpected-pass", "observed", "failure", "the reason"),
        ("inconclusive", "documented", "error", "the reason"),
        ("inconclusive", "convention", "skipped", "inconclusive: the reason"),
        ("fail", "convention", "skipped", "note: status="),
        ("waived", "documented", "skipped", "waived: the waiver"),
        ("unexercised", "documented", "skipped", "unexercised: the reason"),
        ("pass", "documented", None, ""),
    ],
)
def test_each_verdict_is_what_a_reader_of_junit_takes_it_for(
    judged: Judged, tmp_path: Path, verdict: str, level: str, tag: str | None, message: str
) -> None:
    found = cases(judged(verdict, level), tmp_path)
    case = found[FAILED]
    assert case.get("classname") == "listjobs.filter"
    assert [child.tag for child in case] == ([tag] if tag else [])
    assert all(str(child.get("message")).startswith(message) for child in case)
    assert list(found["listing/complete"]) == []


def test_a_failure_tells_all_there_is_to_tell(judged: Judged, tmp_path: Path) -> None:
    text = cases(judged("fail"), tmp_path)[FAILED].findtext("failure")
    assert text is not None
    assert "misfiltered on page 1" in text
    assert "> 2  GET /jobs?" in text


@pytest.mark.parametrize(
    ("more", "doubt"),
    [
        ({"unjudged": "no job"}, "no job"),
        ({"required": (FAILED,)}, "required, and not exercised"),
        ({"interrupted": True}, "interrupted"),
        ({}, None),
    ],
)
def test_what_could_not_be_judged_is_not_green(
    judged: Judged, tmp_path: Path, more: dict[str, object], doubt: str | None
) -> None:
    error = cases(judged("unexercised", **more), tmp_path)[junit.JUDGED].find("error")
    assert (error is not None) == (doubt is not None)
    assert error is None or str(error.get("message")).startswith(str(doubt))


def test_counts_and_properties(judged: Judged, tmp_path: Path) -> None:
    junit.write(judged("fail"), tmp_path)
    suite = ElementTree.parse(tmp_path / junit.NAME).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "0")
    properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert properties["target"] == "reference:status-ignored"
    assert (properties["seed"], properties["budget"]) == ("0", "quick")


@pytest.mark.parametrize("verdict", ["fail", "waived", "inconclusive", "unexercised"])
def test_what_a_target_says_breaks_no_xml(judged: Judged, tmp_path: Path, verdict: str) -> None:
    found = cases(hostile(judged(verdict), LONE), tmp_path)
    assert len(found) == 4
    text = (tmp_path / junit.NAME).read_bytes().decode()
    # Tabs and carriage returns are legal, and nothing here has a use for them.
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e\ud800-\udfff\ufffe]", text)


def test_all_files_of_a_hostile_report_are_written(judged: Judged, tmp_path: Path) -> None:
    path = files.write(hostile(judged("fail"), HOSTILE), tmp_path)
    assert path == tmp_path / "report.json"
    assert {p.name for p in tmp_path.iterdir()} == {"report.json", "junit.xml", "summary.md"}
