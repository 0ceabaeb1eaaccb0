"""F27 and F29: a PostgreSQL that crashes again and again, or is gone for longer than a claim may be silent."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from store import Settings, Store, open_store
from store.database.migrations import migrate
from store.errors import DatabaseAway
from tests.faults import histories
from tests.faults.lives import traces
from tests.processes import DidNotStart
from tests.servers import Cluster, cluster_of, postgres_programs
from tests.worker import making
from tests.worker.conftest import RunningWorker, eventually

CRASHES, AWAY_SECONDS = 10, 12.0
TRAINING = {"epochs": 60_000, "seed": 7, "early_stopping": None}  # some tens of seconds
OFTEN = {"CHAINRULE_CHECKPOINT_SECONDS": "0.5"}


class Restarting:
    """A PostgreSQL that crashes as with the power of its machine, and comes back on the same files."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.stack = cluster, ExitStack()

    def start(self) -> None:
        """Serve; crash recovery comes first."""
        self.process = self.stack.enter_context(self.cluster.serving())

    def crash(self) -> None:
        """End at once, with every connection, and write nothing more."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)


@pytest.fixture
def postgresql() -> Iterator[Restarting]:
    """Make a cluster of this test's own."""
    for programs in postgres_programs():
        with ExitStack() as stack:
            try:
                server = Restarting(stack.enter_context(cluster_of(programs)))
                server.start()
            except (DidNotStart, OSError):
                continue
            with server.stack:
                yield server
            return
    pytest.fail("no PostgreSQL can be started here")


@pytest.fixture
def own_store(settings: Settings, postgresql: Restarting) -> Iterator[Store]:
    """Open a store in that cluster."""
    store = open_store(replace(settings, database_url=postgresql.cluster.server.create("crashing")))
    migrate(store.database)
    yield store
    store.close()


def is_done(store: Store, job_id: str) -> bool:
    """Tell whether a job succeeded, as far as somebody answers."""
    with suppress(DatabaseAway):
        return making.find(store, job_id).status == "succeeded"
    return False


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("crashes", "away_seconds"), [(CRASHES, 0.5), (1, AWAY_SECONDS)], ids=["crashes", "away"])
def test_a_job_outlives_its_database(
    own_store: Store,
    postgresql: Restarting,
    tmp_path: Path,
    note: Callable[..., None],
    crashes: int,
    away_seconds: float,
    *,
    is_long: bool,
) -> None:
    """It trains on, buffers what it has to say, and ends with the bytes and the history of its undisturbed twin."""
    if not is_long:
        pytest.skip("takes minutes; `./chainrule faults` does it (short: tests/faults/test_outages.py)")
    dataset_id = making.upload(own_store, tmp_path)
    golden = making.order(own_store, dataset_id, target="species", training=TRAINING)
    worker = RunningWorker(own_store, tmp_path / "worker.log", **OFTEN)
    try:
        eventually(lambda: is_done(own_store, golden), 180, worker.text)
        job_id = making.order_unresolved(own_store, dataset_id, making.find(own_store, golden).resolved)
        own_store.queue.ring()
        eventually(lambda: making.find(own_store, job_id).step > 0, explain=worker.text)
        for _ in range(crashes):
            postgresql.crash()
            time.sleep(away_seconds)
            postgresql.start()
            time.sleep(1)
        was_running = making.find(own_store, job_id).status == "running"
        eventually(lambda: is_done(own_store, job_id), 240, worker.text)
    finally:
        worker.end()

    found, expected = traces(own_store, job_id), traces(own_store, golden)
    assert was_running  # else nothing was disturbed
    assert (found.weights, found.metrics) == (expected.weights, expected.metrics)
    assert making.find(own_store, job_id).crashes <= 1  # a silence, at most: an outage is nobody's crash
    histories.check(own_store)
    note(crashes=crashes, away=f"{away_seconds} s each", attempts=making.find(own_store, job_id).attempts)
