"""What people ask of jobs."""

from functools import partial

import pytest
from sqlalchemy import func, select

from store.database.database import Database
from store.database.tables import Attempt, Event, Job, Metric, Model
from store.errors import NotFound, WrongState
from store.jobs import claims, events, outcomes, submit
from store.jobs.scheduling import queue_position
from store.states import JobStatus, Phase, StopReason
from tests.store.samples import ENDING, add_dataset, add_jobs, at_once, claimed, finish, order, read


def cancel(database: Database, job_id: str) -> None:
    """Ask a job to stop."""
    with database.transaction() as session:
        submit.request_cancel(session, session.get_one(Job, job_id))


def told(database: Database, job_id: str) -> list[tuple[int, str]]:
    """Read a job's events."""
    with database.reading() as session:
        rows = session.scalars(select(Event).where(Event.job_id == job_id).order_by(Event.seq))
        return [(row.seq, row.type) for row in rows]


def test_a_submitted_job_waits_with_its_first_event(database: Database) -> None:
    """Job and event are one fact, in the caller's transaction."""
    dataset_id = add_dataset(database)
    with database.transaction() as session:
        job = submit.submit(session, order(dataset_id, name="iris", tags=["a"], metadata={"k": 1}, priority=3))

    found = read(database, job.id)
    assert (found.status, found.phase, found.name, found.priority) == (JobStatus.QUEUED, Phase.WAITING, "iris", 3)
    assert (found.tags, found.job_metadata, found.epochs, found.steps) == (["a"], {"k": 1}, 3, 30)
    assert told(database, job.id) == [(1, "job.queued")]


def test_a_failed_submission_leaves_nothing(database: Database) -> None:
    """An answer of 500 must not train."""
    dataset_id = add_dataset(database)

    def submit_and_fail() -> None:
        with database.transaction() as session:
            submit.submit(session, order(dataset_id))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        submit_and_fail()

    with database.reading() as session:
        assert submit.counts(session)["queued"] == 0


def test_a_waiting_job_is_cancelled_at_once(database: Database) -> None:
    """Nobody has to wait for a worker to be told that nothing will happen."""
    (job_id,) = add_jobs(database)

    cancel(database, job_id)

    job = read(database, job_id)
    assert (job.status, job.phase, job.stop_reason) == (JobStatus.CANCELLED, Phase.FINISHED, StopReason.USER)
    assert job.finished_at is not None
    assert claims.take(database, "wrk_a") is None


def test_a_running_job_is_asked_to_stop_once(database: Database) -> None:
    """The flag lies in the row: no restart of Redis or of a worker forgets it."""
    claim = claimed(database)

    cancel(database, claim.job_id)
    cancel(database, claim.job_id)

    job = read(database, claim.job_id)
    assert (job.status, job.phase, job.cancel_requested) == (JobStatus.RUNNING, Phase.CANCELLING, True)
    assert [type_ for _, type_ in told(database, claim.job_id)].count("job.cancelling") == 1


def test_a_finished_job_cannot_be_cancelled(database: Database) -> None:
    """Its result is already there."""
    claim = claimed(database)
    finish(database, claim)

    with pytest.raises(WrongState, match=f"Job `{claim.job_id}` is succeeded; it cannot be cancelled") as caught:
        cancel(database, claim.job_id)

    assert (caught.value.status, caught.value.wanted) == ("succeeded", "cancelled")


def test_cancel_and_claim_at_once_agree(database: Database) -> None:
    """Either it is cancelled and never runs, or it runs and knows that it is to stop."""
    for _ in range(5):
        (job_id,) = add_jobs(database)

        claim, _ = at_once(partial(claims.take, database, "wrk_a"), partial(cancel, database, job_id))

        job = read(database, job_id)
        if claim is None:
            assert job.status is JobStatus.CANCELLED
        else:
            assert job.status is JobStatus.RUNNING
            assert job.cancel_requested
            outcomes.cancel(database, claim, ending=ENDING)


def test_events_are_numbered_without_gaps(database: Database) -> None:
    """A follower that saw event 7 asks for what comes after 7."""
    (job_id,) = add_jobs(database)

    def note() -> None:
        with database.transaction() as session:
            job = submit.locked(session, session.get_one(Job, job_id))
            events.append(session, job, "job.noted", "Noted.")

    at_once(*[note] * 8)

    assert [seq for seq, _ in told(database, job_id)] == list(range(1, 10))


def test_a_finished_job_is_deleted_and_its_model_stays(database: Database) -> None:
    """Somebody may be predicting with it."""
    claim = claimed(database)
    claims.record_metrics(database, claim, [{"epoch": 1, "step": 1, "values": {}}])
    model_id = finish(database, claim)

    with database.transaction() as session:
        submit.delete(session, session.get_one(Job, claim.job_id))

    with database.reading() as session:
        assert session.get_one(Model, model_id).job_id is None
        left = [session.scalar(select(func.count()).select_from(table)) for table in (Job, Event, Metric, Attempt)]
    assert left == [0, 0, 0, 0]


def test_a_running_job_cannot_be_deleted(database: Database) -> None:
    """Its worker would write into nothing."""
    claim = claimed(database)

    with pytest.raises(WrongState, match="cannot be deleted"), database.transaction() as session:
        submit.delete(session, session.get_one(Job, claim.job_id))


def test_a_job_that_was_deleted_meanwhile_is_not_found(database: Database) -> None:
    """Two people press delete at once; the second is told the truth."""
    (job_id,) = add_jobs(database)
    cancel(database, job_id)
    job = read(database, job_id)
    with database.transaction() as session:
        submit.delete(session, session.get_one(Job, job_id))

    with pytest.raises(NotFound), database.transaction() as session:
        submit.delete(session, job)


def test_a_waiting_job_knows_its_place(database: Database) -> None:
    """People decide by it whether to wait."""
    first, second = add_jobs(database, 2)
    (urgent,) = add_jobs(database, priority=1)

    with database.reading() as session:
        places = [queue_position(session, session.get_one(Job, id_)) for id_ in (urgent, first, second)]

    assert places == [1, 2, 3]


def test_jobs_are_counted_by_status(database: Database) -> None:
    """Operators scale by it."""
    add_jobs(database, 2)
    claims.take(database, "wrk_a")

    with database.reading() as session:
        counts = submit.counts(session)

    assert (counts["queued"], counts["running"], counts["failed"]) == (1, 1, 0)
