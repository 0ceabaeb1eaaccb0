"""Lives of a worker process: born by a fork, working on what waits, killed when the test wants it."""

import itertools
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session

from store import Database, Settings, Store, open_store
from store.jobs import checkpoints, reconciler
from store.jobs.reconciler import Watch
from tests.worker import making
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

KILLED = -signal.SIGKILL
FAILED = 17
Fate = Callable[[], Callable[[], int] | None]  # what to prepare; it may give what tells the exit code later
SHAPES: dict[str, dict[str, Any]] = {
    "adam, dropout": {"network": {"hidden": [8], "dropout": 0.3}, "training": {"optimizer": "adam"}},
    "sgd, momentum": {"training": {"optimizer": {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9}}},
    "rmsprop": {"training": {"optimizer": {"name": "rmsprop", "learning_rate": 0.01}, "batch_size": 16}},
    "adamw, early stopping": {
        "training": {"optimizer": "adamw", "early_stopping": {"metric": "val_loss", "patience": 40}}
    },
    "float64, penalties": {"training": {"dtype": "float64", "l2": 0.001, "clip_norm": 1.0}},
    "two layers, metrics": {"network": {"hidden": [16, 8]}, "tracking": {"metrics": ["accuracy", "auc", "f1"]}},
}


@dataclass(frozen=True)
class Traces:
    """What an undisturbed job and its disturbed twin must share to the last bit."""

    weights: str
    state: str
    metrics: list[tuple[int, int, dict[str, Any]]]


def traces(store: Store, job_id: str) -> Traces:
    """Read what a finished job left."""
    with store.database.reading() as session:
        final = checkpoints.latest(session, job_id)
    assert final is not None
    rows = [(row.epoch, row.step, row.values) for row in making.metrics_of(store, job_id)]
    return Traces(making.model_of(store, job_id).weights_digest, final.digest, rows)


def order(store: Store, dataset_id: str, shape: str, *, epochs: int) -> str:
    """Order a job of a shape."""
    body = SHAPES[shape]
    training = {"epochs": epochs, "seed": 7, "early_stopping": None, **body.get("training", {})}
    return making.order(store, dataset_id, target="species", **{**body, "training": training})


def hurry(database: Database) -> None:
    """Let SQLite not wait for the disk, where a test is about order and not about power loss."""
    if database.dialect == "sqlite":
        database.close()
        event.listen(database.engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous=OFF"))


def begin(settings: Settings, *, prepare: Fate = lambda: None) -> int:
    """Give birth to a worker that prepares for its fate, runs what waits and then ends; return its pid."""
    pid = os.fork()
    if pid:
        return pid
    exit_code: Callable[[], int] | None = None
    try:
        exit_code = prepare()
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123  # a device
            sys.stdout = nowhere
            run_waiting_jobs(open_store(settings), "wrk_faults", SharedMemory())
    except BaseException:  # noqa: BLE001  # nobody above a fork may run the rest of the tests
        traceback.print_exc()
        os._exit((exit_code and exit_code()) or 1)
    os._exit(exit_code() if exit_code else 0)


def end(pid: int) -> int:
    """Wait for a worker's end; return its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def live(store: Store, *, prepare: Fate = lambda: None, kill_after: float | None = None) -> int:
    """Live one life; return its exit code."""
    store.database.close()  # SQLite's files must not be open across a fork
    pid = begin(store.settings, prepare=prepare)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    return end(pid)


def die_at(number: int) -> None:
    """Kill this process at its n-th durable operation: a statement, a commit before and after, a rename of a file."""
    counted = itertools.count(1)

    def count(*_: object) -> None:
        if next(counted) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    event.listen(Session, "after_commit", count)
    sys.addaudithook(lambda name, _: count() if name in {"os.rename", "os.replace"} else None)


def fail_at(number: int, error: Exception) -> Callable[[], int]:
    """Let the n-th statement, or side of a commit, fail for the database's sake, once; `FAILED` tells that it came."""
    counted = itertools.count(1)

    def count(*_: object) -> None:
        if next(counted) == number:
            raise error

    def commit(dialect: Any, connection: Any) -> None:
        count()  # nothing was written
        really_commit(dialect, connection)
        count()  # all was written, and nobody is told

    really_commit = DefaultDialect.do_commit
    DefaultDialect.do_commit = commit  # type: ignore[assignment,method-assign]  # there is no event for it
    event.listen(Engine, "do_execute", count)
    return lambda: FAILED if next(counted) > number else 0


def bury(store: Store) -> None:
    """Do what a reconciler does after a silence: take back what the dead held, and let nothing rest."""
    silent, resting = Watch(), Watch()
    for monotonic in (0.0, reconciler.SILENCE_SECONDS):
        reconciler.requeue_silent(store.database, silent, monotonic)
    for monotonic in (0.0, 3600.0):
        reconciler.wake_rested(store.database, resting, monotonic)
