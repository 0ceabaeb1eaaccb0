"""Quotes over HTTP: before a job starts, beside what it took, and how good they have been."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from store import Store, workers
from store.database.tables import DEFAULT_PROJECT, Job, Project
from store.states import JobStatus
from tests.app import runs
from tests.observing import eventually

QUOTED: dict[str, Any] = {
    "duration_s": {"low": 0.5, "expected": 1.0, "high": 2.0},
    "memory_bytes": 150_000_000,
    "assumes": "All 10 epochs are run.",
    "basis": {"reckoned_s": {"fixed": 0.0, "epoch": 0.1}, "spread": {"low": 0.5, "expected": 1.0, "high": 2.0}},
}


def finished(store: Store, dataset_id: str, duration_s: float, **changes: Any) -> None:
    """Leave a job that was quoted a second and took another time."""
    job_id = runs.add_job(store, dataset_id, estimate=QUOTED, project_id=changes.pop("project_id", DEFAULT_PROJECT))
    with store.database.transaction() as session:
        job = session.get_one(Job, job_id)
        job.status, job.attempts = JobStatus.SUCCEEDED, 1
        job.actual = {"duration_s": duration_s, "epochs": 10.0, "memory_bytes": 150_000_000}
        for name, value in changes.items():
            setattr(job, name, value)


@pytest.fixture
def dataset_id(sqlite_store: Store, tmp_path: Path) -> str:
    """Store a table."""
    return runs.add_dataset(sqlite_store, tmp_path)


def test_a_dry_run_quotes_time_memory_and_flops(client: FlaskClient, dataset_id: str) -> None:
    """All before anything starts, with what it rests on."""
    body = {"dataset_id": dataset_id, "target": "species", "training": {"epochs": 7}}

    estimate = client.post("/v1/jobs?dry_run=true", json=body).json["estimate"]

    times = estimate["duration_s"]
    assert 0 < times["low"] < times["expected"] < times["high"]
    assert estimate["flops"] > 0
    assert estimate["memory_bytes"] > 100_000_000
    assert "All 7 epochs" in estimate["assumes"]
    assert estimate["basis"]["calibrated_workers"] == 0


def test_a_job_keeps_what_it_was_quoted(client: FlaskClient, dataset_id: str) -> None:
    """A quote that changes afterwards is worth nothing."""
    body = {"dataset_id": dataset_id, "target": "species", "training": {"epochs": 7}}
    quoted = client.post("/v1/jobs?dry_run=true", json=body).json["estimate"]

    job = client.post("/v1/jobs", json=body).json

    assert job["estimate"] == {name: quoted[name] for name in ("duration_s", "memory_bytes", "assumes")} | {
        "actual": None
    }


def test_a_calibrated_worker_changes_the_quote(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """A machine that is a hundred times slower takes longer."""
    body = {"dataset_id": dataset_id, "target": "species"}
    before = client.post("/v1/jobs?dry_run=true", json=body).json["estimate"]
    with sqlite_store.database.transaction() as session:
        workers.register(session, worker_id="wrk_a", host="here", pid=1)
        workers.keep_calibration(session, "wrk_a", {"seconds": {"epochs": 0.5}, "error": 0.1, "busy": 1.0})

    def quote() -> Any:
        return client.post("/v1/jobs?dry_run=true", json=body).json["estimate"]

    eventually(lambda: quote()["basis"]["calibrated_workers"] == 1)  # quotes rest on what was read a second ago
    after = quote()

    assert after["duration_s"]["low"] > 10 * before["duration_s"]["high"]


def test_past_jobs_correct_the_next_quote(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """What always takes three times as long is quoted three times as much."""
    body = {"dataset_id": dataset_id, "target": "species"}
    for _ in range(20):
        finished(sqlite_store, dataset_id, 3.0)

    basis = client.post("/v1/jobs?dry_run=true", json=body).json["estimate"]["basis"]

    assert basis["similar_jobs"] == 20
    assert basis["spread"]["expected"] == pytest.approx(3.0)


def test_the_accuracy_counts_what_was_inside(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """Three of four; those that were tried again, and other projects', do not count."""
    with sqlite_store.database.transaction() as session:
        session.add(Project(id="prj_other", name="other"))
    for duration_s in (0.6, 1.0, 1.9, 9.0):
        finished(sqlite_store, dataset_id, duration_s)
    finished(sqlite_store, dataset_id, 9.0, attempts=2)
    finished(sqlite_store, dataset_id, 9.0, project_id="prj_other")

    told = client.get("/v1/estimates/accuracy").json

    assert (told["object"], told["jobs"], told["inside_share"]) == ("estimates_accuracy", 4, 0.75)
    assert (told["median_ratio"], told["median_width"]) == (1.45, 4.0)
    assert (told["memory_jobs"], told["memory_near_share"]) == (4, 1.0)


def test_without_finished_jobs_nothing_is_claimed(client: FlaskClient) -> None:
    """No share of nothing."""
    told = client.get("/v1/estimates/accuracy").json

    assert (told["jobs"], told["inside_share"], told["median_ratio"]) == (0, None, None)
