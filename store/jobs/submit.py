"""Jobs submitted, cancelled and deleted."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select
from sqlalchemy import delete as delete_rows
from sqlalchemy.orm import Session

from store import ids, states
from store.clock import now
from store.database.questions import Transaction, add
from store.database.tables import Event, Job, JobTag, Model
from store.errors import AlreadyFinished, NotFound, WrongState
from store.jobs import checkpoint_retention, events
from store.states import JobStatus, Phase, StopReason


@dataclass(frozen=True, kw_only=True)
class JobOrder:
    """A job to be written: what was posted, what it means and what describes it."""

    project_id: str
    dataset_id: str
    given: dict[str, Any]
    resolved: dict[str, Any]
    provenance: dict[str, Any]
    summary: dict[str, Any]
    seed: int
    epochs: int | None
    steps: int | None
    estimate: dict[str, Any] | None = None
    readings: dict[str, Any] | None = None
    name: str | None = None
    priority: int = 0
    warnings: list[Any] = field(default_factory=list)
    tags: list[Any] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)


ATTRIBUTES = {each.columns[0].key: each.key for each in Job.__mapper__.column_attrs}
UNSET = {
    ATTRIBUTES[each.key]: each.default.arg if each.default is not None and each.default.is_scalar else None
    for each in Job.__table__.columns
}
"""What the attributes of a job are unless said otherwise."""
JOB = insert(cast("Table", Job.__table__)).values({name: bindparam(name) for name in ATTRIBUTES})
EVENT = insert(cast("Table", Event.__table__)).values(
    {each.key: bindparam(each.key) for each in Event.__table__.columns}
)
TAG = insert(cast("Table", JobTag.__table__)).values(
    {each.key: bindparam(each.key) for each in JobTag.__table__.columns}
)


def record(session: Transaction, order: JobOrder, id_: str) -> SimpleNamespace:
    """Write a queued job and its first event, in the caller's transaction; return the job's attributes.

    Past SQLAlchemy's unit of work, which takes longer than all else of a submit.
    """
    fields = {name: getattr(order, name) for name in order.__dataclass_fields__ if name != "metadata"}
    moment = now()
    job = {**UNSET, **fields, "id": id_, "job_metadata": order.metadata, "event_count": 1}
    job |= {"created_at": moment, "updated_at": moment}
    add(session, JOB, {column: job[name] for column, name in ATTRIBUTES.items()})
    event = {"job_id": id_, "seq": 1, "type": "job.queued", "message": "Queued.", "data": None, "created_at": moment}
    add(session, EVENT, event)
    for tag in dict.fromkeys(order.tags):
        add(session, TAG, {"job_id": id_, "tag": tag, "project_id": order.project_id})
    return SimpleNamespace(**job)


def submit(session: Session, order: JobOrder) -> Job:
    """Write a queued job as `record` does; return its row."""
    id_ = ids.new("job")
    record(session, order, id_)
    return session.get_one(Job, id_)


def tag_anew(session: Session, job: Job, tags: list[str]) -> None:
    """Give a job these tags and no others."""
    job.tags = tags
    session.execute(delete_rows(JobTag).where(JobTag.job_id == job.id))
    session.add_all(JobTag(job_id=job.id, tag=tag, project_id=job.project_id) for tag in dict.fromkeys(tags))


def move(job: Job, status: JobStatus) -> None:
    """Change a job's status by a legal move; entering a final status ends it."""
    states.check_move(job.status, status)
    job.status = status
    if states.is_final(status):
        job.phase, job.finished_at = Phase.FINISHED, now()
        job.worker_id = None


def locked(session: Session, job: Job) -> Job:
    """Read a job anew and keep others from changing it; raise `NotFound` when it was deleted meanwhile."""
    found = session.scalar(
        select(Job).where(Job.id == job.id).with_for_update().execution_options(populate_existing=True),
    )
    if found is None:
        raise NotFound("job", job.id)
    return found


def request_cancel(session: Session, job: Job) -> Job:
    """Cancel a waiting job at once, ask a running one to stop; refuse a finished one."""
    job = locked(session, job)
    status = job.status
    if states.is_final(status):
        raise AlreadyFinished(job.id, status, "cancelled")
    if status is JobStatus.RUNNING:
        if not job.cancel_requested:
            job.cancel_requested = True
            job.phase = Phase.CANCELLING
            events.append(session, job, "job.cancelling", "Cancellation was asked for.")
        return job
    move(job, JobStatus.CANCELLED)
    job.stop_reason = StopReason.USER
    events.append(session, job, "job.cancelled", "Cancelled before it started.")
    return job


def delete(session: Session, job: Job) -> None:
    """Remove a finished job with its events, metrics and checkpoints; its model stays."""
    job = locked(session, job)
    if not states.is_final(job.status):
        raise WrongState(job.id, job.status, "deleted")
    for model in session.scalars(select(Model).where(Model.job_id == job.id)):
        model.job_id = None
    session.flush()
    checkpoint_retention.forget(session, checkpoint_retention.newest(session, job.id))
    session.delete(job)


def counts(session: Session) -> dict[str, int]:
    """Count jobs by status."""
    found = dict(session.execute(select(Job.status, func.count()).group_by(Job.status)).all())
    return {status.value: found.get(status, 0) for status in JobStatus}
