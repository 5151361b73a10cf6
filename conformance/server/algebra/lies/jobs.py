"""Lies about which jobs a page holds."""

from collections.abc import Sequence
from typing import Any

from ...listing import Condition, Query, all_of
from ...service import Service
from ...store import ListedJob
from ..lying import Adding, Lying
from ..moment import FILTERS


class Lose(Lying):
    """A job is left out."""

    def summaries(self, query: Query, jobs: Sequence[ListedJob]) -> list[dict[str, Any]]:
        if self.lies():
            lost = {job.pk for job in self.picked(jobs)}
            jobs = [job for job in jobs if job.pk not in lost]
        return super().summaries(query, jobs)


class Repeat(Lying):
    """A job comes twice on the page."""

    def summaries(self, query: Query, jobs: Sequence[ListedJob]) -> list[dict[str, Any]]:
        if self.lies():
            twice = {job.pk for job in self.picked(jobs)}
            jobs = [j for job in jobs for j in ([job, job] if job.pk in twice else [job])]
        return super().summaries(query, jobs)


class Invent(Adding):
    """A job that never was is on the page."""

    def summaries(self, query: Query, jobs: Sequence[ListedJob]) -> list[dict[str, Any]]:
        found = super().summaries(query, jobs)
        if jobs and self.adds(query):
            phantom = jobs[0]._replace(
                id="no-such-job", arn=f"{query.scope.arn_prefix}job/no-such-job"
            )
            found.append(self.summary(phantom, None))
        return found


class Misfilter(Adding):
    """A job that does not match is on the page."""

    def summaries(self, query: Query, jobs: Sequence[ListedJob]) -> list[dict[str, Any]]:
        found = super().summaries(query, jobs)
        if self.adds(query):
            where, arguments = self.violated_condition(query)
            scope = Service.where_scope(self, query.scope)
            others = self.select(all_of((scope, (f"NOT ({where})", arguments))), "pk", -1)
            if self.trigger.picks:
                others = self.picked(others)
            found += [self.summary(job, None) for job in others[:1]]
        return found

    def violated_condition(self, query: Query) -> Condition:
        """What the job does not meet: the filter that the trigger names, where it names one."""
        filters = [name for name in self.trigger.filters if name in self.at.filters]
        if len(filters) != 1:
            return self.at.condition
        return Service.where(self, query)[filters[0]]


class Nothing(Lying):
    """Nothing is listed, and no token comes."""

    def page(self, query: Query) -> dict[str, Any]:
        page = super().page(query)
        return {"jobs": []} if page["jobs"] and self.lies() else page


class IgnoreFilter(Lying):
    """A filter is left out."""

    def where(self, query: Query) -> dict[str, Condition]:
        conditions = super().where(query)
        if self.lies():
            ignored = self.trigger.filters[-1:]
            conditions = {n: c for n, c in conditions.items() if n not in ignored}
        return conditions


class MatchAny(Lying):
    """Filters are joined by OR."""

    def where(self, query: Query) -> dict[str, Condition]:
        conditions = super().where(query)
        filters = [c for name, c in conditions.items() if name in FILTERS]
        if len(filters) < 2 or not self.lies():
            return conditions
        clauses = " OR ".join(f"({clause})" for clause, _ in filters)
        arguments = tuple(argument for _, values in filters for argument in values)
        return {"scope": conditions["scope"], "any": (f"({clauses})", arguments)}
