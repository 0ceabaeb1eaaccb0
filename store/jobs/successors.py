"""Jobs derived from a finished one: the same order, or a longer one, with its last checkpoint and its history."""

from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store import ids
from store.database.tables import Checkpoint, Job, Metric
from store.jobs import events
from store.jobs.readings import refuse_changed
from store.jobs.submit import JobOrder, submit
from store.states import CheckpointKind

OPENED_AGAIN = 0  # the fence of a checkpoint whose training may have been finished and goes on under a longer plan


def derive(session: Session, old: Job, found: Checkpoint | None, *, epochs: int | None = None) -> Job:
    """Queue a job like another one, from a checkpoint or from the start; `epochs` makes its plan longer.

    Raises ReadingChanged where its datasets are read in another way now.
    """
    refuse_changed(session, old.project_id, old.readings)
    new = submit(session, like(old) if epochs is None else longer(like(old), epochs))
    how = "retry" if epochs is None else "continue"
    new.origin = {"job_id": old.id, "how": how, "checkpoint_id": None, "epoch": 0, "step": 0}
    if found is not None:
        new.estimate = None  # it was quoted for the whole way
        new.origin |= {"checkpoint_id": found.id, "epoch": found.epoch, "step": found.step}
        inherit(session, old, new, found, fence=found.fence if epochs is None else OPENED_AGAIN)
    events.append(session, old, f"job.{how}", f"Goes on as job {new.id}.", {"job_id": new.id})
    session.flush()
    return new


def inherit(session: Session, old: Job, new: Job, found: Checkpoint, *, fence: int) -> None:
    """Give a new job a checkpoint, whose bytes both share, and the history before it."""
    new.epoch, new.step = found.epoch, found.step
    new.best, new.latest = found.facts.get("best"), found.facts.get("latest")
    same = {name: getattr(found, name) for name in ("step", "epoch", "digest", "size_bytes", "environment")}
    kind = CheckpointKind.BEST if found.kind is CheckpointKind.BEST else CheckpointKind.LATEST  # a pin stays behind
    facts = {**found.facts, "elapsed_s": 0.0}  # a limit of its time begins anew
    row = Checkpoint(id=ids.new("checkpoint"), project_id=new.project_id, job_id=new.id, fence=fence, seq=1, **same)
    row.kind, row.facts = kind, facts
    session.add(row)
    told = select(Metric.epoch, Metric.step, Metric.values).where(Metric.job_id == old.id, Metric.epoch <= found.epoch)
    rows = [{"job_id": new.id, "fence": 0, **row} for row in session.execute(told).mappings()]
    if rows:
        session.execute(insert(Metric), rows)


def like(job: Job) -> JobOrder:
    """Order the same as a job that there was."""
    same = {name: getattr(job, name) for name in JobOrder.__dataclass_fields__ if name != "metadata"}
    return JobOrder(**same, metadata=job.job_metadata)


def longer(order: JobOrder, epochs: int) -> JobOrder:
    """Order the same for another number of epochs; the resolved spec says so."""
    told: dict[str, Any] = {"source": "given", "reason": "the job was continued"}
    resolved = {**order.resolved, "training": {**order.resolved.get("training", {}), "epochs": epochs}}
    provenance = {**order.provenance, "/training/epochs": told}
    steps = order.steps // order.epochs * epochs if order.steps and order.epochs else None
    return replace(order, resolved=resolved, provenance=provenance, epochs=epochs, steps=steps, estimate=None)
