"""Checkpoints: saved, and resumed under a claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store import ids
from store.blobs.blobs import Blobs, Stored, measure
from store.database.database import Database
from store.database.tables import Attempt, Checkpoint, Job, Metric
from store.jobs import events
from store.jobs.checkpoint_retention import GENERATIONS, forget, latest, newest, retain
from store.jobs.claims import Claim, held, write_metrics
from store.states import CheckpointKind

__all__ = ["CheckpointFacts", "add", "latest", "newest", "report_damage", "retain", "rewind", "save"]


@dataclass(frozen=True, kw_only=True)
class CheckpointFacts:
    """Where a training stands, and what a job shows of it."""

    step: int
    epoch: int  # epochs that are done
    is_best: bool  # whether the weights are those of the best epoch
    facts: dict[str, Any]  # `best`, `latest`, `elapsed_s`
    environment: dict[str, Any]


def save(
    database: Database,
    blobs: Blobs,
    claim: Claim,
    file: BinaryIO,
    *,
    position: CheckpointFacts,
    metrics: Sequence[dict[str, Any]] = (),
) -> str:
    """Write a checkpoint, and the metric rows before it, in one transaction; return its id.

    So that every epoch before the checkpoint has its row, however suddenly the worker dies. A job that gets ahead is
    no poison: its crashes are counted anew. Raises `Fenced`, `StorageFull`, `DatabaseAway`; then nothing is written.
    """
    stored = measure(file)
    with database.transaction() as session:
        job = held(session, claim)
        blobs.keep(session, stored, file)
        write_metrics(session, claim, list(metrics))
        checkpoint = add(session, claim, stored, position)
        job.crashes = 0
        session.flush()
        retain(session, claim.job_id, generations=GENERATIONS)
        return checkpoint.id


def add(session: Session, claim: Claim, stored: Stored, position: CheckpointFacts) -> Checkpoint:
    """Write the row of a checkpoint whose bytes are kept."""
    last = session.scalar(select(func.max(Checkpoint.seq)).where(Checkpoint.job_id == claim.job_id))
    checkpoint = Checkpoint(
        id=ids.new("checkpoint"),
        project_id=claim.project_id,
        job_id=claim.job_id,
        fence=claim.fence,
        seq=(last or 0) + 1,
        step=position.step,
        epoch=position.epoch,
        kind=CheckpointKind.BEST if position.is_best else CheckpointKind.LATEST,
        digest=stored.digest,
        size_bytes=stored.size,
        facts=position.facts,
        environment=position.environment,
    )
    session.add(checkpoint)
    return checkpoint


def rewind(
    database: Database, claim: Claim, found: Checkpoint | None, *, environment: dict[str, Any], changed: Sequence[str]
) -> None:
    """Bring the row to where an attempt begins: at a checkpoint, or at the start; later metrics are measured anew.

    `changed` names what differs from the environment in which the checkpoint was made: the bits may differ, and the
    job says so.
    """
    epoch, facts = (found.epoch, found.facts) if found is not None else (0, {})
    with database.transaction() as session:
        job = held(session, claim)
        session.execute(delete(Metric).where(Metric.job_id == claim.job_id, Metric.epoch > epoch))
        attempt = session.get_one(Attempt, (claim.job_id, claim.fence))
        attempt.environment = environment
        job.epoch, job.step = epoch, found.step if found is not None else 0
        job.best, job.latest, job.progress = facts.get("best"), facts.get("latest"), None
        if found is not None:
            tell_resumed(session, job, found, changed)


def tell_resumed(session: Session, job: Job, found: Checkpoint, changed: Sequence[str]) -> None:
    """Say where the attempt goes on, and in which other environment."""
    data = {"checkpoint_id": found.id, "step": found.step, "epoch": found.epoch, "environment_changed": list(changed)}
    events.append(session, job, "job.resumed", f"Goes on from step {found.step}.", data)
    if changed:
        message = (
            f"The job went on from step {found.step} in another environment ({', '.join(changed)}): "
            "its last bits may differ from those of an undisturbed run."
        )
        job.warnings = [*job.warnings, {"code": "job.environment_changed", "message": message}]


def report_damage(database: Database, claim: Claim, found: Checkpoint, reason: str) -> None:
    """Say that a checkpoint cannot be used, and forget it with its bytes: nobody should be offered them."""
    with database.transaction() as session:
        job = held(session, claim)
        message = f"The checkpoint of step {found.step} is damaged; going back to the one before."
        events.append(session, job, "checkpoint.damaged", message, {"checkpoint_id": found.id, "reason": reason})
        forget(session, [session.get_one(Checkpoint, found.id)])
