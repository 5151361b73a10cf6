"""Pages of the site that are made when it is built, from what the package itself says: each
requirement, the options, the operations that a target needs. So they are never older than the
code. A hook of MkDocs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from listjobs_conformance.config.options import OPTIONS
from listjobs_conformance.contract import CATALOGUE, Requirement
from listjobs_conformance.contract.requirement import DOCUMENTED
from listjobs_conformance.guide.examples import Example
from listjobs_conformance.guide.story import LEVELS, Story, story
from listjobs_conformance.targets.operations import EVERYTHING, OPERATIONS

SECTION = "Requirements"
"""The entry of the navigation that is filled in."""

FAMILIES = {
    "access": "Requests without good credentials. Asked for by `--check-access`.",
    "client": "boto3 and the AWS command collect what a walk through the pages collects.",
    "concurrency": "Walks that go on at the same time.",
    "error": "Invalid requests are refused as documented; valid ones are not.",
    "filter": "Each filter lists the jobs that match, all and only.",
    "lifecycle": "Jobs that are made, changed and deleted while they are listed.",
    "listing": "The listing of everything.",
    "pagination": "A listing in pages is the same listing.",
    "protocol": "The answer as HTTP: types, headers, encoding.",
    "summary": "What is said of each job.",
}
"""What the requirements of a family are about."""


def families() -> dict[str, list[Requirement]]:
    """The requirements by family, in alphabetical order."""
    by_id = sorted(CATALOGUE, key=lambda r: r.id)
    return {family: list(ones) for family, ones in groupby(by_id, key=lambda r: r.family)}


def pages() -> dict[str, str]:
    """Every page that is made, by its place below ``docs``."""
    made = {
        "requirements/index.md": _all(),
        "options.md": _options(),
        "operations.md": _operations(),
    }
    for family, ones in families().items():
        made[f"requirements/{family}/index.md"] = _family(family, ones)
        made |= {_place(r.id): requirement(story(r.id)) for r in ones}
    return made


def navigation() -> list[Any]:
    """The pages of requirements, a section a family."""
    return [
        "requirements/index.md",
        *(
            {
                family: [
                    f"requirements/{family}/index.md",
                    *({r.id.split("/")[1]: _place(r.id)} for r in ones),
                ]
            }
            for family, ones in families().items()
        ),
    ]


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill in the navigation."""
    for entry in config.nav or ():
        if SECTION in entry:
            entry[SECTION] = navigation()
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for place, content in pages().items():
        files.append(File.generated(config, place, content=content))
    return files


