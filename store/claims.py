"""Who runs a job now: taking a claim, keeping it, and writing only under it."""

import time
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, case, insert, literal, select, update
from sqlalchemy.orm import Session

from store import events
from store.clock import now
from store.database import Database
from store.errors import Fenced
from store.fairness import lock_next
from store.jobs import move
from store.states import JobStatus, Phase
from store.tables import Attempt, Dataset, Job, Metric

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
        )


def held(session: Session, claim: Claim) -> Job:
    """Lock the claimed row; raise `Fenced` when it is no longer ours."""
    job = session.scalar(select(Job).where(*ownership(claim)).with_for_update())
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
    values = {name: shown[name] for name in REPORTED if name in shown}
    statement = (
        update(Job)
        .where(*ownership(claim))
        .values(
            heartbeat=Job.heartbeat + 1,
            heartbeat_at=now(),
            step=step,
            phase=case(
                (Job.cancel_requested, word(Phase.CANCELLING)),
                (Job.pause_requested, word(Phase.PAUSING)),
                else_=word(phase),
            ),
            **values,
        )
        .returning(Job.cancel_requested, Job.pause_requested)
    )
    with database.transaction() as session:
        return told(session.execute(statement).one_or_none(), claim)


def orders(database: Database, claim: Claim) -> Orders:
    """Look at what the owner is asked to do, without writing; raise `Fenced` when the job is no longer its own."""
    with database.reading() as session:
        flags = select(Job.cancel_requested, Job.pause_requested).where(*ownership(claim))
        return told(session.execute(flags).one_or_none(), claim)


def word(phase: Phase) -> ColumnElement[Phase]:
    """Write a phase as the column keeps it."""
    return literal(phase, Job.phase.type)


def ownership(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """Name job and fence: the condition under which an attempt may write."""
    return (Job.id == claim.job_id, Job.fence == claim.fence, Job.status == JobStatus.RUNNING)


def told(flags: Any, claim: Claim) -> Orders:
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
