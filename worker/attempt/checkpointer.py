"""Checkpoints of a running attempt: the state is copied between two batches and written on a thread of its own."""

import io
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

import exports
from neural import EpochReport, Report, TrainingState
from store import Store
from store.jobs import checkpoints
from store.jobs.checkpoints import CheckpointFacts
from store.jobs.claims import Claim
from worker.attempt.reporting.metric_history import MetricHistory
from worker.attempt.reporting.progress import Progress
from worker.process.environment import fingerprint

FIRST_SHARE = 1 / 15  # of the pause before the first checkpoint: a young job has one soon; then pauses double
LARGEST_SHARE = 0.02  # of the time may go into checkpoints, however large the network is
CLOSING_SECONDS = 10.0  # a worker that has to leave waits no longer for a database

log = structlog.get_logger(__name__)
Clock = Callable[[], float]


class Checkpointer:
    """Writes checkpoints of one attempt; `offer` takes one when it is time, `save` takes one in any case."""

    def __init__(
        self,
        store: Store,
        claim: Claim,
        *,
        history: MetricHistory,
        progress: Progress,
        every_seconds: float,
        metadata: Mapping[str, Any],
        elapsed_s: float = 0.0,
        clock: Clock = time.monotonic,
    ) -> None:
        """Begin to count: `elapsed_s` is how long earlier attempts trained up to the state that this one began with.

        `metadata` rides along with each state: what is needed, beside the job's spec, to use its weights.
        """
        self._store, self._claim, self._history, self._progress = store, claim, history, progress
        self._metadata = metadata
        self._clock, self._started, self._every = clock, clock() - elapsed_s, every_seconds
        self._pause = FIRST_SHARE * every_seconds
        self._due = clock() + self._pause
        self._thread = ThreadPoolExecutor(1, "checkpointer")
        self._writing: Future[float] | None = None
        self._copied_in = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the thread; a write under way is finished first."""
        self._thread.shutdown()

    @property
    def elapsed_s(self) -> float:
        """How long this job has trained, over all attempts whose work it goes on from."""
        return self._clock() - self._started

    def offer(self, report: Report) -> None:
        """Copy the state if it is time and the thread is free; raises `Fenced` when a write found the claim lost."""
        if self._clock() < self._due or (self._writing is not None and not self._writing.done()):
            return
        self._settle()
        try:
            self._hand_over(report)
        except MemoryError:  # the training itself has what it needs
            log.warning("no memory for a checkpoint")
            self._due = self._clock() + self._every

    def save(self, report: Report) -> None:
        """Write the state now and wait for it, a while; an attempt that cannot write it ends without."""
        self._settle(CLOSING_SECONDS)
        self._hand_over(report)
        self._settle(CLOSING_SECONDS)

    def _hand_over(self, report: Report) -> None:
        began = time.perf_counter()
        state = report.state()
        self._copied_in = time.perf_counter() - began
        is_best = isinstance(report, EpochReport) and report.is_best
        position = CheckpointFacts(
            step=state.step,
            epoch=state.epoch - 1,
            is_best=is_best,
            facts={"best": self._progress.best, "latest": self._progress.latest, "elapsed_s": self.elapsed_s},
            environment=fingerprint(),
        )
        self._due = float("inf")  # until it is known what this one costs
        self._writing = self._thread.submit(self._write, state, position)
        self._writing.add_done_callback(self._plan_the_next)

    def _write(self, state: TrainingState, position: CheckpointFacts) -> float:
        """Write a checkpoint; return the seconds of processor time that it took."""
        began = time.thread_time()
        file = io.BytesIO()
        exports.write_state(state.to_arrays(), file, metadata=self._metadata)
        database, blobs = self._store.database, self._store.blobs
        self._history.hand_to(
            lambda rows: checkpoints.save(database, blobs, self._claim, file, position=position, metrics=rows)
        )
        return time.thread_time() - began

    def _plan_the_next(self, done: Future[float]) -> None:
        cost = self._copied_in + (0.0 if done.exception() is not None else done.result())
        self._pause = min(2 * self._pause, self._every)
        self._due = self._clock() + max(self._pause, cost / LARGEST_SHARE)

    def _settle(self, seconds: float = 0.0) -> None:
        """Look at how the last write went: a database that is away or full is asked again next time."""
        if self._writing is None:
            return
        try:
            self._writing.result(seconds)
        except TimeoutError:
            log.warning("checkpoint still under way")
            return
        except (SQLAlchemyError, MemoryError) as error:
            log.warning("checkpoint not written", reason=type(error).__name__)
        self._writing = None
