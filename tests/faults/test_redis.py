"""F16 to F20: Redis frozen, killed and started empty, emptied, full, absent: figures of a whole outage and its end."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis

from app import create_app
from store import Settings, Store, open_store
from tests.faults import histories
from tests.processes import free_port, running
from tests.servers import valkey_answers, valkey_program
from tests.worker import making
from tests.worker.conftest import RunningWorker, eventually

OUTAGE_SECONDS = 20.0
SUBMIT_SECONDS, STATUS_SECONDS = 0.5, 0.3
BACK_SECONDS, LIVE_SECONDS = 10.0, 5.0  # until a waiting job starts, until progress is live again
REAL_TIMES = {"CHAINRULE_SILENCE_SECONDS": "20", "CHAINRULE_HEARTBEAT_SECONDS": "3"}
LONG = {"epochs": 1_000_000, "seed": 7, "early_stopping": None}
SHORT = {"epochs": 2, "seed": 7}


class Valkey:
    """A server that a test may stop, and start again in the same place without its memory."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder, self.process = free_port(), folder, ExitStack()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it empty."""
        command = [valkey_program(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        is_ready = lambda: valkey_answers(self.url)  # noqa: E731  # one expression, twice no name
        self.server = self.process.enter_context(
            running([*command, "--dir", self.folder], is_ready, folder=self.folder)
        )

    def kill(self) -> None:
        """Let nobody listen any more."""
        self.server.kill()
        self.server.wait()

    def command(self, *words: str) -> None:
        """Send a command."""
        with Redis.from_url(self.url) as client:
            client.execute_command(*words)


@dataclass(frozen=True)
class Outage:
    """What happens to Redis, and how it ends."""

    begin: Callable[[Valkey], Any]
    end: Callable[[Valkey], Any]


OUTAGES = {
    "frozen": Outage(
        lambda it: it.server.send_signal(signal.SIGSTOP), lambda it: it.server.send_signal(signal.SIGCONT)
    ),
    "killed and started empty": Outage(Valkey.kill, Valkey.start),
    "emptied": Outage(lambda it: it.command("FLUSHALL"), lambda it: it.command("FLUSHALL")),
    "full": Outage(
        lambda it: it.command("CONFIG", "SET", "maxmemory", "1"),
        lambda it: it.command("CONFIG", "SET", "maxmemory", "0"),
    ),
}


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """Prepare a server of this test's own; the test starts it."""
    (folder := tmp_path / "valkey").mkdir()
    server = Valkey(folder)
    with server.process:
        yield server


@pytest.fixture
def own_store(settings: Settings, valkey: Valkey) -> Iterator[Store]:
    """Open a store on that server."""
    store = open_store(replace(settings, redis_url=valkey.url))
    yield store
    store.close()


def timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    """Ask; give the answer and the seconds that it took."""
    began = time.perf_counter()
    answer = ask()
    return answer, time.perf_counter() - began


def submit(client: FlaskClient, dataset_id: str, training: dict[str, Any]) -> Any:
    """Order a job."""
    return client.post("/v1/jobs", json={"dataset_id": dataset_id, "target": "species", "training": training})


def step_shown(client: FlaskClient, job_id: str) -> int:
    """Read how far a job is, as everybody may."""
    answer: Any = client.get(f"/v1/jobs/{job_id}").json
    return answer["progress"]["step"] or 0


def is_live(client: FlaskClient, job_id: str) -> bool:
    """Tell whether progress moves between two heartbeats, which only Redis can tell."""
    seen = []
    for _ in range(3):
        seen.append(step_shown(client, job_id))
        time.sleep(0.5)
    return seen[0] < seen[1] < seen[2]


def pace(store: Store, job_id: str, seconds: float) -> float:
    """Measure a running job's steps in a second, from one heartbeat to another."""
    begun = beat_of(store, job_id)
    time.sleep(seconds)
    ended = beat_of(store, job_id)
    return (ended[0] - begun[0]) / (ended[1] - begun[1])


def beat_of(store: Store, job_id: str) -> tuple[int, float]:
    """Wait for the next heartbeat; give the step that it tells, and when."""
    beat = making.find(store, job_id).heartbeat
    eventually(lambda: making.find(store, job_id).heartbeat > beat)
    return making.find(store, job_id).step, time.monotonic()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_of_redis_costs_a_progress_bar(
    own_store: Store, valkey: Valkey, tmp_path: Path, note: Callable[..., None], name: str, *, is_long: bool
) -> None:
    """Submissions within 500 ms, status within 300 ms, training at its pace; afterwards all goes on by itself."""
    if not is_long:
        pytest.skip(
            "takes minutes and holds milliseconds; `./chainrule faults` does it (short: tests/app/test_away.py)"
        )
    valkey.start()
    client, outage = create_app(own_store).test_client(), OUTAGES[name]
    dataset_id = making.upload(own_store, tmp_path)
    worker = RunningWorker(own_store, tmp_path / "worker.log", **REAL_TIMES)
    try:
        job_id = submit(client, dataset_id, LONG).json["id"]
        eventually(lambda: step_shown(client, job_id) > 0, explain=worker.text)
        before = pace(own_store, job_id, 6)
        outage.begin(valkey)
        until, submitted, shown = time.monotonic() + OUTAGE_SECONDS, [], []
        at_first = beat_of(own_store, job_id)
        while time.monotonic() < until:
            submitted.append(timed(lambda: submit(client, dataset_id, SHORT)))
            shown.append(timed(lambda: client.get(f"/v1/jobs/{job_id}")))
            time.sleep(0.5)
        at_last = beat_of(own_store, job_id)
        outage.end(valkey)
        live_s = timed(lambda: eventually(lambda: is_live(client, job_id), explain=worker.text))[1]
        client.post(f"/v1/jobs/{job_id}/cancel")
        ids = [answer.json["id"] for answer, _ in submitted]
        first_s = timed(lambda: eventually(lambda: making.find(own_store, ids[0]).started_at, explain=worker.text))[1]
        eventually(lambda: all(making.find(own_store, each).status == "succeeded" for each in ids), explain=worker.text)
    finally:
        worker.end()

    during = (at_last[0] - at_first[0]) / (at_last[1] - at_first[1])
    slowest = {"submit": max(s for _, s in submitted), "status": max(s for _, s in shown)}
    note(submissions=len(submitted), **{f"slowest_{what}": f"{1000 * s:.0f} ms" for what, s in slowest.items()})
    note(training_pace=round(during / before, 2), live_again=f"{live_s:.1f} s", waiting_job_began=f"{first_s:.1f} s")
    assert {answer.status_code for answer, _ in submitted} == {202}
    assert {answer.json["status"] for answer, _ in shown} == {"running"}
    assert slowest["submit"] <= SUBMIT_SECONDS
    assert slowest["status"] <= STATUS_SECONDS
    assert during >= 0.5 * before  # nothing waits for Redis; others on the same machine take their share
    assert live_s <= LIVE_SECONDS
    assert first_s <= BACK_SECONDS
    assert {making.find(own_store, each).attempts for each in (job_id, *ids)} == {1}
    histories.check(own_store)


def test_jobs_wait_for_a_redis_that_was_never_there(
    own_store: Store, valkey: Valkey, tmp_path: Path, *, is_long: bool
) -> None:
    """F19: orders are taken, health says `degraded`, a worker waits; when Redis comes, everything runs."""
    if not is_long:
        pytest.skip("waits half a minute; `./chainrule faults` does it")
    client: Any = create_app(own_store).test_client()
    dataset_id = making.upload(own_store, tmp_path)
    answers = [submit(client, dataset_id, SHORT) for _ in range(5)]
    ready = client.get("/readyz").json["status"]
    worker = RunningWorker(own_store, tmp_path / "worker.log")
    try:
        time.sleep(10)
        waited = worker.process.poll() is None
        valkey.start()
        ids = [answer.json["id"] for answer in answers]
        eventually(lambda: all(making.find(own_store, each).status == "succeeded" for each in ids), explain=worker.text)
    finally:
        worker.end()

    assert {answer.status_code for answer in answers} == {202}
    assert (ready, waited) == ("degraded", True)
