"""How an attempt ends: each ending is one transaction that names job and fence."""

from dataclasses import dataclass, field
from typing import Any, BinaryIO

from sqlalchemy import update
from sqlalchemy.orm import Session

from store import events, ids
from store.blobs import Blobs, measure
from store.claims import Claim, held, write_metrics
from store.clock import now
from store.database import Database
from store.errors import CancelRequested
from store.jobs import move
from store.states import JobStatus, Phase, StopReason
from store.tables import Attempt, Job, Model


@dataclass(frozen=True, kw_only=True)
class TrainedFacts:
    """What is remembered of a trained network beside its bytes."""

    task: str
    parameters: int
    spec: dict[str, Any]
    preprocessing: dict[str, Any]
    metrics: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The last facts of an attempt that ran."""

    stop_reason: StopReason
    step: int
    epoch: int
    best: dict[str, Any] | None = None
    latest: dict[str, Any] | None = None
    progress: dict[str, Any] | None = None
    metrics: list[dict[str, Any]] = field(default_factory=list)


def succeed(
    database: Database, blobs: Blobs, claim: Claim, *, weights: BinaryIO, facts: TrainedFacts, ending: Ending
) -> str:
    """Write model, weights, last metrics, status and event together; return the model's id.

    Raises `Fenced`, and `CancelRequested` when a cancellation was answered meanwhile: then call `cancel`.
    """
    stored = measure(weights)  # before the transaction: on SQLite nobody else writes during it
    with database.transaction() as session:
        job = held(session, claim)
        if job.cancel_requested:  # a cancellation that was answered never turns into a success
            raise CancelRequested(f"{claim.job_id} was asked to stop.")
        blobs.keep(session, stored, weights)
        model = Model(
            id=ids.new("model"),
            project_id=claim.project_id,
            job_id=claim.job_id,
            dataset_id=claim.dataset_id,
            name=job.name,
            weights_digest=stored.digest,
            size_bytes=stored.size,
            **vars(facts),
        )
        session.add(model)
        job.model_id = model.id
        end(session, claim, job, JobStatus.SUCCEEDED, ending)
        events.append(session, job, "job.succeeded", "Succeeded.", {"model_id": model.id})
        return model.id


def fail(database: Database, claim: Claim, error: dict[str, Any], *, ending: Ending) -> None:
    """End a job that cannot succeed, with its cause."""
    with database.transaction() as session:
        job = held(session, claim)
        job.error = error
        end(session, claim, job, JobStatus.FAILED, ending, cause=error["code"])
        events.append(session, job, "job.failed", error["message"], error)


def cancel(database: Database, claim: Claim, *, ending: Ending) -> None:
    """End a job that was asked to stop."""
    with database.transaction() as session:
        job = held(session, claim)
        end(session, claim, job, JobStatus.CANCELLED, ending)
        events.append(session, job, "job.cancelled", "Cancelled.")


def release(database: Database, claim: Claim, *, cause: str = "drained") -> None:
    """Give a job back to the queue, not counted as a crash."""
    with database.transaction() as session:
        job = held(session, claim)
        requeue(session, job, cause=cause)


def requeue(session: Session, job: Job, *, cause: str) -> None:
    """Close a running job's attempt and put it back into the queue, or end it when it was asked to stop."""
    if job.cancel_requested:
        close_attempt(session, job.id, job.fence, JobStatus.CANCELLED, cause)
        move(job, JobStatus.CANCELLED)
        job.stop_reason = StopReason.USER
        events.append(session, job, "job.cancelled", "Cancelled.", {"cause": cause})
        return
    close_attempt(session, job.id, job.fence, "released", cause)
    move(job, JobStatus.QUEUED)
    job.phase, job.worker_id = Phase.WAITING, None
    events.append(session, job, "job.requeued", f"Back in the queue: {cause}.", {"cause": cause})


def end(
    session: Session, claim: Claim, job: Job, status: JobStatus, ending: Ending, *, cause: str | None = None
) -> None:
    """Write the last facts, the attempt's outcome and the final status."""
    write_metrics(session, claim, ending.metrics)
    job.stop_reason, job.step, job.epoch = ending.stop_reason, ending.step, ending.epoch
    job.best = ending.best if ending.best is not None else job.best
    job.latest = ending.latest if ending.latest is not None else job.latest
    job.progress = ending.progress if ending.progress is not None else job.progress
    close_attempt(session, claim.job_id, claim.fence, status, cause)
    move(job, status)


def close_attempt(session: Session, job_id: str, fence: int, outcome: str, cause: str | None) -> None:
    """Say how an attempt ended."""
    session.execute(
        update(Attempt)
        .where(Attempt.job_id == job_id, Attempt.fence == fence)
        .values(outcome=str(outcome), cause=cause, finished_at=now()),
    )
