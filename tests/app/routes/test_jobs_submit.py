"""Submitting a job: accepted and stored whole, tried without a trace, or refused with every reason."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from store import Store, ids
from store.database.tables import Event, Job, Project
from tests.app import runs
from tests.observing import PROMPTLY
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

Body = dict[str, Any]


@pytest.fixture
def dataset_id(sqlite_store: Store, tmp_path: Path) -> str:
    """Store a small iris."""
    return runs.add_dataset(sqlite_store, tmp_path)


def count(store: Store, table: type = Job) -> int:
    """Count the rows of a table."""
    with store.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_smallest_body_makes_a_job(client: FlaskClient, dataset_id: str) -> None:
    """A dataset and a target are enough; the answer says where to look."""
    answer = client.post("/v1/jobs", json={"dataset_id": dataset_id, "target": "species"})

    assert answer.status_code == 202
    assert answer.headers["Location"] == answer.json["urls"]["self"] == f"/v1/jobs/{answer.json['id']}"
    assert answer.headers["Retry-After"] == "1"
    assert answer.json["status"] == "queued"
    assert client.get(answer.headers["Location"]).json["id"] == answer.json["id"]


def test_job_and_first_event_are_stored_together(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """A job without its beginning, or an event without its job, would be half a truth."""
    client.post("/v1/jobs", json={"dataset_id": dataset_id, "target": "species"})

    assert (count(sqlite_store), count(sqlite_store, Event)) == (1, 1)


def test_a_worker_is_rung_for(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """The token goes out beside the request; without it the job would wait for the next look by chance."""
    sqlite_store.queue.shorten(1)  # those of earlier tests: beyond a number, no more are sent
    before = sqlite_store.queue.length() or 0

    client.post("/v1/jobs", json={"dataset_id": dataset_id, "target": "species"})

    deadline = time.monotonic() + 30
    while sqlite_store.queue.length() == before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sqlite_store.queue.length() == before + 1


def test_the_description_is_kept(client: FlaskClient, dataset_id: str) -> None:
    """Name, tags, metadata and priority come back as they were sent."""
    told = {"name": "iris", "tags": ["a", "b"], "metadata": {"ticket": "CH-12", "n": [1, None]}, "priority": 7}

    job = client.post("/v1/jobs", json={"dataset_id": dataset_id, "target": "species", **told}).json

    assert {name: job[name] for name in told} == told


def test_a_dry_run_tells_everything_and_leaves_nothing(
    client: FlaskClient, sqlite_store: Store, dataset_id: str
) -> None:
    """Trying must be free: same body, same errors, no row."""
    answer = client.post("/v1/jobs?dry_run=true", json={"dataset_id": dataset_id, "target": "species"})

    plan = answer.json
    assert answer.status_code == 200
    assert set(plan) == {"object", "resolved", "provenance", "summary", "estimate", "warnings"}
    assert plan["resolved"]["task"] == "multiclass"
    assert plan["provenance"]["/task"]["source"] == "inferred"
    assert plan["summary"]["parameters"] > 0
    assert plan["estimate"]["steps"] > 0
    assert (count(sqlite_store), count(sqlite_store, Event)) == (0, 0)


def test_a_resolved_spec_posted_again_resolves_to_itself(client: FlaskClient, dataset_id: str) -> None:
    """That is how a result is repeated, on any machine."""
    first = client.post("/v1/jobs?dry_run=true", json={"dataset_id": dataset_id, "target": "species"}).json["resolved"]

    again = client.post("/v1/jobs?dry_run=true", json=first).json["resolved"]

    assert again == first


BODIES: dict[str, Callable[[str], Any]] = {
    "smallest": lambda ds: {"dataset_id": ds, "target": "species"},
    "ordinary": lambda ds: {
        "dataset_id": ds,
        "target": "species",
        "network": {"hidden": [8], "activation": "tanh"},
        "training": {"epochs": 3, "optimizer": "sgd"},
    },
    "synonym": lambda ds: {"dataset_id": ds, "target": "species", "training": {"lr": 0.1}},
    "no target": lambda ds: {"dataset_id": ds},
    "no dataset": lambda _: {"target": "species"},
    "null dataset": lambda _: {"dataset_id": None, "target": "species"},
    "unknown dataset": lambda _: {"dataset_id": "ds_" + "0" * 26},
    "wrong kind of id": lambda _: {"dataset_id": "mdl_" + "0" * 26},
    "no id at all": lambda _: {"dataset_id": "iris"},
    "unknown field": lambda ds: {"dataset_id": ds, "target": "species", "epochs": 3},
    "mass assignment": lambda ds: {"dataset_id": ds, "target": "species", "status": "succeeded", "project_id": "prj_x"},
    "unknown column": lambda ds: {"dataset_id": ds, "target": "speces"},
    "a billion units": lambda ds: {"dataset_id": ds, "target": "species", "network": {"hidden": [10**9]}},
    "too big": lambda ds: {"dataset_id": ds, "target": "species", "network": {"hidden": [10**6, 10**6]}},
    "no units": lambda ds: {"dataset_id": ds, "target": "species", "network": {"hidden": [0]}},
    "true units": lambda ds: {"dataset_id": ds, "target": "species", "network": {"hidden": [True]}},
    "text units": lambda ds: {"dataset_id": ds, "target": "species", "network": {"hidden": ["64"]}},
    "vast units": lambda ds: {"dataset_id": ds, "target": "species", "network": {"hidden": [2**63]}},
    "many layers": lambda ds: {"dataset_id": ds, "target": "species", "network": {"hidden": [1] * 10_000}},
    "many epochs": lambda ds: {"dataset_id": ds, "target": "species", "training": {"epochs": 10**12}},
    "no batch": lambda ds: {"dataset_id": ds, "target": "species", "training": {"batch_size": 0}},
    "negative rate": lambda ds: {"dataset_id": ds, "target": "species", "training": {"learning_rate": -1}},
    "dropout of all": lambda ds: {"dataset_id": ds, "target": "species", "network": {"hidden": [8], "dropout": 1.0}},
    "dunder": lambda ds: {"dataset_id": ds, "target": "species", "network": {"activation": "__class__"}},
    "os.system": lambda ds: {"dataset_id": ds, "target": "species", "training": {"optimizer": "os.system"}},
    "a list": lambda ds: [ds],
    "a number": lambda _: 7,
}


@pytest.mark.parametrize("make", BODIES.values(), ids=BODIES)
def test_a_dry_run_accepts_exactly_what_is_accepted(
    client: FlaskClient, sqlite_store: Store, dataset_id: str, make: Callable[[str], Any]
) -> None:
    """A body that was tried successfully must not fail when it counts, and nothing refused leaves a row."""
    tried = client.post("/v1/jobs?dry_run=true", json=make(dataset_id))
    done = client.post("/v1/jobs", json=make(dataset_id))

    accepted = done.status_code == 202
    assert (tried.status_code == 200) == accepted
    assert count(sqlite_store) == int(accepted)
    if not accepted:
        assert tried.status_code == done.status_code
        assert tried.json["errors"] == done.json["errors"]
        assert done.status_code in {404, 422}
        assert all(error["message"] and "pointer" in error for error in done.json["errors"])


def test_an_unknown_dataset_is_named_beside_the_other_faults(client: FlaskClient) -> None:
    """One answer tells everything that can be told without the data."""
    answer = client.post("/v1/jobs", json={"dataset_id": ids.new("dataset"), "epoch": 3})

    assert answer.status_code == 404
    assert [(error["code"], error["pointer"]) for error in answer.json["errors"]] == [
        ("not_found.dataset", "/dataset_id"),
        ("spec.unknown_field", "/epoch"),
    ]


def test_an_id_of_another_kind_is_told_so(client: FlaskClient) -> None:
    """The commonest slip with ids is to take the one of the thing next to it."""
    answer = client.post("/v1/jobs", json={"dataset_id": ids.new("model")})

    assert answer.status_code == 422
    assert answer.json["code"] == "id.wrong_kind"
    assert "model" in answer.json["detail"]
    assert "`ds_`" in answer.json["detail"]


def test_a_dataset_of_another_project_does_not_exist(client: FlaskClient, sqlite_store: Store, tmp_path: Path) -> None:
    """A stranger must not even learn that it is there."""
    with sqlite_store.database.transaction() as session:
        session.add(Project(id="prj_other", name="other"))
    foreign = runs.add_dataset(sqlite_store, tmp_path, project_id="prj_other")

    answer = client.post("/v1/jobs", json={"dataset_id": foreign, "target": "species"})

    assert (answer.status_code, answer.json["code"]) == (404, "not_found.dataset")


def test_preferring_to_wait_gives_the_finished_job(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """One call, one answer, for who trains something small."""
    body = {"dataset_id": dataset_id, "target": "species", "training": {"epochs": 2}}
    with runs.after(0.5, lambda: run_waiting_jobs(sqlite_store, ids.new("worker"), SharedMemory())) as ended:
        answer = client.post("/v1/jobs", json=body, headers={"Prefer": "wait=20"})

    assert answer.headers["Preference-Applied"] == "wait=20"
    assert (answer.json["status"], answer.json["done"]) == ("succeeded", True)
    assert "Retry-After" not in answer.headers
    assert ended.seconds_since() < PROMPTLY


def test_a_wait_that_ends_first_gives_the_job_as_it_is(client: FlaskClient, dataset_id: str) -> None:
    """The job goes on; the client may ask again."""
    body = {"dataset_id": dataset_id, "target": "species"}

    answer = client.post("/v1/jobs", json=body, headers={"Prefer": "wait=0"})

    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "wait=0"
    assert answer.json["done"] is False


@pytest.mark.parametrize("query", ["dry_run=perhaps", "dryrun=true", "dry_run=true&dry_run=false"])
def test_a_misspelt_dry_run_starts_nothing(
    client: FlaskClient, sqlite_store: Store, dataset_id: str, query: str
) -> None:
    """Who meant to try must not train by accident."""
    answer = client.post(f"/v1/jobs?{query}", json={"dataset_id": dataset_id, "target": "species"})

    assert answer.status_code == 422
    assert count(sqlite_store) == 0


def test_more_parameters_than_the_operator_allows_are_refused_by_dry_run_and_create(
    client_with: Callable[..., FlaskClient], dataset: dict[str, Any]
) -> None:
    """CHAINRULE_MAX_PARAMETERS holds before anything is stored; `/v1/limits` tells it."""
    strict = client_with(max_parameters=3)
    body = {"dataset_id": dataset["id"], "target": "species", "network": {"hidden": [32, 16]}}

    tried, created = (strict.post(f"/v1/jobs{query}", json=body) for query in ("?dry_run=true", ""))

    assert (tried.status_code, tried.json["code"]) == (422, "spec.too_many_parameters")
    assert (created.status_code, created.json["errors"]) == (422, tried.json["errors"])
    assert created.json["errors"][0]["found"] == 739
    assert strict.get("/v1/jobs").json["data"] == []
    assert strict.get("/v1/limits").json["max_parameters"] == 3
