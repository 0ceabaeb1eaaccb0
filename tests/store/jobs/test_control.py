"""Pausing, resuming, retrying and continuing: what waits changes at once, what runs is asked, what ended stays."""

import io
from typing import Any

import pytest
from sqlalchemy import select

from store.blobs.blobs import Blobs
from store.database.database import Database
from store.database.tables import Checkpoint, Event, Job, Metric
from store.errors import AlreadyFinished, NoCheckpoint, WrongState
from store.jobs import checkpoints, claims, control, outcomes, submit
from store.jobs.checkpoints import CheckpointFacts
from store.jobs.claims import Claim, take
from store.jobs.outcomes import Ending
from store.states import JobStatus, Phase, StopReason
from tests.store.samples import add_jobs, claimed, finish, read

STOPPED = Ending(stop_reason=StopReason.USER, step=20, epoch=2)
ERROR = {"code": "job.worker_lost", "message": "The worker was lost."}


def act(database: Database, what: Any, job_id: str, *more: Any) -> Job:
    """Do something to a job."""
    with database.transaction() as session:
        done: Job = what(session, session.get_one(Job, job_id), *more)
        return done


def save(database: Database, claim: Claim, *, epoch: int = 2) -> str:
    """Leave a checkpoint behind, and the history before it."""
    position = CheckpointFacts(
        step=10 * epoch, epoch=epoch, is_best=False, facts={"best": None, "latest": {"epoch": epoch}, "elapsed_s": 9.0},
        environment={"numpy": "2"},
    )  # fmt: skip
    rows = [{"epoch": number, "step": 10 * number, "values": {"loss": 1.0}} for number in range(1, epoch + 1)]
    state = io.BytesIO(b"state" * epoch)
    return checkpoints.save(database, Blobs(database), claim, state, position=position, metrics=rows)


def told(database: Database, job_id: str) -> list[str]:
    """List the types of a job's events, and hold their numbers against gaps."""
    with database.reading() as session:
        found = session.scalars(select(Event).where(Event.job_id == job_id).order_by(Event.seq)).all()
    assert [event.seq for event in found] == list(range(1, len(found) + 1))
    return [event.type for event in found]


def test_a_waiting_job_is_paused_at_once(database: Database) -> None:
    """Nobody claims it, until it is resumed."""
    (job_id,) = add_jobs(database)

    paused = act(database, control.pause, job_id)
    while_paused = take(database, "wrk_a")
    resumed = act(database, control.resume, job_id)

    assert (paused.status, while_paused) == (JobStatus.PAUSED, None)
    assert resumed.status is JobStatus.QUEUED
    assert take(database, "wrk_a") is not None
    assert told(database, job_id) == ["job.queued", "job.paused", "job.queued", "job.started"]


def test_a_running_job_is_asked_to_pause(database: Database) -> None:
    """It keeps running until its worker has kept its state; asking twice is harmless."""
    claim = claimed(database)

    asked = act(database, control.pause, claim.job_id)
    act(database, control.pause, claim.job_id)
    heard = claims.orders(database, claim).pause
    became = outcomes.pause(database, claim)

    assert (asked.status, asked.phase, heard) == (JobStatus.RUNNING, Phase.PAUSING, True)
    assert became is JobStatus.PAUSED
    assert told(database, claim.job_id) == ["job.queued", "job.started", "job.pausing", "job.paused"]


def test_a_pause_that_is_withdrawn_in_time_does_not_happen(database: Database) -> None:
    """The worker may be keeping the state already: then the job goes back to the queue instead of waiting for ever."""
    claim = claimed(database)
    act(database, control.pause, claim.job_id)

    resumed = act(database, control.resume, claim.job_id)
    became = outcomes.pause(database, claim)

    assert (resumed.status, resumed.pause_requested) == (JobStatus.RUNNING, False)
    assert became is JobStatus.QUEUED


def test_a_cancellation_beats_a_pause(database: Database) -> None:
    """Whatever comes first: what was answered stays true."""
    claim = claimed(database)
    act(database, control.pause, claim.job_id)
    act(database, submit.request_cancel, claim.job_id)

    with pytest.raises(WrongState, match="being cancelled"):
        act(database, control.resume, claim.job_id)

    assert outcomes.pause(database, claim) is JobStatus.CANCELLED


@pytest.mark.parametrize("what", [control.pause, control.resume, submit.request_cancel])
def test_what_ended_is_told_so(database: Database, what: Any) -> None:
    """And nothing about it changes."""
    claim = claimed(database)
    finish(database, claim)
    before = read(database, claim.job_id).updated_at

    with pytest.raises(AlreadyFinished, match="succeeded"):
        act(database, what, claim.job_id)

    assert read(database, claim.job_id).updated_at == before


