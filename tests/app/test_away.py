"""What the service stands on is away, frozen, empty or full: answers stay right and quick, and name what is missing."""

import dataclasses
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import event

from app import create_app
from store import Settings, Store, open_store
from store.database.migrations import migrate
from tests.app import runs
from tests.observing import PROMPTLY
from tests.processes import running
from tests.servers import ValkeyServer, running_postgres, valkey_answers, valkey_program

SUBMIT_S = 0.5
STATUS_S = 0.3
CSV = runs.IRIS.encode()


@pytest.fixture
def own_store(database_url: str, own_valkey: ValkeyServer, tmp_path: Path) -> Iterator[Store]:
    """Open a store whose Valkey a test may hurt."""
    store = open_store(Settings(home=tmp_path, database_url=database_url, redis_url=own_valkey.url))
    yield store
    store.close()


def timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    """Ask, and measure the seconds until the answer."""
    began = time.perf_counter()
    answer = ask()
    return answer, time.perf_counter() - began


def freeze(server: ValkeyServer) -> None:
    """Let it take connections and answer nothing."""
    server.process.send_signal(signal.SIGSTOP)


def kill(server: ValkeyServer) -> None:
    """Let nobody listen any more."""
    server.process.kill()
    server.process.wait()


def flush(server: ValkeyServer) -> None:
    """Let it forget everything."""
    with Redis.from_url(server.url) as client:
        client.flushall()


def fill(server: ValkeyServer) -> None:
    """Let it refuse every write."""
    with Redis.from_url(server.url) as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")


@pytest.mark.parametrize("hurt", [freeze, kill, flush, fill])
def test_without_redis_everything_is_right_and_quick(
    own_store: Store, own_valkey: ValkeyServer, tmp_path: Path, hurt: Callable[[ValkeyServer], None]
) -> None:
    """The row is the truth; Redis only makes it faster: a submission within 500 ms, a status within 300 ms."""
    client = create_app(own_store).test_client()
    dataset_id = runs.add_dataset(own_store, tmp_path)
    body = {"dataset_id": dataset_id, "target": "species"}
    running_id = client.post("/v1/jobs", json=body).json["id"]  # type: ignore[index]
    held = runs.claim(own_store.database)
    runs.report(own_store, held, step=10, live=20, loss=0.5)
    usual = max(timed(lambda: client.post("/v1/jobs", json=body))[1] for _ in range(5))  # large on a busy machine
    hurt(own_valkey)
    time.sleep(2.1)  # what had failed before would be left alone for two seconds; now each part finds out anew

    runs.report(own_store, held, step=30, live=40, loss=0.4)
    submitted = [timed(lambda: client.post("/v1/jobs", json=body)) for _ in range(5)]
    shown = [timed(lambda: client.get(f"/v1/jobs/{running_id}")) for _ in range(5)]
    paused, seconds = timed(lambda: client.post(f"/v1/jobs/{submitted[0][0].json['id']}/pause"))
    ready: Any = client.get("/readyz")

    assert [answer.status_code for answer, _ in submitted] == [202] * 5
    assert max(seconds for _, seconds in submitted) < SUBMIT_S + 5 * usual
    assert {answer.json["status"] for answer, _ in shown} == {"running"}
    assert all(answer.json["progress"]["step"] in {30, 40} for answer, _ in shown)
    assert max(seconds for _, seconds in shown) < STATUS_S + 5 * usual
    assert (paused.json["status"], seconds < SUBMIT_S + 5 * usual) == ("paused", True)
    assert ready.status_code == 200
    assert ready.json["status"] == ("ready" if hurt is flush else "degraded")


