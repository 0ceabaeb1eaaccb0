"""A database that comes and goes costs time, no job and no number."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from sqlalchemy import NullPool, create_engine, text

from store import Store
from store.errors import DatabaseAway
from tests.faults import histories
from tests.faults.lives import order, traces
from tests.worker import making
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

KILL_BACKENDS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def connections_dying(url: str, after_seconds: float) -> Iterator[list[int]]:
    """End every connection to a PostgreSQL again and again; count them.

    Each pause is longer than the one before, or a machine with much else to do would never come to its first commit.
    """
    done, killed = threading.Event(), [0]
    engine = create_engine(url, poolclass=NullPool)

    def kill() -> None:
        pause = after_seconds
        while not done.wait(pause):
            with engine.connect() as connection:
                killed[0] += connection.scalar(KILL_BACKENDS) or 0
            pause *= 1.1

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_connections_that_die_cost_nothing(store: Store, iris: str, note: Callable[..., None]) -> None:
    """F28: every statement and every commit may be the one that is cut off, also without a word about its outcome."""
    golden = order(store, iris, "adam, dropout", epochs=1_000)
    run(store, making.claim(store), SharedMemory())
    job_id = making.order_unresolved(store, iris, making.find(store, golden).resolved)
    object.__setattr__(store.settings, "heartbeat_seconds", 0.05)

    with connections_dying(store.settings.database_url, 0.05) as killed:
        until = time.monotonic() + 60
        while making_find(store, job_id) == "queued" and time.monotonic() < until:
            try:
                run(store, making.claim(store), SharedMemory())
            except DatabaseAway:
                continue
    store.database.close()

    found, expected = traces(store, job_id), traces(store, golden)
    assert killed[0] > 3
    # the last checkpoint may have been cut off: it is the one thing that a finished job can do without
    assert (found.weights, found.metrics) == (expected.weights, expected.metrics)
    histories.check(store)
    note(connections_killed=killed[0])


def making_find(store: Store, job_id: str) -> str:
    """Read a job's status, through whatever outage."""
    while True:
        try:
            return making.find(store, job_id).status
        except DatabaseAway:
            time.sleep(0.01)


def test_an_outage_while_loading_fails_no_job(store: Store, iris: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """F29: nothing is marked as failed because of a database that is away."""
    job_id = order(store, iris, "adam, dropout", epochs=2)

    def away(*_: object) -> np.ndarray:
        raise DatabaseAway("The database does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr("worker.attempt.run.load", away)
        run(store, making.claim(store), SharedMemory())
    waiting = making.find(store, job_id)
    run(store, making.claim(store), SharedMemory())

    assert (waiting.status, waiting.crashes) == ("queued", 0)
    assert making.attempts_of(store, job_id)[0].cause == "database_away"
    assert making.find(store, job_id).status == "succeeded"
