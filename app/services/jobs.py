"""Use cases of jobs: submit, find, list, wait, change, cancel, pause, resume, derive, delete."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, literal, select
from sqlalchemy.orm import Session

from app.errors import refuse
from app.services.following.waiting import Lobby
from app.services.idempotency import SaveReply, keep_nothing
from app.services.planning import start
from app.services.planning.planning import Plan
from app.views.job import View, present
from store import Store
from store.clock import now
from store.database import rows
from store.database.tables import Dataset, Job
from store.jobs import control
from store.jobs import submit as jobs
from store.jobs.scheduling import is_waiting, queue_position, queue_positions
from store.states import JobStatus, is_final

Successor = Callable[[Session, Job], Job]
ONLY_IN_SPEC = ("given", "resolved", "provenance", "summary")  # most of a row's bytes
SHOWN = tuple(each.key for each in Job.__mapper__.column_attrs if each.key not in ONLY_IN_SPEC)
WAITING = select(func.count()).select_from(Job).where(is_waiting())
RENAMED = {"metadata": "job_metadata"}  # SQLAlchemy keeps `metadata` for itself


def submit(store: Store, project_id: str, plan: Plan, keep: SaveReply = keep_nothing) -> View:
    """Record the job with its first event and its answer for repeats, then ring for a worker."""
    order = plan.order(project_id)
    with store.database.transaction() as session:
        _check_queue(session, store.settings.max_queued_jobs)
        rows.refuse_unknown(session, Dataset, order.dataset_id, project_id)  # it may have been deleted meanwhile
        if (source := plan.resolved.spec.training.init_from) is not None:
            start.hold(session, project_id, source)
        job = jobs.submit(session, order)
        session.flush()
        shown = _show(store, session, job)
        keep(session, shown)

    store.queue.ring()  # after the commit: the worker must be able to see the row
    return shown


def find(store: Store, project_id: str, job_id: str) -> View:
    """Show one job; raises NotFound and WrongKindOfId."""
    with store.database.glancing() as connection:
        return _show(store, connection, rows.glance(connection, Job, SHOWN, job_id, project_id))


def page(store: Store, project_id: str, wanted: Mapping[str, str], *, limit: int, after: str | None) -> rows.Page[View]:
    """List jobs, newest first, that have every wanted property."""
    conditions = [_condition(store, name, value) for name, value in wanted.items()]
    with store.database.glancing() as connection:
        found = rows.glance_page(connection, Job, SHOWN, project_id, limit=limit, after=after, filters=conditions)
        places = queue_positions(connection, found.rows)
        shown = [_shown(store, job, places.get(job.id)) for job in found.rows]
        return rows.Page(shown, found.has_more, found.next_cursor)


def wait(store: Store, lobby: Lobby, project_id: str, job_id: str, seconds: float) -> View:
    """Show a job as soon as it is done, at the latest after so many seconds."""
    if seconds > 0 and not find(store, project_id, job_id)["done"]:
        lobby.wait(
            lambda: _is_over(store, job_id),
            lambda most: store.progress.wait(job_id, most),
            seconds,
        )
    return find(store, project_id, job_id)


def change(store: Store, project_id: str, job_id: str, changes: Mapping[str, Any]) -> View:
    """Change what is the owner's to choose: name, tags, priority, metadata."""
    with store.database.transaction() as session:
        job = rows.find(session, Job, job_id, project_id)
        for name, value in changes.items():
            setattr(job, RENAMED.get(name, name), value)
        session.flush()
        return _show(store, session, job)


def cancel(store: Store, project_id: str, job_id: str) -> View:
    """End a waiting job now, ask a running one to stop; raises WrongState for a finished one."""
    with store.database.transaction() as session:
        job = jobs.request_cancel(session, rows.find(session, Job, job_id, project_id))
        session.flush()
        return _show(store, session, job)


def pause(store: Store, project_id: str, job_id: str) -> View:
    """Let a waiting job wait now, ask a running one to; raises AlreadyFinished and WrongState."""
    with store.database.transaction() as session:
        job = control.pause(session, rows.find(session, Job, job_id, project_id))
        session.flush()
        return _show(store, session, job)


def resume(store: Store, project_id: str, job_id: str) -> View:
    """Put a paused job back into the queue, then ring for a worker; raises AlreadyFinished and WrongState."""
    with store.database.transaction() as session:
        job = control.resume(session, rows.find(session, Job, job_id, project_id))
        session.flush()
        shown = _show(store, session, job)

    store.queue.ring()
    return shown


def derive(store: Store, project_id: str, job_id: str, make: Successor, keep: SaveReply = keep_nothing) -> View:
    """Queue a new job that a finished one is the origin of, then ring for a worker; raises WrongState, NoCheckpoint."""
    with store.database.transaction() as session:
        _check_queue(session, store.settings.max_queued_jobs)
        job = make(session, rows.find(session, Job, job_id, project_id))
        session.flush()
        shown = _show(store, session, job)
        keep(session, shown)

    store.queue.ring()
    return shown


def delete(store: Store, project_id: str, job_id: str) -> None:
    """Forget a finished job; its model stays. Raises WrongState for any other."""
    with store.database.transaction() as session:
        jobs.delete(session, rows.find(session, Job, job_id, project_id))


def _check_queue(session: Session, limit: int) -> None:
    """Refuse a job that could only wait; a full queue says so instead of losing what it took."""
    waiting = session.scalar(WAITING) or 0
    if waiting >= limit:
        message = f"{waiting} jobs are waiting; the limit is {limit}."
        raise refuse("limit.queue_full", message, headers={"Retry-After": "10"}, found=waiting, expected=f"< {limit}")


def _show(store: Store, session: Session | Connection, job: Job) -> View:
    return _shown(store, job, queue_position(session, job))


def _shown(store: Store, job: Job, position: int | None) -> View:
    live = store.progress.latest(job.id) if job.status == JobStatus.RUNNING else None
    return present(job, now=now(), live=live, position=position)


def _is_over(store: Store, job_id: str) -> bool:
    """Look at the truth; a job that was deleted meanwhile is over, too."""
    with store.database.reading() as session:
        status = session.scalar(select(Job.status).where(Job.id == job_id))
    return status is None or is_final(JobStatus(status))


def _condition(store: Store, name: str, value: str) -> ColumnElement[bool]:
    if name == "tag":
        each = func.json_each if store.database.dialect == "sqlite" else func.json_array_elements_text
        tag = each(Job.tags).table_valued("value")
        return exists(select(literal(1)).select_from(tag).where(tag.c.value == value))
    column: ColumnElement[Any] = getattr(Job, name)
    return column == value
