"""A job learns from the reading that it was planned with, or says what was told since."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from store import Store, ids
from store.database.tables import Dataset
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

Body = dict[str, Any]
ROWS = "".join(f"{1 + n % 12:02}/{1 + n % 9:02}/2022,{n}.5,{n % 2}\n" for n in range(24))
TABLE = f"d,x,y\n{ROWS}".encode()
TOLD = {"date_format": {"d": "%d/%m/%Y"}}


def upload(client: FlaskClient, content: bytes = TABLE) -> Body:
    """Store a table whose dates read both ways."""
    return dict(client.post("/v1/datasets", data=content, content_type="text/csv").json)


def submit(client: FlaskClient, dataset: Body, **more: Any) -> Body:
    """Queue a job."""
    return dict(client.post("/v1/jobs", json={"dataset_id": dataset["id"], "target": "y", **more}).json)


def run(client: FlaskClient, store: Store, job: Body) -> Body:
    """Have a worker's code do what waits."""
    run_waiting_jobs(store, ids.new("worker"), SharedMemory())
    return dict(client.get(f"/v1/jobs/{job['id']}").json)


@pytest.fixture
def finished(client: FlaskClient, sqlite_store: Store) -> Body:
    """Train for two epochs."""
    job = run(client, sqlite_store, submit(client, upload(client), training={"epochs": 2}))
    assert job["status"] == "succeeded"
    return job


def test_a_finished_job_goes_on_with_its_own_reading_or_not_at_all(client: FlaskClient, finished: Body) -> None:
    """What was told is named; once it is taken back, the job goes on."""
    dataset = f"/v1/datasets/{finished['dataset_id']}"
    client.patch(dataset, json=TOLD)

    refused = client.post(f"/v1/jobs/{finished['id']}/continue", json={"epochs": 1})
    client.patch(dataset, json={"date_format": None, "name": "renamed"})
    taken = client.post(f"/v1/jobs/{finished['id']}/continue", json={"epochs": 1})

    assert (refused.status_code, refused.json["code"]) == (409, "dataset.read_otherwise")
    assert '`date_format` was not told and is `{"d": "%d/%m/%Y"}`' in refused.json["detail"]
    assert taken.status_code == 202


def test_a_cancelled_job_is_not_retried_on_another_reading(client: FlaskClient) -> None:
    """It would be another job under the same spec."""
    dataset = upload(client)
    job = submit(client, dataset)
    client.post(f"/v1/jobs/{job['id']}/cancel")
    client.patch(f"/v1/datasets/{dataset['id']}", json={"kinds": {"x": "category"}})

    refused = client.post(f"/v1/jobs/{job['id']}/retry")

    assert (refused.status_code, refused.json["code"]) == (409, "dataset.read_otherwise")


def test_held_out_rows_of_another_reading_are_not_shown(client: FlaskClient, finished: Body) -> None:
    """They are other cells than the training measured."""
    client.patch(f"/v1/datasets/{finished['dataset_id']}", json=TOLD)

    shown = client.get(f"/v1/jobs/{finished['id']}/predictions")
    judged = client.post(f"/v1/models/{finished['model_id']}/evaluations", json={"rows": "validation"})

    assert [shown.json["code"], judged.json["code"]] == ["evaluation.data_changed"] * 2


@pytest.mark.parametrize("what", ["patch", "delete"])
def test_a_dataset_that_a_waiting_job_is_validated_on_stays_as_it_is(client: FlaskClient, what: str) -> None:
    """Also where it is not the one that is learned from."""
    first, second = upload(client), upload(client, TABLE + b"05/05/2022,4.5,1\n")
    job = submit(client, first, split={"validation_dataset_id": second["id"]})
    change = {"patch": client.patch, "delete": client.delete}[what]

    refused = change(f"/v1/datasets/{second['id']}", json=TOLD)

    assert (refused.status_code, refused.json["code"]) == (409, "dataset.in_use")
    assert job["id"] in refused.json["detail"]


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_job_that_finds_another_reading_fails_by_name(client: FlaskClient, sqlite_store: Store, which: str) -> None:
    """A change may slip in between the check of a PATCH and the submit of a job: the attempt looks once more."""
    first, second = upload(client), upload(client, TABLE + b"05/05/2022,4.5,1\n")
    job = submit(client, first, split={"validation_dataset_id": second["id"]})
    with sqlite_store.database.transaction() as session:
        found = session.get_one(Dataset, {"first": first, "second": second}[which]["id"])
        found.overrides = TOLD

    failed = run(client, sqlite_store, job)

    assert (failed["status"], failed["error"]["code"]) == ("failed", "job.data_changed")
    assert "`date_format` was not told" in failed["error"]["message"]
