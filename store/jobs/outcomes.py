"""Endings of an attempt, each one transaction that names job and fence."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exports import TrainedModel
from store import ids
from store.blobs.blobs import Blobs, measure
from store.clock import now
from store.database.database import Database
from store.database.tables import Attempt, Dataset, Job, Model
from store.errors import CancelRequested
from store.jobs import checkpoint_retention, events
from store.jobs.claims import Claim, held, write_metrics
from store.jobs.submit import move
from store.models import give_version, parents_of
from store.states import JobStatus, Phase, StopReason

NO_SCORES: Mapping[str, float | None] = {}


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The last facts of an attempt that ran."""

    stop_reason: StopReason
    step: int
    epoch: int
    best: dict[str, Any] | None = None
    latest: dict[str, Any] | None = None
    progress: dict[str, Any] | None = None
    memory_bytes: int | None = None  # at most
    split: dict[str, Any] | None = None  # which rows were where, by their digest
    metrics: list[dict[str, Any]] = field(default_factory=list)


def succeed(
    database: Database,
    blobs: Blobs,
    claim: Claim,
    *,
    model: TrainedModel,
    weights: BinaryIO,
    ending: Ending,
    scores: Mapping[str, float | None] = NO_SCORES,
    environment: dict[str, Any] | None = None,
) -> str:
    """Write model, weights, last metrics, status and event together; return the model's id.

    `weights` is the model as the file that is stored; `scores` are what it was measured to be worth.

    Raises `Fenced`, and `CancelRequested` when a cancellation was answered meanwhile: then call `cancel`.
    """
    stored = measure(weights)  # before the transaction: on SQLite nobody else writes during it
    with database.transaction() as session:
        job = held(session, claim)
        if job.cancel_requested:  # a cancellation that was answered never turns into a success
            raise CancelRequested(f"{claim.job_id} was asked to stop.")
        blobs.keep(session, stored, weights)
        row = Model(
            id=ids.new("model"),
            project_id=claim.project_id,
            job_id=claim.job_id,
            dataset_id=claim.dataset_id,
            name=job.name,
            task=model.spec["task"],
            weights_digest=stored.digest,
            size_bytes=stored.size,
            parameters=sum(array.size for array in model.arrays.values()),
            spec=dict(model.spec),
            preprocessing=dict(model.preprocessing),
            metrics=dict(scores),
            environment=environment,
            tags=job.tags,
            origin=origin_of(job, session.get_one(Dataset, claim.dataset_id), ending.split),
        )
        give_version(session, row)
        session.add(row)
        job.model_id = row.id
        end(session, claim, job, JobStatus.SUCCEEDED, ending)
        job.actual = taken(session, claim, job, ending)
        events.append(session, job, "job.succeeded", "Succeeded.", {"model_id": row.id})
        return row.id


def origin_of(job: Job, dataset: Dataset, split: Mapping[str, Any] | None) -> dict[str, Any]:
    """Tell what a model came from, for as long as there is the model: its job may be deleted, its dataset renamed."""
    return {
        "job_id": job.id,
        "given": job.given,
        "provenance": job.provenance,
        "seed": job.seed,
        "parents": parents_of(job),
        "split": None if split is None else dict(split),
        "dataset": {
            "id": dataset.id,
            "name": dataset.name,
            "digest": f"sha256:{dataset.digest}",
            "rows": dataset.row_count,
            "columns": len(dataset.columns),
        },
    }


def fail(database: Database, claim: Claim, error: dict[str, Any], *, ending: Ending) -> JobStatus:
    """End a job that cannot succeed, with its cause."""
    with database.transaction() as session:
        job = held(session, claim)
        job.error = error
        end(session, claim, job, JobStatus.FAILED, ending, cause=error["code"])
        events.append(session, job, "job.failed", error["message"], error)
        return job.status


def cancel(database: Database, claim: Claim, *, ending: Ending) -> JobStatus:
    """End a job that was asked to stop; its metrics stay, its weights do not."""
    with database.transaction() as session:
        job = held(session, claim)
        end(session, claim, job, JobStatus.CANCELLED, ending)
        events.append(session, job, "job.cancelled", "Cancelled.")
        return job.status


