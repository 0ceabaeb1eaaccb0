"""Jobs to run, and real workers to run them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import worker
from store import Store
from tests.observing import command_of
from tests.worker import making

ROOT = Path(worker.__file__).parents[1]


@pytest.fixture
def iris(store: Store, tmp_path: Path) -> str:
    """Fisher's iris, uploaded."""
    return making.upload(store, tmp_path)


class RunningWorker:
    """A worker in processes of its own; its log in a file."""

    def __init__(self, store: Store, log: Path, **environment: str) -> None:
        """Start it with short times, so that tests of outages do not take minutes."""
        settings = store.settings
        self.log = log
        self._file = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "worker.celery", "worker", "--concurrency", "1",
             "--hostname", "w@%h", "--without-mingle", "--without-gossip", "--without-heartbeat",
             "--loglevel", "INFO"],
            cwd=ROOT,
            env=os.environ
            | {
                "CHAINRULE_HOME": str(settings.home),
                "CHAINRULE_DATABASE_URL": settings.database_url,
                "CHAINRULE_REDIS_URL": settings.redis_url or "",
                "CHAINRULE_SILENCE_SECONDS": "3",
                "CHAINRULE_HEARTBEAT_SECONDS": "0.5",
            }
            | environment,
            stdout=self._file,
            stderr=self._file,
            start_new_session=True,
        )  # fmt: skip

    def wait_until_ready(self, seconds: float = 90) -> None:
        """Return when it can receive tokens."""
        eventually(lambda: " ready." in self.text(), seconds, self.text)

    def text(self) -> str:
        """Read its log."""
        return self.log.read_text(errors="replace")

    def child(self) -> int:
        """Give the pid of the process that trains."""
        eventually(lambda: len(children(self.process.pid)) == 1, explain=self.text)
        return children(self.process.pid)[0]

    def stop(self, number: int = signal.SIGTERM, seconds: float = 60) -> float:
        """Send the parent a signal; give how many seconds it took to leave."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(seconds)
        return time.monotonic() - started

    def end(self) -> None:
        """Leave no process behind."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self._file.close()


@pytest.fixture
def start_worker(store: Store, tmp_path: Path) -> Iterator[Callable[..., RunningWorker]]:
    """Start real workers, and end them after the test."""
    started: list[RunningWorker] = []

    def start(**environment: str) -> RunningWorker:
        started.append(RunningWorker(store, tmp_path / f"worker-{len(started)}.log", **environment))
        started[-1].wait_until_ready()
        return started[-1]

    yield start
    for each in started:
        each.end()


def children(pid: int) -> list[int]:
    """Give the pids of a process's children that train: its forks, not the programs that it started beside them."""
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [child for child in map(int, listing.stdout.split()) if command_of(child) == command_of(pid) != ""]


def eventually(
    is_true: Callable[[], object], seconds: float = 300, explain: Callable[[], str] = lambda: "it never came true"
) -> None:
    """Return when it is true; fail with an explanation when the time is over."""
    until = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > until:
            pytest.fail(explain())
        time.sleep(0.02)
