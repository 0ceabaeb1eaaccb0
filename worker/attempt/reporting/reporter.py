"""The reporter of a running attempt, on a thread of its own: the training loop waits for no server.

Said: live progress to Redis, metric rows and heartbeats to the database. Heard: whether the job is to stop.
"""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from neural import EpochReport, Report, TrainingState
from store import Store
from store.errors import Fenced
from store.jobs.claims import Claim, Orders, heartbeat, orders
from store.states import Phase
from worker.attempt.reporting.metric_history import MetricHistory
from worker.attempt.reporting.periodic import PeriodicCalls
from worker.attempt.reporting.progress import Extent, Progress, finite
from worker.errors import Cancelled, Drained, Paused, ReporterBroken
from worker.process.shared_memory import SharedMemory

PUBLISH_SECONDS = 0.1  # ten times a second is as live as an eye can follow
FRESH_SECONDS = 3.0  # after so many, it is told less often:
LATER_SECONDS = 0.3  # each time costs the loop some milliseconds, since it takes its lock and its caches
LISTEN_SECONDS = 0.5  # a cancelled job stops within this and one group of batches
FLUSH_SECONDS = 2.0
CLOSING_SECONDS = 30.0

log = structlog.get_logger(__name__)
Clock = Callable[[], float]


class Reporter:
    """Speaks for one attempt between `with` and its end; the loop asks it with `raise_if_stopped`."""

    def __init__(self, store: Store, claim: Claim, shared: SharedMemory, *, clock: Clock = time.monotonic) -> None:
        """Prepare; nothing is sent before the thread starts."""
        self.progress = Progress()
        self.history = MetricHistory(store.database, claim)
        self._store, self._claim, self._slot, self._clock = store, claim, shared, clock
        self._phase, self._keeps_every = Phase.LOADING, 1
        self._orders = Orders(cancel=False, pause=False)
        self._lost: Exception | None = None
        self._published: tuple[object, ...] = ()
        self._stood, self._since = (self._phase, 0), clock()
        self._news, self._closing = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name=f"reporter-{claim.job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the thread, whatever happened; rows that it did not write stay in `history`."""
        self._closing = True
        self._news.set()
        self._thread.join(CLOSING_SECONDS)

    def enter(self, phase: Phase) -> None:
        """Say what is being done now."""
        self._phase = phase
        self._news.set()

    def start_training(self, extent: Extent, *, keeps_every: int) -> None:
        """Say how much there is to do, and how many epochs lie between two rows of the history."""
        self._keeps_every = keeps_every
        self.progress.start(extent, self._clock())
        self.enter(Phase.TRAINING)

    def go_on(
        self, state: TrainingState, *, best: dict[str, Any] | None = None, latest: dict[str, Any] | None = None
    ) -> None:
        """Say where an earlier attempt stood."""
        self.progress.go_on(epoch=state.epoch - 1, step=state.step, best=best, latest=latest)

    def observe(self, report: Report) -> None:
        """Take in what the loop yields; costs a few microseconds."""
        is_first = self.progress.step == 0
        self.progress.observe(report)
        if isinstance(report, EpochReport) and self._is_kept(report):
            self.history.add({"epoch": report.epoch, "step": report.step, "values": finite(_measured(report))})
        if is_first:
            self._news.set()

    def raise_if_stopped(self) -> None:
        """Raise what the attempt has to obey: Fenced, ReporterBroken, Cancelled, Paused or Drained."""
        if self._lost is not None:
            raise self._lost
        if self._orders.cancel:
            raise Cancelled
        if self._orders.pause:
            raise Paused
        if self._slot.is_stopping:
            raise Drained

    def payload(self) -> dict[str, Any]:
        """Describe the attempt as readers of live progress see it."""
        progress = self.progress.to_json()
        shown = {name: progress[name] for name in ("epoch", "epochs", "step", "steps")}
        asked = Phase.PAUSING if self._orders.pause else self._phase
        phase = Phase.CANCELLING if self._orders.cancel else asked
        return shown | {
            "phase": phase.value,
            "progress": progress,
            "best": self.progress.best,
            "latest": self.progress.latest,
        }

    def _is_kept(self, report: EpochReport) -> bool:
        return report.epoch == 1 or report.epoch % self._keeps_every == 0 or report.result is not None

    def _run(self) -> None:
        calls = PeriodicCalls(self._clock)
        calls.every(LISTEN_SECONDS, self._listen)
        calls.every(FLUSH_SECONDS, self.history.flush)
        calls.every(self._store.settings.heartbeat_seconds, self._beat)
        fresh_until = self._clock() + FRESH_SECONDS
        try:
            while not self._closing:
                self._watch_the_loop()
                self._publish()
                self._run_due(calls)
                self._news.wait(PUBLISH_SECONDS if self._clock() < fresh_until else LATER_SECONDS)
                self._news.clear()
        except Fenced as error:
            self._lost = error
        except Exception as error:  # noqa: BLE001 - a thread has nobody above it: the loop raises it in `raise_if_stopped`
            self._lost = ReporterBroken(f"{type(error).__name__}: {error}")
            self._lost.__cause__ = error

    def _watch_the_loop(self) -> None:
        """End a process that stands still: nothing in it can be stopped in another way, and others wait."""
        stands = (self._phase, self.progress.step)
        if stands != self._stood:
            self._stood, self._since = stands, self._clock()
        elif self._clock() - self._since >= self._store.settings.stall_seconds:
            log.error("no step for too long", phase=self._phase, step=self.progress.step)
            self._slot.end_this_process()

    def _run_due(self, calls: PeriodicCalls) -> None:
        """Do what is due; a database that is away is asked again in time, training goes on meanwhile."""
        try:
            calls.run_due()
        except SQLAlchemyError as error:
            log.warning("database away", reason=type(error).__name__)

    def _publish(self) -> None:
        """Send what readers have not seen; a long step is no news."""
        self.progress.mark(self._clock())
        payload = self.payload()
        seen = (payload["phase"], payload["epoch"], payload["step"])
        if seen != self._published:
            self._published = seen
            self._store.progress.publish(self._claim.job_id, self._claim.fence, payload)

    def _listen(self) -> None:
        self._orders = orders(self._store.database, self._claim)

    def _beat(self) -> None:
        step, progress = self.progress.step, self.payload()
        self._orders = heartbeat(self._store.database, self._claim, phase=self._phase, step=step, progress=progress)


def _measured(report: EpochReport) -> dict[str, float]:
    """Give an epoch's values, with the layers' health where it was asked for."""
    values = dict(report.values)
    for layer in report.health:
        values |= layer.to_metrics()
    return values