def release(
    database: Database, claim: Claim, *, cause: str = "drained", rest_s: int = 0, ending: Ending | None = None
) -> JobStatus:
    """Give a job back to the queue, not counted as a crash; tell what it became."""
    with database.transaction() as session:
        job = held(session, claim)
        if ending is not None:
            show(job, ending)
        requeue(session, job, cause=cause, rest_s=rest_s)
        return job.status


def pause(database: Database, claim: Claim, *, ending: Ending | None = None) -> JobStatus:
    """Let a job wait until it is resumed; tell what it became: a cancellation that was answered wins."""
    return release(database, claim, cause="paused", ending=ending)


def requeue(session: Session, job: Job, *, cause: str, rest_s: int = 0) -> None:
    """Close a running job's attempt and put it back into the queue, or do with it what its owner asked for."""
    if job.cancel_requested:
        close_attempt(session, job.id, job.fence, JobStatus.CANCELLED, cause)
        move(job, JobStatus.CANCELLED)
        job.stop_reason = StopReason.USER
        events.append(session, job, "job.cancelled", "Cancelled.", {"cause": cause})
        return
    close_attempt(session, job.id, job.fence, "released", cause)
    job.phase, job.worker_id, job.rest_s = Phase.WAITING, None, rest_s
    if job.pause_requested:
        move(job, JobStatus.PAUSED)
        job.pause_requested, job.rest_s = False, 0
        events.append(session, job, "job.paused", "Paused.", {"step": job.step})
        return
    move(job, JobStatus.QUEUED)
    rests = f", in {rest_s} s at the earliest" if rest_s else ""
    data = {"cause": cause, "rest_s": rest_s}
    events.append(session, job, "job.requeued", f"Back in the queue: {cause}{rests}.", data)


def end(
    session: Session, claim: Claim, job: Job, status: JobStatus, ending: Ending, *, cause: str | None = None
) -> None:
    """Write the last facts, the attempt's outcome and the final status."""
    write_metrics(session, claim, ending.metrics)
    job.stop_reason = ending.stop_reason
    show(job, ending)
    close_attempt(session, claim.job_id, claim.fence, status, cause)
    move(job, status)
    checkpoint_retention.retain(session, job.id, generations=checkpoint_retention.KEPT_AT_THE_END)


def taken(session: Session, claim: Claim, job: Job, ending: Ending) -> dict[str, Any]:
    """Tell what a job took: the seconds of all its attempts, the epochs and the most memory.

    The last attempt is measured by a clock that no one sets; earlier ones, of which only the times of day are left,
    count nothing where those ran backwards.
    """
    ours = (Attempt.job_id == job.id, Attempt.fence < claim.fence)
    times = session.execute(select(Attempt.started_at, Attempt.finished_at).where(*ours))
    earlier = [(finished - started).total_seconds() for started, finished in times if finished is not None]
    seconds = time.monotonic() - claim.taken_at + sum(max(0.0, each) for each in earlier)
    epochs = ending.step * job.epochs / job.steps if job.epochs and job.steps else float(ending.epoch)
    return {"duration_s": round(seconds, 6), "epochs": round(epochs, 6), "memory_bytes": ending.memory_bytes}


def show(job: Job, ending: Ending) -> None:
    """Leave in the row how far the attempt came."""
    job.step, job.epoch = ending.step, ending.epoch
    job.best = ending.best if ending.best is not None else job.best
    job.latest = ending.latest if ending.latest is not None else job.latest
    job.progress = ending.progress if ending.progress is not None else job.progress


def close_attempt(session: Session, job_id: str, fence: int, outcome: str, cause: str | None) -> None:
    """Say how an attempt ended."""
    session.execute(
        update(Attempt)
        .where(Attempt.job_id == job_id, Attempt.fence == fence)
        .values(outcome=str(outcome), cause=cause, finished_at=now()),
    )