def test_live_progress_comes_back_by_itself(own_store: Store, own_valkey: ValkeyServer, tmp_path: Path) -> None:
    """Frozen, then awake again: within five seconds readers see what the worker reports, and tokens are sent."""
    client = create_app(own_store).test_client()
    job_id = runs.add_job(own_store, runs.add_dataset(own_store, tmp_path))
    held = runs.claim(own_store.database)
    freeze(own_valkey)
    runs.report(own_store, held, step=10, live=20, loss=0.5)
    while_frozen: Any = client.get(f"/v1/jobs/{job_id}").json
    own_valkey.process.send_signal(signal.SIGCONT)
    began, step = time.monotonic(), 0

    while step != 40 and time.monotonic() - began < 60:
        runs.report(own_store, held, step=30, live=40, loss=0.4)
        answer: Any = client.get(f"/v1/jobs/{job_id}").json
        step = answer["progress"]["step"]
        time.sleep(0.1)

    assert while_frozen["progress"]["step"] == 10
    assert time.monotonic() - began < 30
    assert own_store.queue.send()


def test_a_new_empty_redis_in_the_same_place_is_used(sqlite_url: str, tmp_path: Path) -> None:
    """Killed and started again without its memory: nothing has to be restarted but itself."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), str(31_000 + os.getpid() % 1000)
        url = f"redis://127.0.0.1:{port}/0"
        command = [valkey_program(), "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", name]
        store = open_store(Settings(home=tmp_path, database_url=sqlite_url, redis_url=url))
        with running(command, lambda: valkey_answers(url), folder=folder):
            assert store.queue.send()
        assert not store.queue.send()
        with running(command, lambda: valkey_answers(url), folder=folder):
            time.sleep(2.1)
            assert store.queue.send()
            assert store.queue.length() == 1
        store.close()


def test_a_stream_goes_on_without_redis(own_store: Store, own_valkey: ValkeyServer, tmp_path: Path) -> None:
    """Events come from the database, a moment later than with Redis."""
    client = create_app(own_store).test_client()
    job_id = runs.add_job(own_store, runs.add_dataset(own_store, tmp_path))
    kill(own_valkey)

    with runs.after(0.5, lambda: client.post(f"/v1/jobs/{job_id}/cancel")) as ended:
        text = client.get(f"/v1/jobs/{job_id}/events", headers={"Accept": "text/event-stream"}).get_data(as_text=True)
        late = ended.seconds_since()

    assert "event: job.cancelled" in text
    assert "event: end" in text
    assert late < PROMPTLY


def test_a_database_that_goes_away_is_told_and_comes_back(settings: Settings) -> None:
    """503 with the time to come back; afterwards the connections are new, and nothing has to be restarted."""
    with running_postgres() as server:
        url = server.create("away")
        store = open_store(dataclasses.replace(settings, database_url=url))
        migrate(store.database)
        client = create_app(store).test_client()
        before = client.post("/v1/datasets", data=CSV, content_type="text/csv").status_code
        server._run("ALTER DATABASE away ALLOW_CONNECTIONS false")  # as if it were shut down
        server._run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'away'")

        answers: list[Any] = [
            client.get("/v1/datasets"),
            client.post("/v1/datasets", data=CSV, content_type="text/csv"),
            client.get("/readyz"),
        ]
        server._run("ALTER DATABASE away ALLOW_CONNECTIONS true")
        after: Any = client.get("/v1/datasets")
        store.close()

    assert before == 201
    assert [answer.status_code for answer in answers] == [503] * 3
    assert {answer.json["code"] for answer in answers} == {"server.unavailable"}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
    assert "away" not in "".join(answer.get_data(as_text=True) for answer in answers[:2])
    assert (after.status_code, len(after.json["data"])) == (200, 1)


def test_a_full_disk_is_told(client: FlaskClient, sqlite_store: Store) -> None:
    """507, nothing of the upload is left, and what is there can still be read."""
    kept: Any = client.post("/v1/datasets", data=CSV, content_type="text/csv")

    def limit(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")

    sqlite_store.database.close()
    event.listen(sqlite_store.database.engine, "connect", limit)
    large = CSV + b"".join(b"%d,1.5,setosa\n" % number for number in range(30_000))
    refused: Any = client.post("/v1/datasets", data=large, content_type="text/csv")

    assert (refused.status_code, refused.json["code"]) == (507, "server.storage_full")
    assert int(refused.headers["Retry-After"]) > 0
    listed: Any = client.get("/v1/datasets").json
    assert [each["id"] for each in listed["data"]] == [kept.json["id"]]
