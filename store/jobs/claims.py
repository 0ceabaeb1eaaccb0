"""Claims: the right to run a job, taken by one worker, kept by heartbeats, checked at every write."""

import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, insert, literal, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from store.clock import now
from store.database.database import Database
from store.database.tables import Attempt, Dataset, Job, Metric
from store.errors import Fenced
from store.jobs import events
from store.jobs.scheduling import lock_next
from store.jobs.submit import move
from store.states import JobStatus, Phase

REPORTED = ("epoch", "epochs", "steps", "latest", "best", "progress")  # what a heartbeat may leave in the row


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to run one job, until its fence is passed."""

    job_id: str
    project_id: str
    fence: int
    attempt: int
    worker_id: str
    name: str | None
    spec: dict[str, Any]
    dataset_id: str
    prepared_digest: str
    columns: list[Any]
    row_count: int
    seed: int
    readings: dict[str, Any] | None = None
    taken_at: float = field(default_factory=time.monotonic)
    """When it was taken, by the clock of its owner's machine that no one sets, in seconds."""


@dataclass(frozen=True)
class Orders:
    """What the owner of a claim is asked to do at the next batch."""

    cancel: bool
    pause: bool


def take(database: Database, worker_id: str) -> Claim | None:
    """Claim the waiting job whose turn it is; None when none waits."""
    with database.transaction() as session:
        job = lock_next(session)
        if job is None:
            return None
        move(job, JobStatus.RUNNING)
        job.phase = Phase.LOADING
        job.fence += 1
        job.attempts += 1
        job.heartbeat, job.heartbeat_at, job.worker_id = 0, now(), worker_id
        job.started_at = job.started_at or now()
        session.add(Attempt(job_id=job.id, fence=job.fence, number=job.attempts, worker_id=worker_id))
        events.append(session, job, "job.started", f"Attempt {job.attempts} started.", {"worker_id": worker_id})
        dataset = session.get_one(Dataset, job.dataset_id)
        return Claim(
            job_id=job.id,
            project_id=job.project_id,
            fence=job.fence,
            attempt=job.attempts,
            worker_id=worker_id,
            name=job.name,
            spec=job.resolved,
            dataset_id=dataset.id,
            prepared_digest=dataset.prepared_digest,
            columns=dataset.columns,
            row_count=dataset.row_count,
            seed=job.seed,
            readings=job.readings,
        )


OWN = (Job.id == bindparam("own_job"), Job.fence == bindparam("own_fence"), Job.status == JobStatus.RUNNING)
"""Names job and fence: the condition under which an attempt may write."""


def _owned(claim: Claim) -> dict[str, Any]:
    return {"own_job": claim.job_id, "own_fence": claim.fence}


def held(session: Session, claim: Claim) -> Job:
    """Lock the claimed row; raise `Fenced` when it is no longer ours."""
    job = session.scalar(select(Job).where(*OWN).with_for_update(), _owned(claim))
    if job is None:
        raise Fenced(f"Attempt {claim.attempt} of {claim.job_id} no longer owns the job.")
    return job


def heartbeat(
    database: Database,
    claim: Claim,
    *,
    phase: Phase,
    step: int,
    progress: dict[str, Any] | None = None,
) -> Orders:
    """Show that the owner lives, leave its progress, and learn what it is asked to do: one statement."""
    shown = progress or {}
    names = tuple(name for name in REPORTED if name in shown)
    known = {"new_step": step, "new_phase": phase, "new_time": now()} | {f"new_{name}": shown[name] for name in names}
    with database.transaction() as session:
        rows = session.connection().execute(_beat(names), _owned(claim) | known)
        return orders_in(rows.one_or_none(), claim)


def orders(database: Database, claim: Claim) -> Orders:
    """Look at what the owner is asked to do, without writing; raise `Fenced` when the job is no longer its own."""
    with database.glancing() as glance:
        return orders_in(glance.first(FLAGS, _owned(claim)), claim)


# What an attempt says and asks again and again is built once: it runs beside the training, and what it does not compute
# it does not take from the training's caches.
FLAGS = select(Job.cancel_requested, Job.pause_requested).where(*OWN)


@cache
def _beat(names: tuple[str, ...]) -> ReturningUpdate[bool, bool]:
    return (
        update(Job)
        .where(*OWN)
        .values(
            heartbeat=Job.heartbeat + 1,
            heartbeat_at=bindparam("new_time"),
            step=bindparam("new_step"),
            phase=case(
                (Job.cancel_requested, word(Phase.CANCELLING)),
                (Job.pause_requested, word(Phase.PAUSING)),
                else_=bindparam("new_phase", type_=Job.phase.type),
            ),
            **{name: bindparam(f"new_{name}") for name in names},
        )
        .returning(Job.cancel_requested, Job.pause_requested)
    )


def word(phase: Phase) -> ColumnElement[Phase]:
    """Write a phase as the column keeps it."""
    return literal(phase, Job.phase.type)


def orders_in(flags: Any, claim: Claim) -> Orders:
    """Turn the flags of a row into orders; no row means fenced."""
    if flags is None:
        raise Fenced(f"Attempt {claim.attempt} of {claim.job_id} no longer owns the job.")
    return Orders(cancel=flags.cancel_requested, pause=flags.pause_requested)


def record_metrics(database: Database, claim: Claim, rows: list[dict[str, Any]]) -> None:
    """Write one row per epoch: `{"epoch", "step", "values"}`."""
    with database.transaction() as session:
        held(session, claim)
        write_metrics(session, claim, rows)


def write_metrics(session: Session, claim: Claim, rows: list[dict[str, Any]]) -> None:
    """Write metric rows in a transaction that already holds the claim."""
    if rows:
        session.execute(insert(Metric), [{"job_id": claim.job_id, "fence": claim.fence, **row} for row in rows])
