"""An attempt ends in one transaction."""

import io
import time
from dataclasses import replace
from datetime import timedelta
from typing import BinaryIO

import pytest
from sqlalchemy import func, select

from store.blobs.blobs import Blobs
from store.clock import now
from store.database.database import Database
from store.database.tables import Attempt, Blob, Event, Job, Metric, Model
from store.errors import CancelRequested
from store.jobs import claims, outcomes, submit
from store.jobs.claims import Claim
from store.states import JobStatus, Phase, StopReason
from tests.store.samples import ENDING, MODEL, claimed, finish, read

ROW = {"epoch": 3, "step": 30, "values": {"loss": 0.1}}
ERROR = {"code": "job.diverged", "message": "The loss became infinite in epoch 2."}


def attempt_of(database: Database, claim: Claim) -> Attempt:
    """Read the attempt of a claim."""
    with database.reading() as session:
        return session.get_one(Attempt, (claim.job_id, claim.fence))


def ask_to_stop(database: Database, claim: Claim) -> None:
    """Ask a running job to stop."""
    with database.transaction() as session:
        submit.request_cancel(session, session.get_one(Job, claim.job_id))


def last_event(database: Database, claim: Claim) -> Event:
    """Read the last event of a job."""
    with database.reading() as session:
        query = select(Event).where(Event.job_id == claim.job_id).order_by(Event.seq.desc()).limit(1)
        return session.scalars(query).one()


def test_success_is_written_whole(database: Database) -> None:
    """Status, model, weights, metrics and event are one fact."""
    claim = claimed(database, name="iris")
    best = {"metric": "val_loss", "value": 0.1}
    ending = replace(ENDING, stop_reason=StopReason.EARLY_STOPPED, best=best, metrics=[ROW])

    model_id = outcomes.succeed(database, Blobs(database), claim, weights=io.BytesIO(b"w"), model=MODEL, ending=ending)

    job = read(database, claim.job_id)
    with database.reading() as session:
        model = session.get_one(Model, model_id)
        metric = session.scalars(select(Metric)).one()
    assert (job.status, job.phase, job.stop_reason) == (JobStatus.SUCCEEDED, Phase.FINISHED, StopReason.EARLY_STOPPED)
    assert (job.model_id, job.best, job.step, job.epoch, job.worker_id) == (model_id, best, 30, 3, None)
    assert (model.job_id, model.name, model.size_bytes, model.parameters) == (claim.job_id, "iris", 1, 12)
    assert Blobs(database).read(model.weights_digest) == b"w"
    assert metric.values == {"loss": 0.1}
    assert attempt_of(database, claim).outcome == "succeeded"
    assert (last_event(database, claim).type, last_event(database, claim).data) == (
        "job.succeeded",
        {"model_id": model_id},
    )


def test_success_is_written_whole_or_not_at_all(database: Database) -> None:
    """A crash between weights and status must leave a job that runs again."""
    claim = claimed(database)
    unfit, weights = {"loss": float("nan")}, io.BytesIO(b"w")

    with pytest.raises(Exception, match="not JSON compliant"):
        outcomes.succeed(database, Blobs(database), claim, weights=weights, model=MODEL, ending=ENDING, scores=unfit)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Model)) == 0
        assert session.scalar(select(func.count()).select_from(Blob)) == 1  # the dataset's
    assert read(database, claim.job_id).status is JobStatus.RUNNING


def test_a_job_that_was_asked_to_stop_never_succeeds(database: Database) -> None:
    """A cancellation that was answered must hold."""
    claim = claimed(database)
    ask_to_stop(database, claim)

    with pytest.raises(CancelRequested):
        finish(database, claim)
    outcomes.cancel(database, claim, ending=replace(ENDING, stop_reason=StopReason.USER))

    job = read(database, claim.job_id)
    assert (job.status, job.stop_reason, job.model_id) == (JobStatus.CANCELLED, StopReason.USER, None)


def test_large_weights_are_measured_before_the_lock(sqlite_url: str) -> None:
    """On SQLite nobody else can beat while a transaction hashes a gigabyte."""
    database = Database(sqlite_url)
    first, second = claimed(database), claimed(database)

    class Watched(io.BytesIO):
        """A file that beats for another job whenever it is sought."""

        beats = 0

        def seek(self, offset: int, whence: int = 0, /) -> int:
            """Beat, the first time."""
            if not self.beats:
                claims.heartbeat(database, second, phase=Phase.TRAINING, step=1)
                self.beats += 1
            return super().seek(offset, whence)

    weights: BinaryIO = Watched(b"w")
    outcomes.succeed(database, Blobs(database), first, weights=weights, model=MODEL, ending=ENDING)

    database.close()
    assert read(database, second.job_id).heartbeat == 1


def test_a_failure_keeps_its_cause(database: Database) -> None:
    """Without it, a failed job is a riddle."""
    claim = claimed(database)

    outcomes.fail(database, claim, ERROR, ending=replace(ENDING, stop_reason=StopReason.DIVERGED, metrics=[ROW]))

    job = read(database, claim.job_id)
    assert (job.status, job.error, job.stop_reason) == (JobStatus.FAILED, ERROR, StopReason.DIVERGED)
    assert (attempt_of(database, claim).outcome, attempt_of(database, claim).cause) == ("failed", "job.diverged")
    assert last_event(database, claim).message == ERROR["message"]


def test_a_released_job_waits_again_and_does_not_count_as_a_crash(database: Database) -> None:
    """A deployment must not use up the patience with a job."""
    claim = claimed(database)

    outcomes.release(database, claim)

    job = read(database, claim.job_id)
    assert (job.status, job.phase, job.crashes, job.worker_id) == (JobStatus.QUEUED, Phase.WAITING, 0, None)
    assert (attempt_of(database, claim).outcome, attempt_of(database, claim).cause) == ("released", "drained")
    assert claims.take(database, "wrk_b") is not None


def test_a_job_asked_to_stop_is_not_queued_again(database: Database) -> None:
    """Who pressed cancel must not see it start once more."""
    claim = claimed(database)
    ask_to_stop(database, claim)

    outcomes.release(database, claim)

    job = read(database, claim.job_id)
    assert (job.status, job.stop_reason) == (JobStatus.CANCELLED, StopReason.USER)


def test_an_attempt_ends_once(database: Database) -> None:
    """A result that was reported twice would make two models."""
    claim = claimed(database)
    finish(database, claim)

    with pytest.raises(Exception, match="no longer owns"):
        finish(database, claim)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Model)) == 1


def test_what_a_job_took_is_kept_beside_what_it_was_quoted(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes are only as good as what they are held against: no clock that somebody sets back spoils the time."""
    first = claimed(database)
    monkeypatch.setattr("store.jobs.outcomes.now", lambda: now() - timedelta(hours=7))
    outcomes.release(database, first)
    again = claims.take(database, "w2")
    assert again is not None
    claim = replace(again, taken_at=time.monotonic() - 100)
    ending = replace(ENDING, step=15, memory_bytes=170_000_000)

    outcomes.succeed(database, Blobs(database), claim, weights=io.BytesIO(b"w"), model=MODEL, ending=ending)

    actual = read(database, claim.job_id).actual
    assert actual is not None
    assert 100 <= actual.pop("duration_s") < 160
    assert actual == {"epochs": 1.5, "memory_bytes": 170_000_000}
