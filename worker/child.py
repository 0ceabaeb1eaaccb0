"""A worker process: made in the parent before the fork, opened in the child after it."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

import structlog
from sqlalchemy import select

from store import Settings, Store, ids, open_store
from store.database.tables import Job
from store.jobs import reconciler
from store.parent_death import die_with_parent
from worker.process.exit_causes import cause_of
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

log = structlog.get_logger(__name__)


@dataclass
class Process:
    """A worker: its name, the memory its processes share, and in the child the store that it works on."""

    worker_id: str = field(default_factory=lambda: ids.new("worker"))
    shared: SharedMemory = field(default_factory=SharedMemory)
    store: Store | None = None
    parent: int = field(default_factory=os.getpid)

    @property
    def host(self) -> str:
        """The name of the machine."""
        return socket.gethostname()

    def open(self, settings: Settings) -> None:
        """Begin in a child: connections of its own, and what its predecessor left behind."""
        if not die_with_parent(self.parent):
            os.kill(os.getpid(), signal.SIGTERM)  # nobody would hear signals for it, and another worker runs its job
        self.store = open_store(settings)
        self._clear_up()

    def work(self) -> int:
        """Answer a token: run what waits and tell how many jobs that were."""
        if self.store is None:
            raise RuntimeError("a worker's child looks at the table only after `open`")
        with self._draining_at_sigterm():
            return run_waiting_jobs(self.store, self.worker_id, self.shared)

    @contextmanager
    def _draining_at_sigterm(self) -> Iterator[None]:
        """Give the job back before obeying: service managers signal every process, not the parent alone."""
        received: list[int] = []

        def drain(number: int, _frame: FrameType | None) -> None:
            received.append(number)
            self.shared.ask_to_stop_here()

        before = signal.signal(signal.SIGTERM, drain)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)
            if received:
                os.kill(os.getpid(), signal.SIGTERM)

    def _clear_up(self) -> None:
        """Give back the job that a killed predecessor held: nobody else can know so soon that it is lost."""
        held = self.shared.held()
        if self.store is None or held is None or is_alive(held.pid):
            return
        with self.store.database.reading() as session:
            beat = session.scalar(select(Job.heartbeat).where(Job.id == held.job_id, Job.fence == held.fence))
        cause = cause_of(self.shared)
        if beat is not None and reconciler.give_back(self.store.database, held.job_id, held.fence, beat, cause=cause):
            log.warning("took over from a child that died", job_id=held.job_id, cause=cause)
            self.store.queue.ring()
        self.shared.let_go()


def is_alive(pid: int) -> bool:
    """Tell whether a process of this machine still runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