LINKED = {
    r"`listjobs-conformance targets --operations`": "operations.md",
    r"`listjobs-conformance run --help`": "options.md",
    r"`listjobs-conformance explain ([a-z]+/[a-z0-9-]+)`": r"requirements/\1.md",
}
"""Commands that tell what a page that is made tells, and that page: in a clone there are no such
pages, so the texts name the commands."""


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make links of the commands that have a page."""
    if "/" not in page.file.src_uri:
        for command, place in LINKED.items():
            markdown = re.sub(command, rf"[\g<0>]({place})", markdown)
    return markdown


# --- requirements -------------------------------------------------------------------------------


def requirement(told: Story) -> str:
    """The page of one requirement, in the order in which ``explain`` tells it."""
    one = told.requirement
    parts = [
        f"# {one.id}",
        f"**{plain(one.sentence)}**",
        f"{plain(told.level[0].upper() + told.level[1:])}. Source: {plain(one.source)} "
        f"({', '.join(f'[{link.title}]({link.url})' for link in told.links)}).",
        *(_example(told, told.example) if told.example is not None else ()),
        "## Usual mistakes, and how each is mended",
        table(("mistake", "mend"), ((plain(m.what), plain(m.mend)) for m in told.mistakes)),
        "## Faults that show it",
        "Each is the project's own server with one defect, so that the failure can be looked at.",
        fenced("sh", "\n".join(line for fault in told.faults for line in _fault(told, fault))),
        "## How it is judged",
        table(
            ("", ""),
            (
                ("exercised&nbsp;by", plain(one.exercised_by)),
                ("a&nbsp;pass&nbsp;needs", told.needs),
                ("presupposes", _listed(one.family, told.presupposes)),
                ("unlocks", _listed(one.family, told.unlocks)),
            ),
        ),
        "Where something that it [presupposes](../../glossary.md#presupposes) is broken, it is not "
        "judged, and neither is what it unlocks where it is broken itself.",
    ]
    return "\n\n".join(parts) + "\n"


def _example(told: Story, example: Example) -> Iterator[str]:
    yield "## A wrong and a right answer"
    yield fenced("text", "\n".join(example.jobs) or "none", "the jobs that are there")
    asked = (*example.before, example.request)
    yield fenced(
        "http", "\n".join(asked), "asked; the last line shows it" if asked[1:] else "asked"
    )
    yield fenced("text", "\n".join(example.wrong), f"wrong: {example.message}")
    yield fenced("text", "\n".join(example.right), "right")
    yield (
        "Of a job, only what differs is shown. The wrong answer is that of the fault "
        f"`{example.fault}`."
    )


def _fault(told: Story, fault: Any) -> Iterator[str]:
    summary = " ".join(fault.summary.split("\n\n")[0].split()).replace("``", "")
    yield f"# {summary}"
    yield told.command(fault)


def _family(family: str, ones: Iterable[Requirement]) -> str:
    rows = ((_link(family, r.id), r.level.value, plain(r.sentence)) for r in ones)
    heading = f"# {family}/\n\n{FAMILIES[family]}\n\n"
    return heading + table(("requirement", "level", "holds when"), rows) + "\n"


def _all() -> str:
    levels = "\n".join(f"- **{level}**: {means}." for level, means in LEVELS.items())
    parts = [
        "# Requirements",
        f"What a target is checked for: {len(CATALOGUE)} requirements in {len(families())} "
        "families. Each has a page with its source, a wrong and a right answer, the usual "
        "mistakes and their mends. `listjobs-conformance explain ID` tells the same.",
        "How surely the contract says it is its *level*; where none is named below, it is "
        f"documented.\n\n{levels}",
    ]
    for family, ones in families().items():
        lines = "\n".join(f"- {_entry(r)}" for r in ones)
        parts += [f"## [{family}/]({family}/index.md)", FAMILIES[family], lines]
    return "\n\n".join(parts) + "\n"


def _entry(one: Requirement) -> str:
    """A requirement in a list: what it is called, and when it holds."""
    name = one.id.split("/")[1]
    level = "" if one.level is DOCUMENTED else f" *({one.level.value})*"
    return f"[{name}]({one.family}/{name}.md){level}: {plain(one.sentence)}"


def _place(id: str) -> str:
    return f"requirements/{id}.md"


def _link(family: str, id: str) -> str:
    """A link from a page of the family."""
    other, name = id.split("/")
    return f"[{id}]({name}.md)" if other == family else f"[{id}](../{other}/{name}.md)"


def _listed(family: str, ids: Iterable[str]) -> str:
    return ", ".join(_link(family, id) for id in ids) or "nothing"


# --- options ------------------------------------------------------------------------------------


def _options() -> str:
    rows = (
        (
            f"`{option.name}`" + (f" `{option.metavar}`" if option.metavar else ""),
            prose(option.help),
            f"`{option.variable}`",
        )
        for option in OPTIONS.values()
    )
    return "\n\n".join(
        (
            "# Options",
            "What can be said about a run, and where. `--NAME` on the command line counts first; "
            "then, under pytest, `--listjobs-NAME` or the ini option `listjobs_NAME`; then "
            "`[tool.listjobs-conformance]` in `pyproject.toml`; then the environment.",
            table(("option", "what it does", "variable"), rows),
        )
    )


# --- operations ---------------------------------------------------------------------------------


def _operations() -> str:
    ids = sorted(requirement.id for requirement in CATALOGUE)
    parts = [
        "# Needed operations",
        "**What must my implementation have besides `ListJobs`?** Nothing, if it is filled by a "
        "[seeder or a file](targets.md). Otherwise each of these that it has lets more be judged. "
        "A run tries them first, and names those that are missing; "
        "`listjobs-conformance targets --operations` prints this list.",
    ]
    for one in OPERATIONS:
        left = [id for id in ids if any(fnmatchcase(id, glob) for glob in one.leaves)]
        parts += [f"## {one.name}", f"`{one.request}`: {plain(one.used_for)}."]
        parts += [f"*Left unjudged without it:* {plain(one.without_it)}"]
        if left and one.leaves != EVERYTHING:
            links = ", ".join(f"[{id}](requirements/{id}.md)" for id in left)
            also = f"Where {one.instead} is missing, too: " if one.instead else ""
            parts += [f"{also}{links}."]
    return "\n\n".join(parts) + "\n"


# --- Markdown -----------------------------------------------------------------------------------


def plain(text: str) -> str:
    """The text, with nothing in it that Markdown or HTML would take for its own."""
    escaped = re.sub(r"([\\`*_{}\[\]#])", r"\\\1", text.replace("&", "&amp;"))
    return escaped.replace("<", "&lt;").replace("|", "&#124;")


def prose(text: str) -> str:
    """The same, but what stands between backticks is code."""
    parts = text.split("`")
    return "`".join(part if number % 2 else plain(part) for number, part in enumerate(parts))


def fenced(language: str, text: str, title: str = "") -> str:
    """A block of text as it is, under a title; lines that are too long are wrapped."""
    said = ' title="{}"'.format(title.replace('"', "'")) if title else ""
    return f"~~~~{{.{language} .wrapped{said}}}\n{text}\n~~~~"


def table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table."""
    lines = [headings, tuple("---" for _ in headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
