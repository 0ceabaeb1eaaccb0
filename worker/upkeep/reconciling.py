"""The reconciler's thread in a worker's parent process."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from redis import RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from store import Store, idempotency, workers
from store.database.tables import Job
from store.jobs.reconciler import Watch, requeue_silent, top_up, wake_rested
from store.states import JobStatus
from worker.upkeep.calibration import Calibrating

SWEEP_SECONDS = 5.0
SWEEPS_IN_A_SILENCE = 4
ABSENT_SECONDS = 60.0
SETTLED_SECONDS = 3.0

log = structlog.get_logger(__name__)

# A fork while SQLite is open would hand the child its locks without their owner: two processes could then write over
# each other. So the parent opens the database for a sweep, closes it, and forks only in between.
_sweeping = threading.Lock()
os.register_at_fork(before=_sweeping.acquire, after_in_parent=_sweeping.release, after_in_child=_sweeping.release)


@dataclass
class Reconciler:
    """Sweeps every few seconds until stopped; every worker has one, and two at once do no harm."""

    open_store: Callable[[], Store]
    worker_id: str
    host: str
    _jobs: Watch = field(default_factory=Watch)
    _resting: Watch = field(default_factory=Watch)
    _workers: Watch = field(default_factory=Watch)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _calibrating: Calibrating | None = None
    _job_id: str | None = None
    _started: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        """Announce the worker, then sweep on a thread."""
        self._thread = threading.Thread(target=self._run, name="reconciler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and forget the worker."""
        self._stopped.set()
        if self._calibrating is not None:
            self._calibrating.stop()
        if self._thread is not None:
            self._thread.join(SWEEP_SECONDS)
        self._safely(self._leave)

    def _run(self) -> None:
        store = self.open_store()
        self._calibrating = Calibrating(store.settings.home)
        silence = store.settings.silence_seconds
        while not self._stopped.is_set():
            self._safely(lambda: self.sweep(store))
            self._stopped.wait(min(SWEEP_SECONDS, silence / SWEEPS_IN_A_SILENCE))
            self._measure()

    def sweep(self, store: Store) -> None:
        """Show that the worker lives, give back what silent ones held, ring for what waits, forget who is gone."""
        with _sweeping:
            try:
                self._beat(store)
                silence = store.settings.silence_seconds
                for job_id in requeue_silent(store.database, self._jobs, time.monotonic(), silence_seconds=silence):
                    log.warning("took a silent job back", job_id=job_id)
                wake_rested(store.database, self._resting, time.monotonic())
                top_up(store.database, store.queue, most=self._forget_the_absent(store))
                idempotency.sweep(store.database)
            finally:
                store.database.close()

    def _beat(self, store: Store) -> None:
        with store.database.transaction() as session:
            running = select(Job.id).where(Job.worker_id == self.worker_id, Job.status == JobStatus.RUNNING)
            if self.worker_id not in {worker.id for worker in workers.listed(session)}:
                workers.register(session, worker_id=self.worker_id, host=self.host, pid=os.getpid())
            self._job_id = session.scalar(running.limit(1))
            workers.beat(session, self.worker_id, job_id=self._job_id)
            if self._calibrating is not None and self._calibrating.found is not None:
                workers.keep_calibration(session, self.worker_id, self._calibrating.found)

    def _measure(self) -> None:
        """Find out what work costs here, once, when no job needs the machine and the worker has come to stay."""
        if self._calibrating is not None and self._job_id is None and self._since() >= SETTLED_SECONDS:
            self._calibrating.go_on()

    def _since(self) -> float:
        return time.monotonic() - self._started

    def _forget_the_absent(self, store: Store) -> int:
        """Remove workers whose counter stood still for long; tell how many are left."""
        with store.database.transaction() as session:
            beats = {worker.id: (0, worker.heartbeat) for worker in workers.listed(session)}
            absent = self._workers.silent(beats, time.monotonic(), ABSENT_SECONDS)
            for worker_id, _, _ in absent:
                workers.remove(session, worker_id)
        return len(beats) - len(absent)

    def _leave(self) -> None:
        store = self.open_store()
        with _sweeping, store.database.transaction() as session:
            workers.remove(session, self.worker_id)
        store.close()

    def _safely(self, act: Callable[[], None]) -> None:
        """Go on after an outage: the next sweep sees everything that this one missed."""
        try:
            act()
        except (SQLAlchemyError, RedisError, OSError) as error:
            log.warning("sweep failed, trying again", reason=type(error).__name__)
