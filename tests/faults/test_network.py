"""A network that holds back, forgets or delays: whoever is cut off is fenced, and whoever waits is found again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import make_url

from store import Store
from tests.faults import histories
from tests.faults.lives import order, traces
from tests.faults.proxy import Proxy, relaying
from tests.worker import making
from tests.worker.conftest import RunningWorker, eventually
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

OFTEN = {"CHAINRULE_CHECKPOINT_SECONDS": "0.3"}
REAL_TIMES = {"CHAINRULE_SILENCE_SECONDS": "20", "CHAINRULE_HEARTBEAT_SECONDS": "3"}
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def database_proxy(store: Store) -> Iterator[Proxy]:
    """Stand between a worker and PostgreSQL."""
    folder = make_url(store.settings.database_url).query["host"]
    with relaying(f"{folder}/.s.PGSQL.5432") as proxy:
        yield proxy


@pytest.fixture
def redis_proxy(store: Store) -> Iterator[Proxy]:
    """Stand between a worker and Redis."""
    with Redis.from_url(store.settings.redis_url or "") as redis:
        where = redis.connection_pool.connection_kwargs
    with relaying((where["host"], where["port"])) as proxy:
        yield proxy


def behind(proxy: Proxy, url: str) -> str:
    """Give the address under which a server is reached through a proxy."""
    through = make_url(url).set(host="127.0.0.1", port=proxy.port, query={})
    return through.render_as_string(hide_password=False)


def status(store: Store, job_id: str) -> str:
    """Read where a job stands."""
    return making.find(store, job_id).status


@ON_POSTGRESQL
def test_a_worker_cut_off_from_the_database_is_fenced(
    store: Store, iris: str, database_proxy: Proxy, tmp_path: Path, note: Callable[..., None]
) -> None:
    """F37: it trains on in the dark; another one takes its job over, and what it brings when it is back is refused."""
    golden = order(store, iris, "adam, dropout", epochs=4_000)
    run(store, making.claim(store), SharedMemory())
    job_id = making.order_unresolved(store, iris, making.find(store, golden).resolved)
    url = behind(database_proxy, store.settings.database_url)
    lonely = RunningWorker(store, tmp_path / "lonely.log", CHAINRULE_DATABASE_URL=url, **OFTEN)
    other = None
    try:
        store.queue.ring()
        eventually(lambda: making.find(store, job_id).step > 0, explain=lonely.text)
        database_proxy.cut()
        other = RunningWorker(store, tmp_path / "other.log")
        eventually(lambda: status(store, job_id) == "succeeded", explain=other.text)
        database_proxy.heal()
        eventually(lambda: "attempt fenced" in lonely.text(), explain=lonely.text)
    finally:
        database_proxy.heal()
        for worker in (lonely, other):
            if worker is not None:
                worker.end()

    assert (traces(store, job_id).weights, traces(store, job_id).metrics) == (
        traces(store, golden).weights,
        traces(store, golden).metrics,
    )
    assert making.find(store, job_id).attempts == 2
    histories.check(store)
    note(attempts=2)


@ON_SQLITE
def test_a_worker_whose_connections_to_redis_are_forgotten_works_on(
    store: Store, iris: str, redis_proxy: Proxy, tmp_path: Path, *, is_long: bool
) -> None:
    """F23: half-open connections look alive for hours; the worker has to find out by itself, within a minute."""
    if not is_long:
        pytest.skip("waits half a minute; `./chainrule faults` does it")
    worker = RunningWorker(
        store, tmp_path / "worker.log", CHAINRULE_REDIS_URL=behind(redis_proxy, store.settings.redis_url or "")
    )
    try:
        worker.wait_until_ready()
        redis_proxy.forget()
        job_id = order(store, iris, "rmsprop", epochs=2)
        store.queue.ring()
        eventually(lambda: status(store, job_id) == "succeeded", explain=worker.text)
        eventually(lambda: store.queue.length() == 0, explain=worker.text)
    finally:
        worker.end()

    assert making.find(store, job_id).attempts == 1


@ON_POSTGRESQL
@pytest.mark.timeout(600)
def test_a_slow_database_costs_no_claim(
    store: Store, iris: str, database_proxy: Proxy, tmp_path: Path, *, is_long: bool
) -> None:
    """F38: with half a second for each question and answer the worker is late with everything, and never silent."""
    if not is_long:
        pytest.skip("takes a minute; `./chainrule faults` does it")
    job_id = order(store, iris, "adam, dropout", epochs=20_000)
    database_proxy.delay_seconds = 0.25
    url = behind(database_proxy, store.settings.database_url)
    slow = RunningWorker(store, tmp_path / "slow.log", CHAINRULE_DATABASE_URL=url, **REAL_TIMES)
    watching = None
    try:
        eventually(lambda: status(store, job_id) == "running", explain=slow.text)
        watching = RunningWorker(store, tmp_path / "watching.log", **REAL_TIMES)
        eventually(lambda: status(store, job_id) == "succeeded", 300, slow.text)
    finally:
        for worker in (slow, watching):
            if worker is not None:
                worker.end()

    assert making.find(store, job_id).attempts == 1
    histories.check(store)
