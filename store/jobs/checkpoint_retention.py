"""Retention of checkpoints: which of a job's stay, and the bytes of those that go."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.blobs import blobs
from store.database.tables import Checkpoint
from store.errors import InUse
from store.states import CheckpointKind

GENERATIONS = 2  # a damaged latest falls back to the one before
KEPT_AT_THE_END = 1  # what a finished job can be continued from


def newest(session: Session, job_id: str) -> list[Checkpoint]:
    """Return a job's checkpoints, the newest first."""
    return list(session.scalars(select(Checkpoint).where(Checkpoint.job_id == job_id).order_by(Checkpoint.seq.desc())))


def latest(session: Session, job_id: str) -> Checkpoint | None:
    """Return a job's newest checkpoint."""
    return next(iter(newest(session, job_id)), None)


def retain(session: Session, job_id: str, *, generations: int) -> None:
    """Keep the newest generations, the newest of a best epoch, and what was pinned; forget the rest."""
    rows = newest(session, job_id)
    best = next((row for row in rows if row.kind is CheckpointKind.BEST), None)
    older = rows[generations:]
    forget(session, [row for row in older if row is not best and row.kind is not CheckpointKind.PINNED])


def forget(session: Session, rows: Sequence[Checkpoint]) -> None:
    """Remove checkpoints, and their bytes where nobody else refers to them."""
    for row in rows:
        session.delete(row)
    session.flush()
    for digest in sorted({row.digest for row in rows}):
        with suppress(InUse):
            blobs.forget(session, digest)
