"""The history checker: what must hold of every row after whatever happened (H1 to H6)."""

from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import Blobs, Store
from store.database.tables import Attempt, Blob, Checkpoint, Dataset, Event, Job, Metric, Model
from store.states import JobStatus, StopReason, is_final

ENDS = {f"job.{status.value}" for status in JobStatus if is_final(status)}


def check(store: Store, *, all_done: bool = True) -> None:
    """Fail with the first sentence that does not hold."""
    with store.database.reading() as session:
        for job in session.scalars(select(Job)):
            assert not all_done or is_final(job.status), f"H1: {job.id} is {job.status}"
            check_attempts(session, job)
            check_events(session, job)
            check_metrics(session, job)
        check_blobs(session, store.blobs)


def check_attempts(session: Session, job: Job) -> None:
    """H3: fences rise, every attempt but a running one has an end, at most one succeeded."""
    attempts = session.scalars(select(Attempt).where(Attempt.job_id == job.id).order_by(Attempt.fence)).all()
    assert all(before.number < after.number for before, after in pairwise(attempts)), "H3: attempts out of order"
    assert all(attempt.fence <= job.fence for attempt in attempts), "H3: a fence of the future"
    assert sum(attempt.outcome == "succeeded" for attempt in attempts) == (job.status is JobStatus.SUCCEEDED), "H3"
    running = [attempt for attempt in attempts if attempt.outcome is None]
    assert len(running) == (job.status is JobStatus.RUNNING), f"H3: {job.id} is {job.status}, {len(running)} run"


def check_events(session: Session, job: Job) -> None:
    """H3 and H5: events have no gap, one end at most and nothing after it, no success after a cancellation."""
    events = session.scalars(select(Event).where(Event.job_id == job.id).order_by(Event.seq)).all()
    types = [event.type for event in events]
    assert [event.seq for event in events] == list(range(1, job.event_count + 1)), "H3: events with a gap"
    ends = [number for number, name in enumerate(types) if name in ENDS]
    assert ends == ([len(types) - 1] if is_final(job.status) else []), f"H3: {types}"
    assert not ("job.cancelling" in types and "job.succeeded" in types), "H5: cancelled, then succeeded"


def check_metrics(session: Session, job: Job) -> None:
    """H4: epochs 1 … N, each once, with rising steps; whole for a job that succeeded."""
    rows = session.execute(
        select(Metric.epoch, Metric.step).where(Metric.job_id == job.id).order_by(Metric.epoch)
    ).all()
    assert [row.epoch for row in rows] == list(range(1, len(rows) + 1)), f"H4: {[row.epoch for row in rows]}"
    assert all(before.step < after.step for before, after in pairwise(rows)), "H4: steps do not rise"
    begun = job.stop_reason is StopReason.MAX_TIME and len(rows) == job.epoch - 1  # its last epoch was not ended
    whole = begun or len(rows) == job.epoch
    assert whole or job.status is not JobStatus.SUCCEEDED, f"H4: {len(rows)} of {job.epoch} epochs"


def check_blobs(session: Session, blobs: Blobs) -> None:
    """H6: what is referred to is there and whole; what is there is referred to."""
    columns = (Dataset.content_digest, Dataset.prepared_digest, Model.weights_digest, Checkpoint.digest)
    used = {digest for column in columns for digest in session.scalars(select(column))}
    kept = set(session.scalars(select(Blob.digest)))
    assert used == kept, f"H6: lost {used - kept}, left over {kept - used}"
    for digest in used:
        blobs.verify(digest)
    with_model = select(Job.id).where(Job.status == JobStatus.SUCCEEDED)
    assert set(session.scalars(with_model)) == set(session.scalars(select(Model.job_id))), "H3: models and successes"
