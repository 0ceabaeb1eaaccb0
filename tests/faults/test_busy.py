"""F31: another program holds SQLite's write lock for longer than writers wait."""

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from app import create_app
from store import Store
from store.database.database import BUSY_SECONDS
from tests.faults import histories
from tests.worker import making
from tests.worker.conftest import RunningWorker, eventually

HELD_SECONDS = BUSY_SECONDS + 4.0
REAL_TIMES = {"CHAINRULE_SILENCE_SECONDS": "20", "CHAINRULE_HEARTBEAT_SECONDS": "3"}
LONG = {"epochs": 1_000_000, "seed": 7, "early_stopping": None, "max_time_s": 40}


def hold(url: str, seconds: float) -> None:
    """Hold the write lock, as a backup or a curious person with a shell may."""
    with sqlite3.connect(make_url(url).database or "", isolation_level=None) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_locked_database_is_told_and_costs_no_claim(
    store: Store, iris: str, tmp_path: Path, note: Callable[..., None], *, is_long: bool
) -> None:
    """Who writes is told to come again, who reads is answered, who trains goes on and keeps its claim."""
    if not is_long:
        pytest.skip("takes a minute; `./chainrule faults` does it")
    client: Any = create_app(store).test_client()
    job_id = making.order(store, iris, target="species", training=LONG)
    worker = RunningWorker(store, tmp_path / "worker.log", **REAL_TIMES)
    body = {"dataset_id": iris, "target": "species", "training": {"epochs": 1}}
    try:
        eventually(lambda: making.find(store, job_id).step > 0, explain=worker.text)
        holding = threading.Thread(target=hold, args=(store.settings.database_url, HELD_SECONDS))
        holding.start()
        time.sleep(0.3)
        read = client.get(f"/v1/jobs/{job_id}")
        began = time.monotonic()
        refused = client.post("/v1/jobs", json=body)
        waited = time.monotonic() - began
        holding.join()
        taken = client.post("/v1/jobs", json=body)
        eventually(lambda: making.find(store, taken.json["id"]).status == "succeeded", explain=worker.text)
    finally:
        worker.end()

    assert (read.status_code, read.json["status"]) == (200, "running")
    assert (refused.status_code, refused.json["code"]) == (503, "server.unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert taken.status_code == 202
    job = making.find(store, job_id)
    assert (job.status, job.stop_reason, job.attempts) == ("succeeded", "max_time", 1)
    histories.check(store)
    note(held=f"{HELD_SECONDS:g} s", refused_after=f"{waited:.1f} s")
