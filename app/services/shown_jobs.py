"""Use cases of whoever looks at jobs: find, list, wait."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select

from app.services.cache import LruCache
from app.services.following.waiting import Lobby
from app.views import sent_job
from app.views.job import view_of
from app.views.sent_job import SentJob, StillJob
from store import Store
from store.clock import now
from store.database import rows
from store.database.glances import Glance
from store.database.tables import Job, JobTag
from store.errors import NotFound
from store.jobs.scheduling import queue_positions
from store.states import FINAL, JobStatus

ONLY_IN_SPEC = ("given", "resolved", "provenance", "summary")  # most of a row's bytes
SHOWN = tuple(each.key for each in Job.__mapper__.column_attrs if each.key not in ONLY_IN_SPEC)
LISTED = ("id", "project_id", "status", "priority", "rest_s", "updated_at")  # what tells whether a job is known

StillJobs = LruCache[StillJob]
"""Jobs on which nobody works, as they were sent last. What is shown of one follows from its row and its place in the
line, and each write of the row sets `updated_at`: so the row is still asked for that, and only the rest is known."""


def find(store: Store, known: StillJobs, project_id: str, job_id: str) -> SentJob:
    """Show one job; raises NotFound and WrongKindOfId."""
    with store.database.glancing() as glance:
        seen = rows.glimpse(glance, Job, SHOWN, job_id, project_id)
        status = seen.told("status")
        if status == JobStatus.RUNNING:
            return sent_job.alone(view_of(store, seen.read(), None))
        position = queue_positions(glance, [_in_line(seen)]).get(job_id) if status == JobStatus.QUEUED else None
    return _still(known, seen).alone(position=position, now=now())


def page(
    store: Store, known: StillJobs, project_id: str, wanted: Mapping[str, str], *, limit: int, after: str | None
) -> rows.Page[SentJob]:
    """List jobs, newest first, that have every wanted property."""
    query = _list_of(tuple(sorted(wanted)), after is None)
    given = {**wanted, "project_id": project_id}
    with store.database.glancing() as glance:
        found = rows.glimpses(glance, query, Job, given, limit=limit, after=after)
        in_line = [_in_line(seen) for seen in found.rows if seen.told("status") == JobStatus.QUEUED]
        places = queue_positions(glance, in_line)
        moment = now()
        shown = [
            job
            for seen in found.rows
            if (job := _item(store, known, glance, seen, places.get(seen.told("id")), moment)) is not None
        ]
    return rows.Page(shown, found.has_more, found.next_cursor)


def _item(
    store: Store, known: StillJobs, glance: Glance, seen: rows.Glimpse, position: int | None, moment: datetime
) -> SentJob | None:
    """Write a job of a list, whose row is read whole only if it is not known yet; None where it was deleted since."""
    still = known.find(_version(seen)) if seen.told("status") != JobStatus.RUNNING else None
    if still is not None:
        return still.item(position=position, now=moment)
    with suppress(NotFound):
        whole = rows.glimpse(glance, Job, SHOWN, seen.told("id"), seen.told("project_id"))
        if whole.told("status") == JobStatus.RUNNING:
            return sent_job.item(view_of(store, whole.read(), None))
        return _still(known, whole).item(position=position, now=moment)
    return None


def wait(store: Store, known: StillJobs, lobby: Lobby, project_id: str, job_id: str, *, seconds: float) -> SentJob:
    """Show a job as soon as it is done, at the latest after so many seconds."""
    if seconds > 0 and not find(store, known, project_id, job_id).is_done:
        lobby.wait(
            lambda: _is_over(store, job_id),
            lambda most: store.progress.wait(job_id, most),
            seconds,
        )
    return find(store, known, project_id, job_id)


def _still(known: StillJobs, seen: rows.Glimpse) -> StillJob:
    return known.get(_version(seen), lambda: sent_job.still(seen.read(), now=now()))


def _version(seen: rows.Glimpse) -> tuple[str, Any]:
    return seen.told("id"), seen.told("updated_at")


def _in_line(seen: rows.Glimpse) -> SimpleNamespace:
    """Read what decides a place in the line."""
    told = {name: seen.told(name) for name in ("id", "project_id", "priority", "rest_s")}
    return SimpleNamespace(**told, status=JobStatus.QUEUED)


def _is_over(store: Store, job_id: str) -> bool:
    """Look at the truth; a job that was deleted meanwhile is over, too."""
    with store.database.glancing() as glance:
        status = glance.scalar(STATUS, {"id": job_id})
    return status is None or status in FINAL


STATUS = select(Job.status).where(Job.id == bindparam("id"))


@cache
def _list_of(names: tuple[str, ...], is_first: bool) -> Select[Any]:  # noqa: FBT001  # a key of a cache
    return rows.listing(Job, LISTED, [_condition(name) for name in names], is_first=is_first)


def _condition(name: str) -> ColumnElement[bool]:
    if name == "tag":
        mine = (JobTag.project_id == bindparam("project_id"), JobTag.tag == bindparam(name))
        return Job.id.in_(select(JobTag.job_id).where(*mine))
    column: ColumnElement[Any] = getattr(Job, name)
    return column == bindparam(name)
