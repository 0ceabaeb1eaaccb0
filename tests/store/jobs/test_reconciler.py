"""What dead workers and lost tokens leave behind is set right."""

from collections.abc import Callable
from functools import partial

import pytest

from store import Store
from store.database.database import Database
from store.database.tables import Attempt, Job
from store.jobs import claims, reconciler, submit
from store.jobs.reconciler import Watch
from store.states import JobStatus, Phase, StopReason
from tests.store.samples import add_jobs, at_once, claimed, finish, read

Look = Callable[[float], list[str]]


@pytest.fixture
def look(database: Database) -> Look:
    """Look for silent attempts at a time of the watcher's own clock."""
    return partial(reconciler.requeue_silent, database, Watch())


def test_a_job_whose_worker_fell_silent_waits_again(database: Database, look: Look) -> None:
    """A worker that was killed tells nobody."""
    claim = claimed(database)
    assert look(100.0) == []

    found = look(120.0)

    job = read(database, claim.job_id)
    with database.reading() as session:
        attempt = session.get_one(Attempt, (claim.job_id, claim.fence))
    assert found == [claim.job_id]
    assert (job.status, job.phase, job.crashes, job.worker_id) == (JobStatus.QUEUED, Phase.RECOVERING, 1, None)
    assert job.fence > claim.fence
    assert (attempt.outcome, attempt.cause) == ("released", "worker_lost")


def test_a_beating_job_is_left_alone(database: Database, look: Look) -> None:
    """A takeover of a living attempt throws its work away."""
    claim = claimed(database)

    for moment in range(0, 100, 15):
        assert look(float(moment)) == []
        claims.heartbeat(database, claim, phase=Phase.TRAINING, step=moment)


def test_silence_is_counted_from_the_first_look(database: Database, look: Look) -> None:
    """A reconciler that just started knows nothing of the time before: wall clocks take no part."""
    claimed(database)

    assert look(1_000_000.0) == []

    assert look(1_000_019.9) == []


def test_a_new_attempt_is_watched_anew(database: Database, look: Look) -> None:
    """Fence and counter together tell attempts apart; both count from nought."""
    claim = claimed(database)
    look(0.0)
    look(20.0)
    successor = claims.take(database, "wrk_b")

    assert successor is not None
    assert successor.job_id == claim.job_id
    assert look(21.0) == []
    assert look(40.0) == []
    assert look(41.0) == [claim.job_id]


def test_a_job_that_keeps_killing_its_workers_fails(database: Database, look: Look) -> None:
    """A poisonous job must not go round for ever."""
    claim = claimed(database)
    for lost in range(reconciler.MOST_CRASHES):
        look(100.0 * lost)
        look(100.0 * lost + 20)
        reconciler.woken(database, claim.job_id, read(database, claim.job_id).fence)
        claims.take(database, "wrk_b")

    job = read(database, claim.job_id)
    assert (job.status, job.stop_reason) == (JobStatus.FAILED, StopReason.ERROR)
    assert job.error is not None
    assert job.error["code"] == "job.worker_lost"


def test_a_silent_job_that_was_asked_to_stop_is_cancelled(database: Database, look: Look) -> None:
    """The wish outlives the worker that heard it."""
    claim = claimed(database)
    with database.transaction() as session:
        submit.request_cancel(session, session.get_one(Job, claim.job_id))
    look(0.0)

    look(20.0)

    job = read(database, claim.job_id)
    assert (job.status, job.phase, job.stop_reason) == (JobStatus.CANCELLED, Phase.FINISHED, StopReason.USER)


def test_two_reconcilers_take_a_job_back_once(database: Database) -> None:
    """Every worker has one; a crash must be counted once."""
    claim = claimed(database)
    looks = [partial(reconciler.requeue_silent, database, Watch()) for _ in range(4)]
    for each in looks:
        each(0.0)

    found = at_once(*[partial(each, 20.0) for each in looks])

    assert sorted(map(len, found)) == [0, 0, 0, 1]
    assert read(database, claim.job_id).crashes == 1


def test_a_job_that_ended_meanwhile_is_left_alone(database: Database) -> None:
    """Between looking and taking, the worker may finish."""
    claim = claimed(database)
    finish(database, claim)

    assert not reconciler.give_back(database, claim.job_id, claim.fence, 0)


def test_a_job_that_spoke_meanwhile_is_left_alone(database: Database) -> None:
    """The worker was slow, not dead: its beat came between looking and taking."""
    claim = claimed(database)
    claims.heartbeat(database, claim, phase=Phase.TRAINING, step=1)

    assert not reconciler.give_back(database, claim.job_id, claim.fence, 0)

    assert read(database, claim.job_id).status is JobStatus.RUNNING


def test_missing_tokens_are_made_up_for(store: Store) -> None:
    """Redis was restarted empty: the waiting rows are the outbox."""
    before = store.queue.length() or 0
    add_jobs(store.database, before + 5)

    sent = reconciler.top_up(store.database, store.queue, most=before + 3)
    again = reconciler.top_up(store.database, store.queue, most=before + 3)

    assert (sent, again) == (3, 0)
    assert store.queue.length() == before + 3


def test_waiting_jobs_are_counted(database: Database) -> None:
    """The reconciler and the limit on the queue need the number."""
    add_jobs(database, 3)
    claims.take(database, "wrk_a")

    assert reconciler.waiting_count(database) == 2


def test_a_second_crash_rests_and_is_woken_by_the_watchers_own_clock(database: Database) -> None:
    """A job that takes workers along leaves the others time; no wall clock decides for how long."""
    claim = claimed(database)
    assert reconciler.give_back(database, claim.job_id, claim.fence, 0, cause="signal_11")
    second = claims.take(database, "wrk_b")
    assert second is not None
    assert reconciler.give_back(database, claim.job_id, second.fence, 0, cause="signal_11")
    watch = Watch()

    resting = claims.take(database, "wrk_b")
    too_soon = reconciler.wake_rested(database, watch, 100.0) + reconciler.wake_rested(database, watch, 104.9)
    woken = reconciler.wake_rested(database, watch, 105.0)

    assert (resting, too_soon, woken) == (None, [], [claim.job_id])
    assert claims.take(database, "wrk_b") is not None


@pytest.mark.parametrize(
    ("cause", "code", "word"),
    [
        ("signal_11", "job.crashed", "SIGSEGV"),
        ("stalled", "job.stalled", "no step"),
        ("out_of_memory", "job.out_of_memory", "Memory"),
    ],
)
def test_a_third_crash_in_a_row_tells_its_cause(database: Database, cause: str, code: str, word: str) -> None:
    """The owner reads of what the process died, not that something went wrong."""
    claim = claimed(database)
    for number in range(3):
        assert reconciler.give_back(database, claim.job_id, claim.fence, 0, cause=cause)
        reconciler.woken(database, claim.job_id, read(database, claim.job_id).fence)
        claim = claims.take(database, "wrk_a") or claim
        assert number == 2 or claim.attempt == number + 2

    job = read(database, claim.job_id)
    assert job.status is JobStatus.FAILED
    assert job.error is not None
    assert (job.error["code"], job.error["cause"], job.error["attempts"]) == (code, cause, 3)
    assert word in job.error["message"]
