"""Use cases of checkpoints: list, find, pin, hold for another job; also while their own job runs."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import refuse
from store import Store
from store.database import rows
from store.database.tables import Checkpoint, Job
from store.errors import NotFound
from store.jobs import checkpoint_retention, submit
from store.states import CheckpointKind, is_final

MOST_PINNED = 20
View = dict[str, Any]


def listed(store: Store, project_id: str, job_id: str) -> list[View]:
    """List what is kept of a job's training, newest first; there are a handful at most, and pinned ones."""
    with store.database.reading() as session:
        rows.find(session, Job, job_id, project_id)
        return [present(row) for row in checkpoint_retention.newest(session, job_id)]


def find(store: Store, project_id: str, job_id: str, checkpoint_id: str) -> View:
    """Show one; raises NotFound and WrongKindOfId."""
    with store.database.reading() as session:
        return present(row_of(session, project_id, job_id, checkpoint_id))


def pin(store: Store, project_id: str, job_id: str, checkpoint_id: str, *, is_pinned: bool) -> View:
    """Keep a checkpoint for as long as its job, or let it go when newer ones have come."""
    with store.database.transaction() as session:
        job = submit.locked(session, rows.find(session, Job, job_id, project_id))
        row = row_of(session, project_id, job_id, checkpoint_id)
        if is_pinned:
            _check_pins(session, row)
        row.kind = CheckpointKind.PINNED if is_pinned else _kind_of(row)
        session.flush()
        shown = present(row)
        if not is_pinned and is_final(job.status):
            checkpoint_retention.retain(session, job_id, generations=checkpoint_retention.KEPT_AT_THE_END)
        return shown


def hold(session: Session, row: Checkpoint) -> None:
    """Keep a checkpoint that another job starts from, as if its owner had pinned it."""
    if row.kind is not CheckpointKind.PINNED:
        submit.locked(session, session.get_one(Job, row.job_id))
        _check_pins(session, row)
        row.kind = CheckpointKind.PINNED


def row(store: Store, project_id: str, job_id: str, checkpoint_id: str) -> Checkpoint:
    """Find the row of a checkpoint; raises NotFound and WrongKindOfId."""
    with store.database.reading() as session:
        return row_of(session, project_id, job_id, checkpoint_id)


def present(row: Checkpoint) -> View:
    """Show a checkpoint."""
    here = f"/v1/jobs/{row.job_id}/checkpoints/{row.id}"
    return {
        "id": row.id,
        "object": "checkpoint",
        "job_id": row.job_id,
        "kind": row.kind,
        "pinned": row.kind is CheckpointKind.PINNED,
        "epoch": row.epoch,
        "step": row.step,
        "best": row.facts.get("best"),
        "latest": row.facts.get("latest"),
        "digest": f"sha256:{row.digest}",
        "size_bytes": row.size_bytes,
        "environment": row.environment,
        "created_at": row.created_at,
        "urls": {
            "self": here,
            "content": f"{here}/content",
            "weights": f"{here}/weights",
            "predict": f"{here}/predict",
            "job": f"/v1/jobs/{row.job_id}",
        },
    }


def row_of(session: Session, project_id: str, job_id: str, checkpoint_id: str) -> Checkpoint:
    """Find a checkpoint of a job; raises NotFound and WrongKindOfId."""
    rows.find(session, Job, job_id, project_id)
    row = rows.find(session, Checkpoint, checkpoint_id, project_id)
    if row.job_id != job_id:
        raise NotFound("checkpoint", checkpoint_id)
    return row


def _kind_of(row: Checkpoint) -> CheckpointKind:
    """Tell what a checkpoint is without its pin: of the best epoch so far, or one of the latest."""
    best = row.facts.get("best") or {}
    return CheckpointKind.BEST if best.get("epoch") == row.epoch else CheckpointKind.LATEST


def _check_pins(session: Session, row: Checkpoint) -> None:
    """Bound what a job may keep for ever."""
    pinned = select(func.count()).where(
        Checkpoint.job_id == row.job_id, Checkpoint.kind == CheckpointKind.PINNED, Checkpoint.id != row.id
    )
    if (count := session.scalar(pinned) or 0) >= MOST_PINNED:
        message = f"{count} checkpoints of job `{row.job_id}` are pinned; the limit is {MOST_PINNED}."
        raise refuse("limit.too_many_pins", message, hint="Take the pin off one that is no longer needed.")
