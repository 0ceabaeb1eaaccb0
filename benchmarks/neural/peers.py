"""The libraries that are compared, each in a process of its own: what one keeps in memory costs no other one time."""

import gc
import importlib
import multiprocessing
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.neural.workloads import WORKLOADS

MODULES = {  # with the library that a version is told of
    "ours": "numpy", "ours_compiled": "numba", "with_scikit_learn": "sklearn", "with_torch": "torch",
    "with_keras": "keras", "with_jax": "jax",
}  # fmt: skip


class Missing(Exception):
    """A library is not installed."""


@dataclass(frozen=True)
class Introduction:
    """What a process tells of itself first."""

    name: str
    library: str
    version: str


class Peer:
    """A process that trains with one library when it is asked to, and sleeps in between."""

    def __init__(self, module: str) -> None:
        """Start it; raises Missing."""
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, module), daemon=True)
        self._process.start()
        theirs.close()
        told = self._connection.recv()
        if isinstance(told, str):
            self.stop()
            raise Missing(told)
        self.introduction: Introduction = told

    @property
    def name(self) -> str:
        """The name in the results."""
        return self.introduction.name

    def prepare(self, work: str) -> float | None:
        """Build a workload and train it once; give the mean loss of its first epoch, or None if it cannot."""
        return self._ask(work)

    def train(self) -> float:
        """Train the workload that was prepared; give the seconds of the processor."""
        seconds = self._ask(None)
        assert seconds is not None
        return seconds

    def stop(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join()

    def _ask(self, order: str | None) -> float | None:
        self._connection.send(order)
        answer: float | None = self._connection.recv()
        return answer


def serve(connection: Connection, module: str) -> None:
    """Answer until the other end is closed: a workload's name prepares it, None trains it."""
    try:
        peer = importlib.import_module(f"benchmarks.neural.{module}")
    except ModuleNotFoundError as missing:
        connection.send(str(missing.name))
        return
    library = MODULES[module]
    connection.send(Introduction(peer.NAME, library, str(importlib.import_module(library).__version__)))
    trainer: Any = None
    while True:
        try:
            order = connection.recv()
        except EOFError:
            return
        if order is None:
            connection.send(timed(trainer))
            continue
        trainer = None  # before the next one takes its memory
        work = next(each for each in WORKLOADS if each.name == order)
        if peer.can_run(work):
            trainer = peer.Trainer(work)
        connection.send(None if trainer is None else trainer())


def timed(trainer: Any) -> float:
    """Take the processor's time of one training, all threads of this process together."""
    gc.collect()
    start = time.process_time()
    trainer()
    return time.process_time() - start


def start_all() -> list[Peer]:
    """Start everybody who is installed; say aloud who is not."""
    found = []
    for module in MODULES:
        try:
            found.append(Peer(module))
        except Missing as missing:
            print(f"not installed: {missing}", file=sys.stderr)
    return found
