"""Requests with an `Idempotency-Key`: one effect, one answer, however often they come."""

import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.process_state import process_state
from store import Store
from store.database.tables import DEFAULT_PROJECT, Dataset, Job, StoredReply
from tests.app import runs
from tests.store.samples import at_once

ROOT = Path(__file__).parents[3]
KEY = {"Idempotency-Key": "4f1c-2b"}
CSV = runs.IRIS.encode()


def count(store: Store, table: Any) -> int:
    """Count rows."""
    with store.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def submit(client: FlaskClient, dataset_id: str, headers: dict[str, str] = KEY, **body: Any) -> Any:
    """Post a job."""
    return client.post("/v1/jobs", json={"dataset_id": dataset_id, "target": "species", **body}, headers=headers)


@pytest.fixture
def dataset_id(store: Store, tmp_path: Path) -> str:
    """Store a small iris."""
    return runs.add_dataset(store, tmp_path)


def test_a_repeated_job_is_one_job(either_client: FlaskClient, store: Store, dataset_id: str) -> None:
    """The client lost the answer and asks again: the same status, headers and body, marked as given again."""
    first = submit(either_client, dataset_id)
    again = submit(either_client, dataset_id)

    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Retry-After"] == first.headers["Retry-After"]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert again.headers["Request-Id"] != first.headers["Request-Id"]
    assert count(store, Job) == 1


def test_fifty_at_once_are_one_job(store: Store, dataset_id: str) -> None:
    """Whoever is second is given the first one's answer, or told that it is still being made."""
    from app import create_app  # noqa: PLC0415 - each thread needs a client of its own

    app = create_app(store)

    answers = at_once(*[lambda: submit(app.test_client(), dataset_id)] * 50)

    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.json["id"] for answer in answers if answer.status_code == 202}) == 1
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} <= {"idempotency.in_progress"}
    assert all(answer.headers["Retry-After"] for answer in answers)
    assert count(store, Job) == 1


def test_a_key_is_not_used_for_something_else(either_client: FlaskClient, store: Store, dataset_id: str) -> None:
    """Giving the answer of another request would hide a mistake; also when only the address differs."""
    submit(either_client, dataset_id)

    other = submit(either_client, dataset_id, name="other")
    upload: Any = either_client.post("/v1/datasets", data=CSV, content_type="text/csv", headers=KEY)

    assert (other.status_code, other.json["code"]) == (422, "idempotency.mismatch")
    assert (upload.status_code, upload.json["code"]) == (422, "idempotency.mismatch")
    assert count(store, Job) == 1


def test_the_order_of_keys_in_a_body_is_no_difference(either_client: FlaskClient, dataset_id: str) -> None:
    """JSON objects have no order."""
    texts = [
        f'{{"dataset_id": "{dataset_id}", "target": "species"}}',
        f'{{"target":"species","dataset_id":"{dataset_id}"}}',
    ]

    answers = [
        either_client.post("/v1/jobs", data=text, content_type="application/json", headers=KEY) for text in texts
    ]

    assert answers[0].json == answers[1].json


def test_a_refused_request_may_be_mended(either_client: FlaskClient, store: Store, dataset_id: str) -> None:
    """Nothing was made, so nothing is remembered: the same key serves the corrected body."""
    refused = submit(either_client, dataset_id, traning={})
    mended = submit(either_client, dataset_id)

    assert (refused.status_code, mended.status_code) == (422, 202)
    assert count(store, Job) == 1


def test_a_dry_run_makes_nothing_and_remembers_nothing(
    either_client: FlaskClient, store: Store, dataset_id: str
) -> None:
    """The same key then makes the job."""
    body = {"dataset_id": dataset_id, "target": "species"}
    planned = either_client.post("/v1/jobs?dry_run=true", json=body, headers=KEY)

    assert planned.status_code == 200
    assert submit(either_client, dataset_id).status_code == 202
    assert count(store, StoredReply) == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 256, "ké", "a\tb"])
