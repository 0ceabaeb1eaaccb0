"""What a job did with the rows: which were where, and the answers to those it never learned from."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from marshmallow import RAISE

from app.schemas.evaluations import HeldOutAnswersSchema, SplitSchema
from store import Store, ids
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

Body = dict[str, Any]


def submit(client: FlaskClient, table: bytes | str, **body: Any) -> Body:
    """Upload a table and queue a job on it."""
    content = table.encode() if isinstance(table, str) else table
    dataset = client.post("/v1/datasets", data=content, content_type="text/csv").json
    job: Body = client.post("/v1/jobs", json={"dataset_id": dataset["id"], "training": {"epochs": 5}, **body}).json
    return job


def trained(client: FlaskClient, store: Store, table: bytes | str, **body: Any) -> Body:
    """Train with a real worker's code."""
    job = submit(client, table, **body)
    run_waiting_jobs(store, ids.new("worker"), SharedMemory())
    job = client.get(f"/v1/jobs/{job['id']}").json
    assert job["status"] == "succeeded", job
    return job


def get(client: FlaskClient, job: Body, what: str) -> Any:
    """Ask for rows of a job."""
    return client.get(f"/v1/jobs/{job['id']}/{what}")


def test_every_row_is_in_one_part(client: FlaskClient, iris: bytes) -> None:
    """Known as soon as the job is queued; the numbers are those of the dataset's rows."""
    job = submit(client, iris, target="species", split={"validation_share": 0.2, "test_share": 0.1})

    parts = {part: get(client, job, f"split?part={part}").json for part in ("training", "validation", "test")}

    SplitSchema(unknown=RAISE).load(parts["test"])
    assert parts["test"]["counts"] == {"training": 105, "validation": 30, "test": 15, "left_out": 0}
    assert sorted(row for part in parts.values() for row in part["data"]) == list(range(150))


def test_rows_without_an_answer_are_counted_as_left_out(client: FlaskClient) -> None:
    """They are in no part."""
    job = submit(client, "x,y\n" + "".join(f"{n},{n * 2 if n % 4 else ''}\n" for n in range(40)), target="y")

    split = get(client, job, "split?part=training").json

    assert split["counts"]["left_out"] == 10
    assert all(row % 4 for row in split["data"])


def test_a_part_is_listed_page_by_page(client: FlaskClient, iris: bytes) -> None:
    """The pages together are the whole."""
    job = submit(client, iris, target="species")

    whole = get(client, job, "split").json
    pages = [get(client, job, f"split?offset={offset}&limit=20").json for offset in (0, 20, 40)]

    assert (whole["part"], whole["row_count"], whole["has_more"]) == ("validation", 30, False)
    assert [page["has_more"] for page in pages] == [True, False, False]
    assert [row for page in pages for row in page["data"]] == whole["data"]


def test_held_out_rows_come_with_truth_and_answer(client: FlaskClient, sqlite_store: Store, iris: bytes) -> None:
    """The row's number leads to it, and its answer is that of `predict`."""
    job = trained(client, sqlite_store, iris, target="species")

    listed = get(client, job, "predictions?limit=7&offset=3").json

    HeldOutAnswersSchema(unknown=RAISE).load(listed)
    assert (listed["row_count"], listed["has_more"], len(listed["data"])) == (30, True, 7)
    assert [each["row"] for each in listed["data"]] == get(client, job, "split?limit=7&offset=3").json["data"]
    for each in listed["data"]:
        row = client.get(f"/v1/datasets/{listed['dataset_id']}/rows?offset={each['row']}&limit=1").json["data"][0]
        answer = client.post(f"/v1/models/{job['model_id']}/predict", json={"rows": [row]}).json["predictions"][0]
        assert row["species"] == each["truth"]
        assert answer["label"] == each["prediction"]["label"]
        assert answer["probabilities"] == pytest.approx(each["prediction"]["probabilities"], abs=1e-6)


