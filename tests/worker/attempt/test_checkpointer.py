"""Checkpoints while training goes on: as often as asked for, unless they cost too much; a failed one is no end."""

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from neural import BatchReport, TrainingState
from store import Store
from store.errors import DatabaseAway, Fenced
from store.jobs import checkpoints
from store.jobs.reconciler import give_back
from tests.worker import making
from tests.worker.conftest import eventually
from worker.attempt import checkpointer as keeping
from worker.attempt.checkpointer import Checkpointer
from worker.attempt.reporting.metric_history import MetricHistory
from worker.attempt.reporting.progress import Progress


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Begin at nought."""
    return Clock()


@pytest.fixture
def claim(store: Store, iris: str) -> making.Claim:
    """A claimed job."""
    making.order_unresolved(store, iris)
    return making.claim(store)


@pytest.fixture
def history(store: Store, claim: making.Claim) -> MetricHistory:
    """The rows of the attempt."""
    return MetricHistory(store.database, claim)


@pytest.fixture
def checkpointer(store: Store, claim: making.Claim, history: MetricHistory, clock: Clock) -> Iterator[Checkpointer]:
    """A checkpointer that is asked for a checkpoint every 15 s."""
    progress = Progress()
    with Checkpointer(
        store, claim, history=history, progress=progress, every_seconds=15, elapsed_s=100, clock=clock, metadata={}
    ) as made:
        yield made


def report(step: int) -> BatchReport:
    """Report a batch."""
    empty = np.zeros(3, np.float32)

    def state() -> TrainingState:
        return TrainingState(
            arrays={"parameters": empty, "best_weights": empty, "permutation": np.arange(4)},
            scalars={"epoch": 1 + step // 10, "step": step, "best_epoch": 0, "stop_reason": None},
        )

    return BatchReport(epoch=1, step=step, steps=99, loss=0.5, weights=empty.copy, state=state)


def steps(store: Store, claim: making.Claim) -> list[int]:
    """Read which steps were kept, the newest first."""
    with store.database.reading() as session:
        return [row.step for row in checkpoints.newest(session, claim.job_id)]


def offer(checkpointer: Checkpointer, clock: Clock, now: float, step: int) -> None:
    """Offer a report at a time, and wait until what it started is over."""
    clock.now = now
    checkpointer.offer(report(step))
    if checkpointer._writing is not None:
        checkpointer._writing.exception(10)


def test_a_young_job_is_kept_soon_and_then_less_often(
    store: Store, claim: making.Claim, checkpointer: Checkpointer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After 1 s, then after pauses of 2, 4, 8 and at last 15 s: at 1, 3, 7, 15, 30 and 45."""
    monkeypatch.setattr(keeping, "LARGEST_SHARE", float("inf"))  # a slow machine changes nothing here

    for now in range(60):
        offer(checkpointer, clock, now, step=now)

    assert steps(store, claim) == [45, 30]


def test_rows_before_a_checkpoint_are_written_with_it(
    store: Store, claim: making.Claim, checkpointer: Checkpointer, history: MetricHistory, clock: Clock
) -> None:
    """Else a death right after it would leave a hole."""
    history.add({"epoch": 1, "step": 10, "values": {"loss": 0.5}})

    offer(checkpointer, clock, 1.5, step=11)

    assert [row.epoch for row in making.metrics_of(store, claim.job_id)] == [1]
    with store.database.reading() as session:
        found = checkpoints.latest(session, claim.job_id)
    assert found is not None
    assert found.facts["elapsed_s"] == 101.5


def test_checkpoints_take_no_more_than_their_share(
    checkpointer: Checkpointer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network of gigabytes would otherwise spend its time on being written."""
    monkeypatch.setattr(keeping.time, "thread_time", iter([0.0, 3.0]).__next__)

    offer(checkpointer, clock, 10.0, step=1)

    assert checkpointer._due >= 10.0 + 3.0 / keeping.LARGEST_SHARE


def test_a_write_under_way_is_not_joined_by_another(
    store: Store, claim: making.Claim, checkpointer: Checkpointer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop never waits for a slow database."""
    goes_on, save = threading.Event(), checkpoints.save

    def slowly(*arguments: Any, **options: Any) -> str:
        goes_on.wait(10)
        return save(*arguments, **options)

    monkeypatch.setattr(checkpoints, "save", slowly)
    clock.now = 5.0
    checkpointer.offer(report(1))
    clock.now = 500.0
    checkpointer.offer(report(2))
    goes_on.set()
    eventually(lambda: steps(store, claim) == [1])
    offer(checkpointer, clock, 1000.0, step=3)

    assert steps(store, claim) == [3, 1]


def test_a_database_that_is_away_is_asked_again(
    store: Store,
    claim: making.Claim,
    checkpointer: Checkpointer,
    history: MetricHistory,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Training goes on, rows are buffered, and the next checkpoint brings them."""
    history.add({"epoch": 1, "step": 10, "values": {"loss": 0.5}})

    def away(*_: Any, **__: Any) -> str:
        raise DatabaseAway("It does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(checkpoints, "save", away)
        offer(checkpointer, clock, 2.0, step=11)
    offer(checkpointer, clock, 60.0, step=12)
    offer(checkpointer, clock, 120.0, step=13)

    assert steps(store, claim) == [13, 12]
    assert [row.epoch for row in making.metrics_of(store, claim.job_id)] == [1]


def test_a_lost_claim_ends_the_loop(
    store: Store, claim: making.Claim, checkpointer: Checkpointer, clock: Clock
) -> None:
    """Whoever finds out first tells: the heartbeat or the checkpoint."""
    give_back(store.database, claim.job_id, claim.fence, 0)
    offer(checkpointer, clock, 2.0, step=1)

    with pytest.raises(Fenced):
        offer(checkpointer, clock, 60.0, step=2)

    assert steps(store, claim) == []