def test_odd_keys_are_refused(client: FlaskClient, key: str) -> None:
    """Before the body is even looked at."""
    answer: Any = client.post("/v1/jobs", json={}, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency.key_invalid")


def test_an_upload_is_recognized_by_its_bytes(either_client: FlaskClient, store: Store) -> None:
    """As a form or as a body, new or known: the first answer again; other bytes are another request."""
    path = "/v1/datasets?name=iris"
    first = either_client.post(path, data=CSV, content_type="text/csv", headers=KEY)
    again = either_client.post(path, data=CSV, content_type="text/csv", headers=KEY)
    form = either_client.post(path, data={"file": (io.BytesIO(CSV), "x.csv")}, headers=KEY)
    other = either_client.post(path, data=CSV + CSV.splitlines(keepends=True)[1], content_type="text/csv", headers=KEY)
    keyless = either_client.post(path, data=CSV, content_type="text/csv")

    assert [each.status_code for each in (first, again, form, other, keyless)] == [201, 201, 201, 422, 200]
    assert again.json == form.json == first.json
    assert count(store, Dataset) == 1


def test_a_known_dataset_is_remembered_as_known(either_client: FlaskClient) -> None:
    """200 stays 200."""
    either_client.post("/v1/datasets", data=CSV, content_type="text/csv")
    statuses = [
        either_client.post("/v1/datasets", data=CSV, content_type="text/csv", headers=KEY).status_code for _ in "ab"
    ]

    assert statuses == [200, 200]


def test_what_is_being_served_is_told_so(app: Flask, sqlite_store: Store, tmp_path: Path) -> None:
    """The second of two at once need not wait for a long first one: 409, and when to ask again."""
    dataset_id = runs.add_dataset(sqlite_store, tmp_path)
    with app.app_context():
        process_state().serving.enter((DEFAULT_PROJECT, KEY["Idempotency-Key"]))
        early = submit(app.test_client(), dataset_id)
        process_state().serving.leave((DEFAULT_PROJECT, KEY["Idempotency-Key"]))

    assert (early.status_code, early.json["code"]) == (409, "idempotency.in_progress")
    assert early.headers["Retry-After"] == "1"
    assert submit(app.test_client(), dataset_id).status_code == 202


def test_a_waiting_client_does_not_hold_the_key(app: Flask, sqlite_store: Store, tmp_path: Path) -> None:
    """`Prefer: wait` keeps the first request open for long after its job was made; its repeat is answered at once."""
    dataset_id = runs.add_dataset(sqlite_store, tmp_path)
    first = threading.Thread(target=submit, args=(app.test_client(), dataset_id, KEY | {"Prefer": "wait=5"}))
    first.start()
    while not count(sqlite_store, Job):
        pass

    again = submit(app.test_client(), dataset_id)
    is_waiting = first.is_alive()
    app.test_client().post(again.json["urls"]["cancel"])
    first.join()

    assert is_waiting
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "true")


DYING = """
import os, signal, sys
from sqlalchemy import event
from app import create_app
from store import Settings, open_store
store = open_store(Settings.from_environment(os.environ))
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "before the commit":
    event.listen(store.database.engine, "commit", die)
else:
    store.queue.ring = die  # the first thing after the commit
create_app(store).test_client().post("/v1/jobs", json={"dataset_id": sys.argv[2], "target": "species"},
    headers={"Idempotency-Key": "4f1c-2b"})
"""


@pytest.mark.parametrize(("moment", "left"), [("before the commit", 0), ("after the commit", 1)])
def test_a_server_killed_in_between_makes_one_job(
    either_client: FlaskClient, store: Store, dataset_id: str, moment: str, left: int
) -> None:
    """With -9, between commit and answer or just before: the client's next try is answered at once, by one job."""
    environment = {
        "CHAINRULE_HOME": str(store.settings.home),
        "CHAINRULE_DATABASE_URL": store.settings.database_url,
        "CHAINRULE_REDIS_URL": str(store.settings.redis_url),
    }
    command = [sys.executable, "-c", DYING, moment, dataset_id]
    died = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    before = count(store, Job)

    again = submit(either_client, dataset_id)

    assert before == left
    assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (202, "true" if left else None)
    assert count(store, Job) == 1
