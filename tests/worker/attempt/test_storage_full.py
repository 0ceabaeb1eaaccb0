"""A full disk costs time, never a job: it waits with its last good checkpoint."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from store import Store
from store.jobs import reconciler
from store.jobs.reconciler import Watch
from tests.worker import making
from worker.attempt import outcome
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

ROOM_PAGES = 8  # enough for a verdict, too little for a checkpoint or a model
WIDE = {"training": {"epochs": 6, "seed": 3, "early_stopping": None}, "network": {"hidden": [4096]}}


@contextmanager
def full(store: Store) -> Iterator[None]:
    """Let SQLite's file grow no further."""
    with store.database.reading() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar() or 0
        free = session.connection().exec_driver_sql("PRAGMA freelist_count").scalar() or 0
    assert free < ROOM_PAGES

    def limit(connection: object, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + ROOM_PAGES}")  # type: ignore[attr-defined]

    engine = store.database.engine
    engine.dispose()
    event.listen(engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(engine, "connect", limit)
        engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_job_waits_for_room_and_ends_the_same(store: Store, iris: str) -> None:
    """Nobody trains for hours to be told at the end that there is no room: it is asked for again.

    On SQLite only: to fill a PostgreSQL one needs a file system of one's own.
    """
    job_id = making.order(store, iris, target="species", **WIDE)
    claim = making.claim(store)

    with full(store):
        run(store, claim, SharedMemory())
    waiting = making.find(store, job_id)
    watch = Watch()
    reconciler.wake_rested(store.database, watch, 0.0)
    assert reconciler.wake_rested(store.database, watch, outcome.FULL_REST_SECONDS) == [job_id]
    run(store, making.claim(store), SharedMemory())
    undisturbed = making.order_unresolved(store, iris, making.find(store, job_id).resolved)
    run(store, making.claim(store), SharedMemory())

    assert (waiting.status, waiting.crashes, waiting.model_id) == ("queued", 0, None)
    assert making.attempts_of(store, job_id)[0].cause == "storage_full"
    assert making.find(store, job_id).status == "succeeded"
    assert making.model_of(store, job_id).weights_digest == making.model_of(store, undisturbed).weights_digest
