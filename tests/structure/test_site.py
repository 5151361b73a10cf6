"""The site: built strictly, complete, and without anything from another host."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from listjobs_conformance.config.options import OPTIONS
from listjobs_conformance.contract import CATALOGUE

pytest.importorskip("material", reason="the extra `docs` is not installed")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    """The hook that makes pages."""
    spec = importlib.util.spec_from_file_location("pages", ROOT / "docs" / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it is built."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert built.returncode == 0, built.stderr
    return folder


def test_every_requirement_has_a_page_that_tells_its_story(site: Path) -> None:
    for requirement in CATALOGUE:
        page = (site / "requirements" / requirement.id / "index.html").read_text()
        for heading in ("Usual mistakes, and how each is mended", "Faults that show it"):
            assert heading in page, requirement.id
        assert "https://" in page


def test_nothing_is_fetched_from_another_host(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text()
        fetched = re.findall(r"<(?:script|img|iframe)[^>]*\bsrc=\"?(https?:)?//", text)
        linked = re.findall(r"<link[^>]*rel=\"?(?:stylesheet|preconnect|icon)\"?[^>]*//", text)
        assert not fetched, page
        assert not linked, page


def test_what_markdown_would_take_for_its_own_is_escaped(pages: ModuleType) -> None:
    assert pages.plain("1 to 128 of [a-zA-Z0-9:_-] | <b> & `x`") == (
        r"1 to 128 of \[a-zA-Z0-9:\_-\] &#124; &lt;b> &amp; \`x\`"
    )
    patterned = pages.pages()["requirements/error/thing-group-name.md"]
    assert r"\[a-zA-Z0-9:\_-\]" in patterned


def test_every_family_says_what_it_is_about(pages: ModuleType) -> None:
    assert set(pages.FAMILIES) == {requirement.family for requirement in CATALOGUE}


def test_every_option_is_on_the_page_of_options(pages: ModuleType) -> None:
    text = pages.pages()["options.md"]
    assert [name for name in OPTIONS if f"`{name}`" not in text] == []
