"""Which pairs of a lie and a trigger make sense: the lie can be told when the trigger holds, and
there is one context to name."""

from .lies import Lie
from .moment import FILTERS
from .triggers import ENUMERATED, MISTAKEN, Trigger

GROUPS = ("thingGroupName", "thingGroupId")
LATER = ("second", "third", "later", "last")

JOB = ("id", "target", "job", "history")
REQUEST = ("filter", "asked", "value", "page", "size", "order", "parameter", "jobs", "matching")
WHENEVER = (*REQUEST, "after", "turn")
DIMENSIONS = {
    "loss": (*REQUEST, *JOB, "after"),
    "page": (*WHENEVER, *JOB),
    "addition": (*REQUEST, "after"),
    "misfilter": (*REQUEST, "id", "target", "job", "after"),
    "summary": (*WHENEVER, *JOB),
    "answer": (*WHENEVER, *JOB),
    "refusal": (*REQUEST, *JOB, "after"),
    "end": (*REQUEST, "after", "turn"),
    "token": (*REQUEST, "after", "turn"),
    "size": WHENEVER,
    "filter": (*REQUEST, "after", "turn"),
    "filters": (*REQUEST, "after"),
    "form": WHENEVER,
    "mistake": (
        "mistake",
        "wrong",
        "beside",
        "filter",
        "asked",
        "order",
        "parameter",
        "jobs",
        "turn",
    ),
    "change": ("filter", "asked", "jobs", "history"),
    "deletion": ("filter", "asked", "jobs"),
    "allowed": WHENEVER,
    "order": ("filter", "asked", "value"),
}
"""The dimensions that a trigger may have, by the kind of the lie."""
DIMENSIONS["allowed-mistake"] = DIMENSIONS["mistake"]

BY_CHANCE = ("page", "summary", "answer", "form", "size", "allowed", "mistake", "allowed-mistake")
"""Kinds of lies that show in one answer, however the request came about."""


def makes_sense(lie: Lie, trigger: Trigger) -> bool:
    """Whether the lie can be told when the trigger holds, and there is one context to name."""
    has = {one.dimension: one.value for one in trigger.predicates}
    if not has.keys() <= set(DIMENSIONS[lie.kind]) or not _can_hold(has):
        return False
    if lie.kind.endswith("mistake"):
        return _mistake_makes_sense(has)
    return (
        _filters_make_sense(lie, trigger, has)
        and _pages_make_sense(lie, has)
        and _history_makes_sense(lie, trigger, has)
        and not (has.get("turn") == "tenth" and lie.kind not in BY_CHANCE)
    )


def _can_hold(has: dict[str, str]) -> bool:
    """Whether the conditions can hold together at all."""
    jobs, matching = has.get("jobs"), has.get("matching")
    values = {has.get("asked"), has.get("job")}
    if jobs == "0" and matching not in (None, "0"):
        return False
    if jobs == "1" and ((matching or "").startswith(">") or has.get("id") in ("twin", "prefix")):
        return False
    if matching == "0" and has.get("size") == "divides":
        return False
    if values >= {"COMPLETED", "CONTINUOUS"}:
        return False  # A continuous job is not known to complete, nor a snapshot of empty groups.
    ended = has.get("history") == "completed" or values & {"COMPLETED", "SNAPSHOT"}
    return not (has.get("target") == "group" and ended)


def _mistake_makes_sense(has: dict[str, str]) -> bool:
    mistake = has.get("mistake", "")
    parameter = mistake.partition("-")[0]
    if has.get("turn") == "beside":
        return False  # What is not valid is on no page of any walk.
    if not mistake or parameter in has.get("filter", "").split(","):
        return False
    if has.get("filter") == "none" and parameter in FILTERS:
        return False
    if "wrong" in has and parameter not in MISTAKEN[has["wrong"]]:
        return False
    if "asked" in has and ENUMERATED[has["asked"]] == parameter:
        return False
    beside = has.get("beside")
    if beside == "nothing" and has.keys() & {"filter", "asked", "order", "parameter"}:
        return False
    order = has.get("order")
    if order == "filters-reversed" and parameter not in FILTERS:
        return False
    if order == "token-first" and parameter != "nextToken" and beside != "token":
        return False
    return not (
        (beside == "size" and parameter == "maxResults")
        or (beside == "token" and parameter == "nextToken")
    )


