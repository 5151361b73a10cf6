"""Case files: what is read again as it was written, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from listjobs_conformance.cases.case import CaseError, read_case, read_cases
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.schemas import CASE, load

# What a run writes.


def test_a_case_is_valid_and_says_all_that_a_person_needs(case_file: Path) -> None:
    document = json.loads(case_file.read_text())
    jsonschema.validate(document, load(CASE))
    assert document["scenario"] == "listing"
    assert document["doing"] == [
        {"query": {"status": document["doing"][0]["query"]["status"]}, "split": 0}
    ]
    assert len(document["world"]["jobs"]) == 1
    assert [request["decisive"] for request in document["requests"]] == [False, True]
    decisive = document["requests"][1]["answer"]
    assert decisive["jobs"] == [document["world"]["jobs"][0]["jobId"]]
    assert decisive["form"]["contentType"] == "application/json"
    assert "Time" not in case_file.read_text()


def test_a_case_reads_back_as_it_was_written(folder: Path, tmp_path: Path) -> None:
    for case in read_cases([folder]):
        case.write(tmp_path / case.name)
        assert read_case(tmp_path / case.name) == case


# What is no case.


def broken(text: str) -> Iterator[tuple[str, str, str]]:
    good = json.loads(text)

    def changed(words: str, **changes: Any) -> tuple[str, str, str]:
        return words, json.dumps({**good, **changes}), words

    yield "no JSON", "{", "is no JSON"
    yield "no object", "[]", "is not of type 'object'"
    yield "empty", "{}", "required property"
    yield "deep", "[" * 1000 + "]" * 1000, "is no case"
    yield (
        "deep doing",
        json.dumps({**good, "doing": 0}).replace('"doing": 0', '"doing": ' + "[" * 900 + "]" * 900),
        "is no case",
    )
    yield changed("its version is 2", version=2)
    yield changed("no scenario 'listin': did you mean listing?", scenario="listin")
    yield changed(
        "no requirement 'filter/stats': did you mean filter/status?", requirement="filter/stats"
    )
    yield changed("at requests", requests=[])
    yield changed("at fingerprint", fingerprint="x")
    yield changed("at doing", doing=[])
    yield changed(
        "at doing/what",
        scenario="tokens",
        doing={
            "what": "explode",
            "ask": {"query": {}, "split": 0},
            "other": {"query": {}, "split": 0},
        },
    )
    yield changed("world", world={"jobs": [{"jobId": "a b"}]})
    yield changed(
        "beside the group that is missing",
        scenario="missing",
        doing={"by": "thing_group_name", "name": "g"},
    )
    yield changed("more", more=1)


def test_what_is_no_case_is_refused_with_the_file_and_the_place(
    case_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "broken.listjobs.json"
    for name, text, words in broken(case_file.read_text()):
        path.write_text(text)
        with pytest.raises(CaseError) as refused:
            read_case(path)
        assert words in str(refused.value), name
        assert str(path) in str(refused.value)
        assert "\n" not in str(refused.value)
    with pytest.raises(CaseError, match="cannot read"):
        read_case(tmp_path / "none.listjobs.json")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(CaseError, match="holds no case"):
        read_cases([tmp_path / "nothing"])


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listjobs_conformance.cases.case.LARGEST", 100)
    path = tmp_path / "large.listjobs.json"
    path.write_text(" " * 101)
    with pytest.raises(CaseError, match="larger than 100 bytes"):
        read_case(path)


def test_requirements_of_every_family_can_be_named() -> None:
    pattern = load(CASE)["properties"]["requirement"]["pattern"]
    for requirement in CATALOGUE:
        jsonschema.validate(requirement.id, {"pattern": pattern})
