"""Pause, resume, retry and continue.

A waiting job changes at once, a running one at its next batch; a finished one never changes. `retry` and `continue_`
therefore make new jobs: whoever waits for a job, counts it or was told of its end may rely on `done`, and each job
keeps one spec, one history and one model. The new job begins with the old one's last checkpoint, and says so.
"""

from sqlalchemy.orm import Session

from store import states
from store.database.tables import Job
from store.errors import AlreadyFinished, NoCheckpoint, WrongState
from store.jobs import checkpoint_retention, events
from store.jobs.submit import locked, move
from store.jobs.successors import derive
from store.states import JobStatus, Phase, StopReason


def pause(session: Session, job: Job) -> Job:
    """Let a waiting job wait until it is resumed, ask a running one to stop and keep its state.

    Raises `AlreadyFinished`, and `WrongState` for a job that was asked to stop for good.
    """
    job = unfinished(session, job, "paused")
    if job.status is JobStatus.RUNNING and not job.pause_requested:
        job.pause_requested, job.phase = True, Phase.PAUSING
        events.append(session, job, "job.pausing", "A pause was asked for.")
    elif job.status is JobStatus.QUEUED:
        move(job, JobStatus.PAUSED)
        job.rest_s, job.phase = 0, Phase.WAITING
        events.append(session, job, "job.paused", "Paused while it waited.")
    return job


def resume(session: Session, job: Job) -> Job:
    """Put a paused job back into the queue; a pause that was only asked for is withdrawn, a resting job rests no more.

    Raises `AlreadyFinished`, and `WrongState` for a job that was asked to stop for good.
    """
    job = unfinished(session, job, "resumed")
    if job.status is JobStatus.PAUSED:
        move(job, JobStatus.QUEUED)
        job.phase = Phase.WAITING
        events.append(session, job, "job.queued", "Resumed.")
    elif job.pause_requested:
        job.phase = Phase.TRAINING if job.phase is Phase.PAUSING else job.phase
        events.append(session, job, "job.pause_withdrawn", "The pause is no longer asked for.")
    job.rest_s, job.pause_requested = 0, False
    return job


def unfinished(session: Session, job: Job, wanted: str) -> Job:
    """Lock a job that something can still happen to."""
    job = locked(session, job)
    if states.is_final(job.status):
        raise AlreadyFinished(job.id, job.status, wanted)
    if job.cancel_requested:
        raise WrongState(job.id, "being cancelled", wanted)
    return job


def retry(session: Session, job: Job) -> Job:
    """Queue a failed or cancelled job again as a new one, which goes on from the last checkpoint.

    The same spec and the same seed: it ends as the old one would have without the disturbance. One that diverged
    begins anew, for its last states are on the way to the same end. Raises `WrongState` for any other job.
    """
    job = locked(session, job)
    if job.status not in {JobStatus.FAILED, JobStatus.CANCELLED}:
        raise WrongState(job.id, job.status, "retried")
    is_lost = job.stop_reason is StopReason.DIVERGED
    found = None if is_lost else checkpoint_retention.latest(session, job.id)
    return derive(session, job, found)


def continue_(session: Session, job: Job, epochs: int) -> Job:
    """Train a finished job for more epochs, as a new job that goes on from the last state.

    Counted from that state, wherever the old job stopped. Raises `WrongState` for an unfinished job, `NoCheckpoint`.
    """
    job = locked(session, job)
    if not states.is_final(job.status):
        raise WrongState(job.id, job.status, "continued")
    found = checkpoint_retention.latest(session, job.id)
    if found is None:
        raise NoCheckpoint(job.id)
    return derive(session, job, found, epochs=found.epoch + epochs)
