"""What an attempt says and hears while it runs."""

import time
from typing import Any

import pytest

from neural import BatchReport, EpochReport
from store import Store
from store.database.tables import Job
from store.errors import Fenced
from store.jobs import submit
from store.jobs.reconciler import give_back
from store.states import Phase
from tests.observing import PROMPTLY
from tests.worker import making
from tests.worker.conftest import eventually
from worker.attempt.reporting.progress import Extent
from worker.attempt.reporting.reporter import Reporter
from worker.errors import Cancelled, Drained, ReporterBroken
from worker.process.shared_memory import SharedMemory

EXTENT = Extent(epochs=4, steps=40, rows=100, metric="loss", direction="min")


def never() -> Any:
    """Stand where a report offers copies that these tests do not take."""
    raise AssertionError


def epoch(number: int) -> EpochReport:
    """Report an epoch."""
    return EpochReport(
        epoch=number, step=10 * number, steps=40, values={"loss": 1.0 / number, "val_auc": float("nan")}, is_best=True,
        stopped=None, rows_seen=0, weights=never, best_weights=never, state=never, result=None,
    )  # fmt: skip


@pytest.fixture
def running(store: Store, iris: str) -> making.Claim:
    """A claimed job."""
    making.order_unresolved(store, iris)
    return making.claim(store)


def test_history_and_heartbeats_reach_the_row_while_it_runs(store: Store, running: making.Claim) -> None:
    """With Redis lost, the row still says how far the job is."""
    object.__setattr__(store.settings, "heartbeat_seconds", 0.2)
    with Reporter(store, running, SharedMemory()) as reporter:
        reporter.start_training(EXTENT, keeps_every=1)
        reporter.observe(epoch(1))
        reporter.observe(epoch(2))
        eventually(lambda: len(making.metrics_of(store, running.job_id)) == 2)
        eventually(lambda: making.find(store, running.job_id).step == 20)

    job = making.find(store, running.job_id)
    assert job.heartbeat >= 1
    assert job.phase == Phase.TRAINING
    assert job.best == {"metric": "loss", "direction": "min", "value": 0.5, "epoch": 2}
    assert [row.values for row in making.metrics_of(store, running.job_id)] == [
        {"loss": 1.0, "val_auc": None}, {"loss": 0.5, "val_auc": None},
    ]  # fmt: skip


def test_live_progress_is_published_at_once(store: Store, running: making.Claim) -> None:
    """A first step that shows up late looks like a service that hangs."""
    with Reporter(store, running, SharedMemory()) as reporter:
        reporter.start_training(EXTENT, keeps_every=1)
        reporter.observe(BatchReport(epoch=1, step=3, steps=40, loss=0.7, weights=never, state=never))
        started = time.monotonic()
        eventually(lambda: (store.progress.latest(running.job_id) or {}).get("step") == 3)
        took = time.monotonic() - started

    live = store.progress.latest(running.job_id)
    assert live is not None
    assert live["progress"]["fraction"] == 0.075
    assert live["phase"] == "training"
    assert took < PROMPTLY


def test_a_cancellation_is_heard_between_heartbeats(store: Store, running: making.Claim) -> None:
    """Nobody should wait three seconds for a batch loop that could stop now."""
    with Reporter(store, running, SharedMemory()) as reporter:
        reporter.raise_if_stopped()
        with store.database.transaction() as session:
            submit.request_cancel(session, session.get_one(Job, running.job_id))
        started = time.monotonic()
        eventually(lambda: reporter._orders.cancel)
        took = time.monotonic() - started

        with pytest.raises(Cancelled):
            reporter.raise_if_stopped()

    assert took < PROMPTLY


def test_a_lost_claim_is_heard(store: Store, running: making.Claim) -> None:
    """A zombie that goes on computing wastes a core for nothing."""
    with Reporter(store, running, SharedMemory()) as reporter:
        give_back(store.database, running.job_id, running.fence, 0)

        eventually(lambda: reporter._lost is not None)

        with pytest.raises(Fenced):
            reporter.raise_if_stopped()


def test_the_wish_of_the_parent_is_heard_at_once(store: Store, running: making.Claim) -> None:
    """A drain has seconds, not heartbeats."""
    shared = SharedMemory()
    with Reporter(store, running, shared) as reporter:
        shared.ask_to_stop()

        with pytest.raises(Drained):
            reporter.raise_if_stopped()


def test_a_broken_thread_stops_the_attempt(store: Store, running: making.Claim) -> None:
    """Without heartbeats the claim is lost anyway; the cause must not be."""
    with Reporter(store, running, SharedMemory()) as reporter:
        reporter.progress.latest = {"loss": object()}
        reporter.progress.step = 1
        eventually(lambda: reporter._lost is not None)

        with pytest.raises(ReporterBroken, match="TypeError"):
            reporter.raise_if_stopped()


def test_only_every_nth_epoch_is_kept_and_the_first(store: Store, running: making.Claim) -> None:
    """`tracking.every` thins a long history."""
    reporter = Reporter(store, running, SharedMemory())
    reporter.start_training(EXTENT, keeps_every=3)
    for number in range(1, 8):
        reporter.observe(epoch(number))

    assert [row["epoch"] for row in reporter.history.take()] == [1, 3, 6]


def test_a_tiny_job_pays_almost_nothing(store: Store, running: making.Claim) -> None:
    """Reporting 100 epochs of iris may not cost what training them costs."""
    started = time.perf_counter()
    with Reporter(store, running, SharedMemory()) as reporter:
        reporter.start_training(EXTENT, keeps_every=1)
        for number in range(1, 101):
            reporter.observe(epoch(number))
            reporter.raise_if_stopped()
    took = time.perf_counter() - started

    assert took < PROMPTLY