def test_rows_of_a_second_dataset_are_those_of_validation(
    client: FlaskClient, sqlite_store: Store, iris: bytes
) -> None:
    """Its numbers are into that one, which the answer names."""
    table = "sepal_length,sepal_width,petal_length,petal_width,species\n5.1,3.5,1.4,0.2,\n5.1,3.5,1.4,0.2,setosa\n"
    second = client.post("/v1/datasets", data=table.encode(), content_type="text/csv").json
    job = trained(client, sqlite_store, iris, target="species", split={"validation_dataset_id": second["id"]})

    listed = get(client, job, "predictions").json

    assert listed["dataset_id"] == second["id"] != job["dataset_id"]
    assert [(each["row"], each["truth"]) for each in listed["data"]] == [(1, "setosa")]


def test_several_targets_have_a_truth_for_each(client: FlaskClient, sqlite_store: Store, iris: bytes) -> None:
    """By column, as the answer is."""
    job = trained(client, sqlite_store, iris, target=["petal_length", "petal_width"])

    first = get(client, job, "predictions?limit=1").json["data"][0]

    assert set(first["truth"]) == set(first["prediction"]["values"]) == {"petal_length", "petal_width"}


def test_translations_stand_beside_their_truth(client: FlaskClient, sqlite_store: Store) -> None:
    """A split of pairs of texts is made by the rule of its own."""
    words = ("one", "two", "three", "four", "five", "six", "seven", "eight")
    table = "english,german\n" + "".join(f"{a} {b},{b} {a}\n" for a in words for b in words)
    job = trained(client, sqlite_store, table, target="german", task="translation", features={"include": ["english"]})

    first = get(client, job, "predictions?limit=1").json["data"][0]

    assert len(first["truth"].split()) == 2
    assert isinstance(first["prediction"]["text"], str)


def test_a_part_without_rows_is_an_empty_list(client: FlaskClient, sqlite_store: Store, iris: bytes) -> None:
    """Nothing was held out for a test."""
    job = trained(client, sqlite_store, iris, target="species")

    listed = get(client, job, "predictions?part=test").json

    assert (listed["data"], listed["row_count"], listed["has_more"]) == ([], 0, False)


def test_a_job_without_a_model_has_no_answers(client: FlaskClient, sqlite_store: Store, iris: bytes) -> None:
    """Neither one that waits, nor one whose model was deleted; their splits are told all the same."""
    waiting = get(client, submit(client, iris, target="species"), "predictions")
    job = trained(client, sqlite_store, iris, target="sepal_length")
    client.delete(f"/v1/models/{job['model_id']}")

    deleted = get(client, job, "predictions")

    assert (waiting.status_code, waiting.json["code"]) == (409, "job.wrong_state")
    assert (deleted.status_code, deleted.json["code"]) == (404, "not_found.model")
    assert get(client, job, "split").status_code == 200


@pytest.mark.parametrize("told", [{"missing_words": ["virginica"]}, {"header": False}])
def test_a_dataset_that_is_read_in_another_way_now_is_not_split_again(
    client: FlaskClient, sqlite_store: Store, iris: bytes, told: Body
) -> None:
    """Wrong rows would be taken for held out."""
    job = trained(client, sqlite_store, iris, target="species")
    assert client.patch(f"/v1/datasets/{job['dataset_id']}", json=told).status_code == 200

    answers = [get(client, job, what) for what in ("split", "predictions")]

    assert [answer.json["code"] for answer in answers] == ["evaluation.data_changed"] * 2


@pytest.mark.parametrize("query", ["part=all", "limit=0", "offset=-1", "limit=x"])
@pytest.mark.parametrize("what", ["split", "predictions"])
def test_parts_and_pages_that_there_are_not_are_refused(client: FlaskClient, what: str, query: str) -> None:
    """By the parameter, before anything is looked up."""
    answer = client.get(f"/v1/jobs/{ids.new('job')}/{what}?{query}")

    assert answer.json["code"] == "request.invalid_parameter"
    assert answer.json["errors"][0]["parameter"] == query.partition("=")[0]
