"""F21, F22, F24, F25: tokens that vanish, with the worker that took them or without, and workers that stand still."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import make_url

from store import Store
from store.redis.queue import QUEUE
from tests.faults import histories
from tests.worker import making
from tests.worker.conftest import RunningWorker, eventually

SHORT = {"epochs": 2, "seed": 7}
SOON = 10.0  # seconds until the reconciler has made up for a token
COPIES = 50
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Start = Callable[..., RunningWorker]


@pytest.fixture
def start(store: Store, tmp_path: Path) -> Iterator[Start]:
    """Start workers by name; none is left behind."""
    with ExitStack() as stack:

        def start_one(name: str, **environment: str) -> RunningWorker:
            worker = RunningWorker(store, tmp_path / f"{name}.log", **environment)
            stack.callback(worker.end)
            worker.wait_until_ready()
            return worker

        yield start_one


def has_run(store: Store, *ids: str) -> bool:
    """Tell whether jobs succeeded."""
    return all(making.find(store, job_id).status == "succeeded" for job_id in ids)


def needs_the_long_form(*, is_long: bool) -> None:
    """Leave it to `./chainrule faults`."""
    if not is_long:
        pytest.skip("takes a minute; `./chainrule faults` does it (short: tests/worker/test_processes.py)")


def freeze(store: Store, worker: RunningWorker) -> None:
    """Stop a worker's parent between two of its transactions: with SQLite's lock in its hands it would stop us, too."""
    while True:
        os.kill(worker.process.pid, signal.SIGSTOP)
        database = sqlite3.connect(make_url(store.database.url).database or "", timeout=0.5)
        with closing(database), suppress(sqlite3.OperationalError):
            database.execute("BEGIN IMMEDIATE")
            return
        os.kill(worker.process.pid, signal.SIGCONT)
        time.sleep(0.1)


def test_a_token_that_died_with_its_receiver_is_made_up_for(
    store: Store, iris: str, start: Start, note: Callable[..., None], *, is_long: bool
) -> None:
    """F22: popped from the list by a worker that stands still and is then killed: in no list, in no memory."""
    needs_the_long_form(is_long=is_long)
    receiver = start("receiver")
    freeze(store, receiver)
    job_id = making.order(store, iris, target="species", training=SHORT)
    store.queue.ring()
    time.sleep(1)
    was_popped = store.queue.length() == 0
    receiver.process.kill()
    other = start("other")
    began = time.monotonic()

    eventually(lambda: has_run(store, job_id), explain=other.text)

    took = time.monotonic() - began
    assert was_popped
    assert took <= SOON
    note(seconds=round(took, 1))


def test_deleted_tokens_are_made_up_for(
    store: Store, iris: str, start: Start, note: Callable[..., None], *, is_long: bool
) -> None:
    """F21: the list is deleted with everything in it while a worker is idle; nobody rings again."""
    needs_the_long_form(is_long=is_long)
    worker = start("worker")
    with Redis.from_url(store.settings.redis_url or "") as redis:
        ids = [making.order(store, iris, target="species", training=SHORT) for _ in range(5)]
        redis.delete(QUEUE)
    began = time.monotonic()

    eventually(lambda: has_run(store, *ids), explain=worker.text)

    took = time.monotonic() - began
    assert took <= SOON
    note(jobs=len(ids), seconds=round(took, 1))


def test_a_worker_that_stands_still_holds_nobody_up(
    store: Store, iris: str, start: Start, note: Callable[..., None], *, is_long: bool
) -> None:
    """F24: its parent takes tokens and does nothing with them; the other worker runs all that waits."""
    needs_the_long_form(is_long=is_long)
    frozen, other = start("frozen"), start("other")
    freeze(store, frozen)
    ids = [making.order(store, iris, target="species", training=SHORT) for _ in range(5)]
    for _ in ids:
        store.queue.ring()
    began = time.monotonic()

    eventually(lambda: has_run(store, *ids), explain=other.text)

    took = time.monotonic() - began
    os.kill(frozen.process.pid, signal.SIGCONT)
    assert took <= SOON
    assert {making.find(store, job_id).attempts for job_id in ids} == {1}
    histories.check(store)
    note(jobs=len(ids), seconds=round(took, 1))


def test_fifty_copies_of_a_token_are_one_attempt(
    store: Store, iris: str, start: Start, note: Callable[..., None], *, is_long: bool
) -> None:
    """F25: whoever is woken up for nothing looks at the table, and goes back to sleep."""
    needs_the_long_form(is_long=is_long)
    workers = [start(name) for name in ("one", "two")]
    job_id = making.order(store, iris, target="species", training=SHORT)
    for _ in range(COPIES):
        store.queue.send()

    eventually(lambda: has_run(store, job_id) and store.queue.length() == 0, explain=workers[0].text)

    assert len(making.attempts_of(store, job_id)) == 1
    histories.check(store)
    note(copies=COPIES, attempts=1)