def _filters_make_sense(lie: Lie, trigger: Trigger, has: dict[str, str]) -> bool:
    kind, given, filters = lie.kind, has.get("filter"), trigger.filters
    if given == "none" and has.keys() & {"asked", "value", "matching"}:
        return False
    if "matching" in has and not filters and kind in ("loss", "addition", "end"):
        return False  # It would be told under some filters and not under others.
    if "asked" in has and given and ENUMERATED[has["asked"]] not in filters:
        return False
    if "value" in has:
        # Names are those of groups and of namespaces.
        if len(filters) != 1 or filters[0] not in ("thingGroupName", "namespaceId"):
            return False
        if has["value"] in ("colon", "prefix") and filters[0] == "namespaceId":
            return False
    if kind == "filter" and not filters:
        return False
    if kind == "filters" and len(filters) < 2:
        return False
    if kind in ("filter", "filters") and set(filters) == set(GROUPS):
        return False  # Both name the same group, or what they select is not known.
    if kind in ("misfilter",) and not filters:
        return False
    order = has.get("order")
    if order == "size-first" and (not filters or has.get("size") == "none"):
        return False
    if order == "filters-reversed" and len(filters) < 2:
        return False
    if order == "token-first" and has.get("page") == "first":
        return False
    asked, shape = has.get("asked"), has.get("job")
    if asked and shape and ENUMERATED.get(shape) == ENUMERATED[asked]:
        return (asked == shape) != (kind == "misfilter")
    if shape == "CONTINUOUS" and asked == "COMPLETED":
        return False
    if kind == "misfilter" and shape == "namespaced" and "namespaceId" in filters:
        return True
    # A job that is lied about under a filter for what it is not does not show there.
    if kind == "misfilter" and shape is None and has.get("target") == "thing":
        return True
    groups = set(filters) & set(GROUPS)
    return not (groups and has.get("target") == "thing" and kind != "misfilter")


def _pages_make_sense(lie: Lie, has: dict[str, str]) -> bool:
    size, page = has.get("size"), has.get("page")
    few = has.get("jobs") in ("0", "1") or has.get("matching") in ("0", "1")
    none = has.get("jobs") == "0" or has.get("matching") == "0"
    later = page in LATER or has.get("order") == "token-first" or has.get("turn") == "beside"
    moving = lie.kind in ("token", "size")
    if moving and page == "last" and lie.requirement != "pagination/terminates":
        return False
    if few and (later or moving):
        return False
    if none and (lie.kind not in ("answer", "refusal", "form", "allowed") or has.keys() & {*JOB}):
        return False
    if none and lie.name in ("shorten", "empty-page", "token-at-end"):
        return False
    if lie.kind == "size" and size == "none":
        return False
    needs_two = lie.kind in ("addition", "misfilter") or lie.name in ("overlap", "shorten")
    if needs_two and size == "1":
        return False
    if has.get("turn") == "beside" and page == "first":
        return False
    if lie.name in ("null-token", "empty-token") and page in ("first", "second", "third"):
        return not later
    # One job in the whole account is on one page, whatever its size.
    return not (size == "divides" and later and lie.kind in ("addition", "misfilter"))


def _history_makes_sense(lie: Lie, trigger: Trigger, has: dict[str, str]) -> bool:
    kind, history, filters = lie.kind, has.get("history"), trigger.filters
    shape = has.get("job")
    if kind == "change":
        if history not in ("cancelled", "completed"):
            return False
        # It is still listed where it was, and not yet where it belongs.
        told = {"cancelled": "CANCELED", "completed": "COMPLETED"}[history]
        return (
            filters in ((), ("status",))
            and has.get("filter") != "none"
            and has.get("asked") in (None, "IN_PROGRESS", told)
        )
    if kind == "deletion":
        return not set(filters) & set(GROUPS)
    if has.get("after") == "group-remade" and filters != ("thingGroupName",):
        return False
    ends_in = {"cancelled": "CANCELED", "cancelled-scheduled": "CANCELED", "completed": "COMPLETED"}
    status = ends_in.get(history or "", "IN_PROGRESS")
    if history and shape and ENUMERATED.get(shape) == "status" and shape != status:
        return False
    asked = has.get("asked")
    if history and asked and ENUMERATED[asked] == "status" and asked != status:
        return kind == "misfilter"
    if history == "associated" and {shape, asked} & {"SNAPSHOT"}:
        return False
    if history in ("completed", "late", "reused") and {shape, asked} & {"CONTINUOUS"}:
        return False
    # Which pages a new job is on, and what it is called, is another question.
    new = history in ("late", "reused", "associated")
    return not (new and has.keys() & {"page", "size", "id", "target"})
