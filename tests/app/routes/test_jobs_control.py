"""Cancelling, pausing, going on with, changing and deleting jobs."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from store import Store, ids
from store.database.tables import Event, Metric
from store.jobs import checkpoints, claims, outcomes
from store.jobs.checkpoints import CheckpointFacts
from store.jobs.claims import heartbeat
from store.states import Phase, StopReason
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

    assert (answer.status_code, answer.json["code"]) == (409, "job.already_finished")
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


CHANGES = [("post", f"/{name}") for name in ("cancel", "pause", "resume", "retry", "continue")]


@pytest.mark.parametrize(("method", "part"), [*CHANGES, ("delete", ""), ("patch", "")])
def test_ids_are_answered_in_kind(client: FlaskClient, method: str, part: str) -> None:
    """Also where something is changed."""
    body = {"epochs": 1} if part == "/continue" else {}
    unknown: Any = client.open(f"/v1/jobs/{ids.new('job')}{part}", method=method, json=body)
    other: Any = client.open(f"/v1/jobs/{ids.new('model')}{part}", method=method, json=body)

    assert (unknown.status_code, unknown.json["code"]) == (404, "not_found.job")
    assert (other.status_code, other.json["code"]) == (422, "id.wrong_kind")


def test_a_cancelled_job_has_no_model(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """The job itself tells that there is none."""
    held = runs.claim(sqlite_store.database)
    ending = outcomes.Ending(stop_reason=StopReason.USER, step=1, epoch=0)
    outcomes.cancel(sqlite_store.database, held, ending=ending)

    job = client.get(f"/v1/jobs/{job_id}").json

    assert (job["status"], job["model_id"], job["urls"]["model"]) == ("cancelled", None, None)


def test_a_waiting_job_is_paused_and_resumed(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """At once: 200; nobody claims it meanwhile."""
    paused: Any = client.post(f"/v1/jobs/{job_id}/pause")
    taken = claims.take(sqlite_store.database, "wrk_a")
    resumed: Any = client.post(f"/v1/jobs/{job_id}/resume")

    assert (paused.status_code, paused.json["status"], paused.json["done"]) == (200, "paused", False)
    assert taken is None
    assert (resumed.status_code, resumed.json["status"]) == (200, "queued")
    assert claims.take(sqlite_store.database, "wrk_a") is not None


def test_a_running_job_is_asked_to_pause(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """202: it is paused when its worker has kept its state; until then the pause can be withdrawn."""
    held = runs.claim(sqlite_store.database)

    asked: Any = client.post(f"/v1/jobs/{job_id}/pause")
    withdrawn: Any = client.post(f"/v1/jobs/{job_id}/resume")

    assert (asked.status_code, asked.json["status"], asked.json["phase"]) == (202, "running", "pausing")
    assert (withdrawn.status_code, withdrawn.json["status"]) == (200, "running")
    assert not heartbeat(sqlite_store.database, held, phase=Phase.TRAINING, step=1).pause


@pytest.mark.parametrize("part", ["pause", "resume"])
def test_the_end_of_a_job_is_told(client: FlaskClient, sqlite_store: Store, job_id: str, part: str) -> None:
    """Too late is answered as such, with the status that it came to."""
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database))

    answer: Any = client.post(f"/v1/jobs/{job_id}/{part}")

    assert (answer.status_code, answer.json["code"]) == (409, "job.already_finished")
    assert "succeeded" in answer.json["detail"]


def kept(store: Store, held: Any, *, epoch: int = 2) -> str:
    """Leave a checkpoint behind, as a worker does."""
    facts = {"best": None, "latest": {"epoch": epoch, "loss": 0.5}, "elapsed_s": 1.0}
    position = CheckpointFacts(step=10 * epoch, epoch=epoch, is_best=False, facts=facts, environment={})
    metrics = [{"epoch": number, "step": 10 * number, "values": {"loss": 1.0}} for number in range(1, epoch + 1)]
    state = io.BytesIO(b"state" * epoch)
    return checkpoints.save(store.database, store.blobs, held, state, position=position, metrics=metrics)


def test_a_finished_job_is_continued_once(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """A new job with the state and the history of the old one; the repeat of the request makes no second."""
    held = runs.claim(sqlite_store.database)
    checkpoint_id = kept(sqlite_store, held)
    runs.succeed(sqlite_store, held)
    key = {"Idempotency-Key": "more"}

    first: Any = client.post(f"/v1/jobs/{job_id}/continue", json={"epochs": 5}, headers=key)
    again: Any = client.post(f"/v1/jobs/{job_id}/continue", json={"epochs": 5}, headers=key)
    metrics: Any = client.get(f"{first.headers['Location']}/metrics").json

    assert (first.status_code, first.json["status"], first.json["progress"]["epochs"]) == (202, "queued", 7)
    assert first.json["origin"]["job_id"] == job_id
    assert first.json["origin"]["checkpoint_id"] == checkpoint_id
    assert metrics["epoch"] == [1, 2]
    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")


def test_a_cancelled_job_is_retried(client: FlaskClient, job_id: str) -> None:
    """From the start when it never got a checkpoint."""
    client.post(f"/v1/jobs/{job_id}/cancel")

    answer: Any = client.post(f"/v1/jobs/{job_id}/retry")

    assert (answer.status_code, answer.json["status"], answer.json["name"]) == (202, "queued", "first")
    origin = {"job_id": job_id, "how": "retry", "checkpoint_id": None, "epoch": 0, "step": 0}
    assert answer.json["origin"] == origin


@pytest.mark.parametrize("epochs", [0, -1, 1.5, "5", None, True, 10**9])
def test_odd_numbers_of_epochs_are_refused(client: FlaskClient, job_id: str, epochs: Any) -> None:
    """Each names the field."""
    answer: Any = client.post(f"/v1/jobs/{job_id}/continue", json={"epochs": epochs})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/epochs"


def test_what_cannot_be_gone_on_with_is_refused(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """A waiting job has not ended; a finished one without a checkpoint left nothing; a success needs no retry."""
    waiting: Any = client.post(f"/v1/jobs/{job_id}/continue", json={"epochs": 1})
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database))
    bare: Any = client.post(f"/v1/jobs/{job_id}/continue", json={"epochs": 1})
    retried: Any = client.post(f"/v1/jobs/{job_id}/retry")

    assert (waiting.status_code, waiting.json["code"]) == (409, "job.wrong_state")
    assert (bare.status_code, bare.json["code"]) == (409, "job.no_checkpoint")
    assert (retried.status_code, retried.json["code"]) == (409, "job.wrong_state")
