"""Cancelling, changing and deleting jobs."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from store import Store, ids, verdicts
from store.claims import heartbeat
from store.states import Phase, StopReason
from store.tables import Event, Metric
from tests.app import runs


@pytest.fixture
def job_id(sqlite_store: Store, tmp_path: Path) -> str:
    """Queue a job."""
    return runs.add_job(sqlite_store, runs.add_dataset(sqlite_store, tmp_path), name="first")


def test_a_waiting_job_is_cancelled_at_once(client: FlaskClient, job_id: str) -> None:
    """Nobody works on it, so nothing has to be waited for: 200, not 202."""
    answer = client.post(f"/v1/jobs/{job_id}/cancel")

    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["stop_reason"], answer.json["done"]) == ("cancelled", "user", True)


def test_a_running_job_is_asked_to_stop(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """The worker hears it at its next heartbeat; asking twice is harmless."""
    held = runs.claim(sqlite_store.database)

    answer = client.post(f"/v1/jobs/{job_id}/cancel")
    again = client.post(f"/v1/jobs/{job_id}/cancel")

    assert (answer.status_code, again.status_code) == (202, 202)
    assert (answer.json["status"], answer.json["phase"]) == ("running", "cancelling")
    assert heartbeat(sqlite_store.database, held, phase=Phase.TRAINING, step=1).cancel


def test_a_finished_job_cannot_be_cancelled(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """What is done is done; the answer says what it is."""
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database))

    answer = client.post(f"/v1/jobs/{job_id}/cancel")

    assert (answer.status_code, answer.json["code"]) == (409, "job.wrong_state")
    assert "succeeded" in answer.json["detail"]


def test_only_finished_jobs_are_deleted(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """Deleting what still runs would leave a worker without its row."""
    waiting = client.delete(f"/v1/jobs/{job_id}")
    held = runs.claim(sqlite_store.database)
    running = client.delete(f"/v1/jobs/{job_id}")
    runs.succeed(sqlite_store, held, metrics=[{"epoch": 1, "step": 1, "values": {"loss": 1.0}}])
    finished = client.delete(f"/v1/jobs/{job_id}")

    assert [answer.status_code for answer in (waiting, running, finished)] == [409, 409, 204]
    assert client.get(f"/v1/jobs/{job_id}").status_code == 404
    with sqlite_store.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0
        assert session.scalar(select(func.count()).select_from(Metric)) == 0


def test_a_model_outlives_its_job(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """Tidying up jobs must not throw away what they made."""
    model_id = runs.succeed(sqlite_store, runs.claim(sqlite_store.database))

    client.delete(f"/v1/jobs/{job_id}")

    model = client.get(f"/v1/models/{model_id}").json
    assert (model["id"], model["job_id"], model["urls"]["job"]) == (model_id, None, None)


def test_what_describes_a_job_may_change(client: FlaskClient, job_id: str) -> None:
    """Only what is sent changes; `null` takes the name away."""
    changes = {"tags": ["x"], "priority": 5, "metadata": {"a": 1}}

    changed = client.patch(f"/v1/jobs/{job_id}", json=changes).json
    unnamed = client.patch(f"/v1/jobs/{job_id}", json={"name": None}).json

    assert {name: changed[name] for name in changes} == changes
    assert changed["name"] == "first"
    assert unnamed["name"] is None
    assert unnamed["tags"] == ["x"]


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"status": "succeeded"}, ["/status"]),
        ({"project_id": "prj_other", "fence": 9}, ["/project_id", "/fence"]),
        ({"priority": "high", "tags": "x"}, ["/priority", "/tags"]),
        ({"priority": 10**9}, ["/priority"]),
        ({"name": ""}, ["/name"]),
        ({"tags": ["x" * 1000]}, ["/tags/0"]),
        ([], [""]),
    ],
)
def test_nothing_else_may_change(client: FlaskClient, job_id: str, changes: Any, pointers: list[str]) -> None:
    """Each fault is named with its place, and the job stays as it was."""
    before = client.get(f"/v1/jobs/{job_id}").headers["ETag"]

    answer = client.patch(f"/v1/jobs/{job_id}", json=changes)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == pointers
    assert client.get(f"/v1/jobs/{job_id}").headers["ETag"] == before


@pytest.mark.parametrize(("method", "part"), [("post", "/cancel"), ("delete", ""), ("patch", "")])
def test_ids_are_answered_in_kind(client: FlaskClient, method: str, part: str) -> None:
    """Also where something is changed."""
    unknown = client.open(f"/v1/jobs/{ids.new('job')}{part}", method=method, json={})
    other = client.open(f"/v1/jobs/{ids.new('model')}{part}", method=method, json={})

    assert (unknown.status_code, unknown.json["code"]) == (404, "not_found.job")
    assert (other.status_code, other.json["code"]) == (422, "id.wrong_kind")


def test_a_cancelled_job_has_no_model(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """The job itself tells that there is none."""
    held = runs.claim(sqlite_store.database)
    ending = verdicts.Ending(stop_reason=StopReason.USER, step=1, epoch=0)
    verdicts.cancel(sqlite_store.database, held, ending=ending)

    job = client.get(f"/v1/jobs/{job_id}").json

    assert (job["status"], job["model_id"], job["urls"]["model"]) == ("cancelled", None, None)
