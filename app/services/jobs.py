"""Use cases of whoever changes jobs: submit, change, cancel, pause, resume, derive, delete."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import refuse
from app.services.idempotency import SaveReply, keep_nothing
from app.services.planning import start
from app.services.planning.planning import Plan
from app.views.job import View, view_of
from store import Store, ids
from store.database import rows
from store.database.tables import Job
from store.jobs import control
from store.jobs import submit as jobs
from store.jobs.readings import refuse_changed
from store.jobs.scheduling import is_waiting, queue_before, queue_position

Successor = Callable[[Session, Job], Job]
WAITING = select(func.count()).select_from(Job).where(is_waiting())
RENAMED = {"metadata": "job_metadata"}  # SQLAlchemy keeps `metadata` for itself


def submit(store: Store, project_id: str, plan: Plan, keep: SaveReply = keep_nothing) -> View:
    """Record the job with its first event and its answer for repeats, then ring for a worker."""
    order = plan.order(project_id)
    with store.database.writing() as writing:
        id_ = ids.new("job")  # in its turn, so that jobs are in line as their ids say
        queue = queue_before(writing)
        _check_queue(queue.length, store.settings.max_queued_jobs)
        refuse_changed(writing, project_id, order.readings)  # they may have been deleted or changed meanwhile
        if (source := plan.resolved.spec.training.init_from) is not None:
            start.hold(writing.session, project_id, source)
        job = jobs.record(writing, order, id_)
        shown = view_of(store, job, queue.place_of(job) or queue_position(writing, job))
        if keep is not keep_nothing:
            keep(writing.session, shown)

    store.queue.ring()  # after the commit: the worker must be able to see the row
    return shown


def change(store: Store, project_id: str, job_id: str, changes: Mapping[str, Any]) -> View:
    """Change what is the owner's to choose: name, tags, priority, metadata."""
    with store.database.transaction() as session:
        job = jobs.locked(session, rows.find(session, Job, job_id, project_id))  # it may be deleted meanwhile
        for name, value in changes.items():
            if name == "tags":
                jobs.tag_anew(session, job, value)
            else:
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
        _check_queue(session.scalar(WAITING) or 0, store.settings.max_queued_jobs)
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


def _check_queue(waiting: int, limit: int) -> None:
    """Refuse a job that could only wait; a full queue says so instead of losing what it took."""
    if waiting >= limit:
        message = f"{waiting} jobs are waiting; the limit is {limit}."
        raise refuse("limit.queue_full", message, headers={"Retry-After": "10"}, found=waiting, expected=f"< {limit}")


def _show(store: Store, session: Session, job: Job) -> View:
    return view_of(store, job, queue_position(session, job))
