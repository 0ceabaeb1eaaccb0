"""Use cases of whoever looks at jobs: find, list, wait."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, literal, select

from app.services.cache import LruCache
from app.services.following.waiting import Lobby
from app.views.job import present, view_of
from app.views.sent_job import SentJob, write, write_item
from store import Store
from store.clock import now
from store.database import rows
from store.database.tables import Job
from store.jobs.scheduling import queue_positions
from store.states import FINAL

ONLY_IN_SPEC = ("given", "resolved", "provenance", "summary")  # most of a row's bytes
SHOWN = tuple(each.key for each in Job.__mapper__.column_attrs if each.key not in ONLY_IN_SPEC)

FinishedJobs = LruCache[SentJob]
"""Finished jobs as they were sent last. What is shown of one follows from its row, and each write of that sets
`updated_at`: so the row is still asked for that, and only the rest is known already."""


def find(store: Store, finished: FinishedJobs, project_id: str, job_id: str) -> SentJob:
    """Show one job; raises NotFound and WrongKindOfId."""
    with store.database.glancing() as glance:
        seen = rows.glimpse(glance, Job, SHOWN, job_id, project_id)
        if seen.told("status") in FINAL:
            return _finished(finished, seen)
        job = seen.read()
        return write(view_of(store, job, queue_positions(glance, [job]).get(job.id)))


def page(
    store: Store, finished: FinishedJobs, project_id: str, wanted: Mapping[str, str], *, limit: int, after: str | None
) -> rows.Page[SentJob]:
    """List jobs, newest first, that have every wanted property."""
    query = _list_of(tuple(sorted(wanted)), after is None, store.database.dialect)
    given = {**wanted, "project_id": project_id}
    with store.database.glancing() as glance:
        found = rows.glimpses(glance, query, Job, given, limit=limit, after=after)
        open_jobs = {seen.told("id"): seen.read() for seen in found.rows if seen.told("status") not in FINAL}
        places = queue_positions(glance, list(open_jobs.values()))
    shown = [
        _finished(finished, seen) if job is None else write_item(view_of(store, job, places.get(job.id)))
        for seen in found.rows
        for job in [open_jobs.get(seen.told("id"))]
    ]
    return rows.Page(shown, found.has_more, found.next_cursor)


def wait(
    store: Store, finished: FinishedJobs, lobby: Lobby, project_id: str, job_id: str, *, seconds: float
) -> SentJob:
    """Show a job as soon as it is done, at the latest after so many seconds."""
    if seconds > 0 and not find(store, finished, project_id, job_id).is_done:
        lobby.wait(
            lambda: _is_over(store, job_id),
            lambda most: store.progress.wait(job_id, most),
            seconds,
        )
    return find(store, finished, project_id, job_id)


def _finished(finished: FinishedJobs, seen: rows.Glimpse) -> SentJob:
    key = seen.told("id"), seen.told("updated_at")
    return finished.get(key, lambda: write(present(seen.read(), now=now())))


def _is_over(store: Store, job_id: str) -> bool:
    """Look at the truth; a job that was deleted meanwhile is over, too."""
    with store.database.glancing() as glance:
        status = glance.scalar(STATUS, {"id": job_id})
    return status is None or status in FINAL


STATUS = select(Job.status).where(Job.id == bindparam("id"))


@cache
def _list_of(names: tuple[str, ...], is_first: bool, dialect: str) -> Select[Any]:  # noqa: FBT001  # a key of a cache
    return rows.listing(Job, SHOWN, [_condition(name, dialect) for name in names], is_first=is_first)


def _condition(name: str, dialect: str) -> ColumnElement[bool]:
    if name == "tag":
        each = func.json_each if dialect == "sqlite" else func.json_array_elements_text
        tag = each(Job.tags).table_valued("value")
        return exists(select(literal(1)).select_from(tag).where(tag.c.value == bindparam(name)))
    column: ColumnElement[Any] = getattr(Job, name)
    return column == bindparam(name)