def test_a_resting_job_is_woken_by_resume(database: Database) -> None:
    """Who asks for it now need not wait for the delay after a crash."""
    claim = claimed(database)
    outcomes.release(database, claim, cause="worker_lost", rest_s=180)
    assert take(database, "wrk_b") is None

    act(database, control.resume, claim.job_id)

    assert take(database, "wrk_b") is not None


def test_a_cancelled_job_is_retried_from_its_last_state(database: Database) -> None:
    """A new job: the same order, the same bytes to go on from, the history before them, and both name each other."""
    claim = claimed(database, name="first", tags=["a"], metadata={"k": 1}, priority=3)
    kept = save(database, claim)
    outcomes.cancel(database, claim, ending=STOPPED)

    new = act(database, control.retry, claim.job_id)

    assert new.id != claim.job_id
    assert new.origin == {"job_id": claim.job_id, "how": "retry", "checkpoint_id": kept, "epoch": 2, "step": 20}
    assert (new.name, new.tags, new.job_metadata, new.priority, new.seed) == ("first", ["a"], {"k": 1}, 3, claim.seed)
    assert (new.epoch, new.step, new.resolved) == (2, 20, claim.spec)
    with database.reading() as session:
        (inherited,) = session.scalars(select(Checkpoint).where(Checkpoint.job_id == new.id))
        assert inherited.digest == session.get_one(Checkpoint, kept).digest
        assert (inherited.fence, inherited.facts["elapsed_s"]) == (claim.fence, 0.0)
        assert session.scalars(select(Metric.epoch).where(Metric.job_id == new.id)).all() == [1, 2]
    assert told(database, claim.job_id)[-1] == "job.retry"
    assert read(database, claim.job_id).status is JobStatus.CANCELLED


def test_a_diverged_job_is_retried_from_its_start(database: Database) -> None:
    """Its last states lead to the same end."""
    claim = claimed(database)
    save(database, claim)
    diverged = Ending(stop_reason=StopReason.DIVERGED, step=20, epoch=2)
    outcomes.fail(database, claim, ERROR, ending=diverged)

    new = act(database, control.retry, claim.job_id)

    assert (new.epoch, new.step) == (0, 0)
    with database.reading() as session:
        assert session.scalars(select(Checkpoint).where(Checkpoint.job_id == new.id)).all() == []


def test_a_finished_job_is_continued_for_more_epochs(database: Database) -> None:
    """Counted from its last state; the old job, its model and its end stay what they are."""
    claim = claimed(database, resolved={"training": {"epochs": 3, "seed": 7}})
    save(database, claim, epoch=3)
    model_id = finish(database, claim)

    new = act(database, control.continue_, claim.job_id, 5)

    assert (new.epochs, new.steps, new.epoch) == (8, 80, 3)
    assert new.resolved == {"training": {"epochs": 8, "seed": 7}}
    assert new.provenance["/training/epochs"]["source"] == "given"
    with database.reading() as session:
        assert session.scalars(select(Checkpoint.fence).where(Checkpoint.job_id == new.id)).all() == [0]
    old = read(database, claim.job_id)
    assert (old.status, old.model_id, old.epochs) == (JobStatus.SUCCEEDED, model_id, 3)


def test_a_job_goes_on_when_the_one_before_is_deleted(database: Database) -> None:
    """The bytes belong to both."""
    claim = claimed(database)
    save(database, claim)
    outcomes.cancel(database, claim, ending=STOPPED)
    new = act(database, control.retry, claim.job_id)

    act(database, submit.delete, claim.job_id)

    with database.reading() as session:
        digest = session.scalars(select(Checkpoint.digest).where(Checkpoint.job_id == new.id)).one()
    Blobs(database).verify(digest)


def test_only_what_ended_is_retried_or_continued(database: Database) -> None:
    """A job that may still end by itself would be trained twice."""
    claim = claimed(database)

    with pytest.raises(WrongState, match="running"):
        act(database, control.retry, claim.job_id)
    with pytest.raises(WrongState, match="running"):
        act(database, control.continue_, claim.job_id, 1)
    finish(database, claim)
    with pytest.raises(WrongState, match="succeeded"):
        act(database, control.retry, claim.job_id)
    with pytest.raises(NoCheckpoint):
        act(database, control.continue_, claim.job_id, 1)
