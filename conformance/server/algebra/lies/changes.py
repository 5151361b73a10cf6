"""Lies about what was done to jobs: changes that listings forget."""

from collections.abc import Sequence
from typing import Any

from ...listing import Condition, Query
from ...store import ListedJob
from ..lying import Adding, Lying


class ForgetChange(Lying):
    """A listing by status shows a job under the status that it had when it was listed before."""

    def where(self, query: Query) -> dict[str, Condition]:
        conditions = super().where(query)
        if query.status is None or not self.lies():
            return conditions
        scope = (query.scope.account, query.scope.region)
        forgotten = {
            key[2]: status
            for key, status in self.stale.items()
            if key[:2] == scope and self.forgets(key)
        }
        here = [job_id for job_id, status in forgotten.items() if status == query.status]
        clause, arguments = conditions["status"]
        clause = (
            f"(({clause} AND id NOT IN ({', '.join('?' * len(forgotten))})) "
            f"OR id IN ({', '.join('?' * len(here))}))"
        )
        conditions["status"] = clause, (*arguments, *forgotten, *here)
        return conditions

    def forgets(self, key: tuple[str, str, str]) -> bool:
        wanted = self.trigger.value("history")
        return wanted is None or wanted in self.done.get(key, ())


class KeepDeleted(Adding):
    """A deleted job is still listed."""

    def summaries(self, query: Query, jobs: Sequence[ListedJob]) -> list[dict[str, Any]]:
        found = super().summaries(query, jobs)
        if self.adds(query):
            scope = (query.scope.account, query.scope.region)
            kept = [job for key, job in self.gone.items() if key[:2] == scope]
            kept = [job for job in kept if query.status in (None, job.status)]
            kept = [job for job in kept if query.target_selection in (None, job.selection)]
            if query.thing_group_name is None and query.thing_group_id is None:
                found += [
                    self.summary(job, None)
                    for job in kept[-1:]
                    if query.namespace_id in (None, job.namespace)
                ]
        return found

    def adds(self, query: Query) -> bool:
        return bool(self.gone) and super().adds(query)
