"""Lies: what is done wrong, by itself and not when. Each overrides a few steps of the service, as
faults by hand do.

``kind`` says how a lie shows: what it is blamed on is derived from that and from the trigger.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ...behaviour import kebab_case
from ...service import Service
from ..lying import Lying
from ..triggers import Trigger
from . import answers, changes, jobs, mistakes, pages, summaries


@dataclass(frozen=True, slots=True)
class Lie:
    """A way to answer wrongly, under a name."""

    name: str
    kind: str
    mixin: type[Lying]
    requirement: str = ""
    """What it breaks wherever it is told, if it always breaks the same."""

    @property
    def summary(self) -> str:
        return " ".join((self.mixin.__doc__ or "").split())


def _lie(kind: str, requirement: str = "") -> Callable[[type[Lying]], Lie]:
    def make(mixin: type[Lying]) -> Lie:
        return Lie(kebab_case(mixin.__name__), kind, mixin, requirement)

    return make


LIES = {
    lie.name: lie
    for lie in (
        _lie("loss")(jobs.Lose),
        _lie("page", "listing/no-duplicates")(jobs.Repeat),
        _lie("addition")(jobs.Invent),
        _lie("misfilter")(jobs.Misfilter),
        _lie("summary", "summary/status")(summaries.MisreportStatus),
        _lie("summary", "summary/status")(summaries.ForeignStatus),
        _lie("summary", "summary/target-selection")(summaries.MisreportSelection),
        _lie("summary", "summary/identity")(summaries.MisreportArn),
        _lie("summary", "summary/identity")(summaries.OmitArn),
        _lie("summary", "summary/timestamps")(summaries.TimesAsText),
        _lie("summary", "summary/chronology")(summaries.MisreportCreated),
        _lie("summary", "summary/thing-group-id")(summaries.MisreportGroup),
        _lie("summary", "summary/is-concurrent")(summaries.ConcurrentAsText),
        _lie("answer", "error/documented")(answers.CrashAt),
        _lie("answer", "error/documented")(answers.Misname),
        _lie("refusal")(answers.Refuse),
        _lie("refusal")(answers.NotFound),
        _lie("end")(jobs.Nothing),
        _lie("token")(pages.EndEarly),
        _lie("token", "pagination/terminates")(pages.NeverEnd),
        _lie("token", "pagination/terminates")(pages.Restart),
        _lie("token")(pages.Skip),
        _lie("token", "pagination/no-duplicates")(pages.Overlap),
        _lie("size", "pagination/page-bound")(pages.OneMore),
        _lie("size", "pagination/page-bound")(pages.IgnoreSize),
        _lie("filter")(jobs.IgnoreFilter),
        _lie("filters", "filter/conjunction")(jobs.MatchAny),
        _lie("form", "protocol/content-type")(answers.PlainText),
        _lie("form", "summary/schema")(answers.BrokenJson),
        _lie("form", "summary/schema")(answers.JobsAsObject),
        _lie("mistake")(mistakes.Accept),
        _lie("mistake")(mistakes.AcceptAsNothing),
        _lie("mistake")(mistakes.CrashOn),
        _lie("mistake")(mistakes.Validation),
        _lie("mistake")(mistakes.RefuseAsMissing),
        _lie("change")(changes.ForgetChange),
        _lie("deletion", "lifecycle/deleted-job-gone")(changes.KeepDeleted),
        _lie("allowed")(pages.Shorten),
        _lie("allowed")(pages.EmptyPage),
        _lie("allowed")(pages.TokenAtEnd),
        _lie("order")(pages.Reverse),
        _lie("allowed")(answers.NullToken),
        _lie("allowed")(answers.EmptyToken),
        _lie("allowed")(answers.Charset),
        _lie("allowed")(summaries.Omit),
        _lie("allowed")(summaries.NullMember),
        _lie("allowed")(summaries.WholeSeconds),
        _lie("allowed")(summaries.ExtraMember),
        _lie("allowed-mistake")(mistakes.OtherWords),
    )
}
"""Every lie by its name."""


def server_that_lies(lie: Lie, trigger: Trigger) -> type[Service]:
    """The service that tells this lie where this trigger holds."""
    return type("Liar", (lie.mixin,), {"trigger": trigger, "__doc__": lie.summary})
