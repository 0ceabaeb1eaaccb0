"""Checkpoints over HTTP: seen, kept and downloaded while the job runs."""

import hashlib
import io
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import exports
from app.services.checkpoints import MOST_PINNED
from store import Store, ids
from store.database.tables import Checkpoint
from store.jobs import checkpoints
from store.jobs.checkpoints import CheckpointFacts
from store.jobs.claims import Claim
from tests.app import runs
from tests.observing import eventually
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

ROWS = [{"sepal_length": 5.0, "petal_length": 1.4}, {"sepal_length": 6.6, "petal_length": None}]
KINDS = {"setosa", "versicolor", "virginica"}


@pytest.fixture
def held(store: Store, tmp_path: Path) -> Claim:
    """Start a job."""
    runs.add_job(store, runs.add_dataset(store, tmp_path))
    return runs.claim(store.database)


def save(store: Store, held: Claim, epoch: int, *, best: int = 1) -> str:
    """Leave a checkpoint, as a worker does."""
    told = {"metric": "val_loss", "direction": "min", "value": 0.5, "epoch": best}
    facts = {"best": told, "latest": {"epoch": epoch, "loss": 1 / epoch}, "elapsed_s": 1.0}
    position = CheckpointFacts(
        step=10 * epoch, epoch=epoch, is_best=epoch == best, facts=facts, environment={"numpy": "2"}
    )
    return checkpoints.save(store.database, store.blobs, held, io.BytesIO(b"state%d" % epoch), position=position)


def listed(client: FlaskClient, job_id: str) -> list[Any]:
    """List a job's checkpoints."""
    answer: Any = client.get(f"/v1/jobs/{job_id}/checkpoints").json
    return list(answer["data"])


def test_checkpoints_of_a_running_job_are_shown_and_sent(either_client: FlaskClient, store: Store, held: Claim) -> None:
    """Newest first, with what they hold; the download is the very bytes."""
    assert listed(either_client, held.job_id) == []
    ids = [save(store, held, epoch) for epoch in (1, 2, 3)]

    found = listed(either_client, held.job_id)
    file = either_client.get(found[0]["urls"]["content"])
    again = either_client.get(found[0]["urls"]["content"], headers={"If-None-Match": file.headers["ETag"]})

    assert [each["id"] for each in found] == ids[::-1]
    assert [(each["epoch"], each["kind"]) for each in found] == [(3, "latest"), (2, "latest"), (1, "best")]
    assert found[0]["latest"] == {"epoch": 3, "loss": pytest.approx(1 / 3)}
    assert file.data == b"state3"
    assert found[0]["digest"] == f"sha256:{hashlib.sha256(file.data).hexdigest()}"
    assert again.status_code == 304


def test_a_pinned_checkpoint_stays(either_client: FlaskClient, store: Store, held: Claim) -> None:
    """Newer ones drive others out; without its pin it goes, too."""
    first = save(store, held, 1)
    second = save(store, held, 2)
    path = f"/v1/jobs/{held.job_id}/checkpoints/{second}"

    pinned: Any = either_client.patch(path, json={"pinned": True})
    for epoch in (3, 4):
        save(store, held, epoch)
    kept = {each["epoch"] for each in listed(either_client, held.job_id)}
    freed: Any = either_client.patch(path, json={"pinned": False})
    save(store, held, 5)

    assert (pinned.json["kind"], pinned.json["pinned"]) == ("pinned", True)
    assert kept == {1, 2, 3, 4}
    assert (freed.json["kind"], freed.json["pinned"]) == ("latest", False)
    assert {each["epoch"] for each in listed(either_client, held.job_id)} == {1, 4, 5}
    assert first in {each["id"] for each in listed(either_client, held.job_id)}


def test_the_best_stays_the_best_without_its_pin(either_client: FlaskClient, store: Store, held: Claim) -> None:
    """A pin is only laid over what a checkpoint is."""
    best = save(store, held, 1)
    path = f"/v1/jobs/{held.job_id}/checkpoints/{best}"
    either_client.patch(path, json={"pinned": True})

    freed: Any = either_client.patch(path, json={"pinned": False})

    assert freed.json["kind"] == "best"


def test_pins_are_limited(either_client: FlaskClient, store: Store, held: Claim) -> None:
    """They are kept for ever; who wants more is told what to do."""
    answers: list[Any] = []
    for epoch in range(1, MOST_PINNED + 2):
        path = f"/v1/jobs/{held.job_id}/checkpoints/{save(store, held, epoch)}"
        answers.append(either_client.patch(path, json={"pinned": True}))

    assert [answer.status_code for answer in answers] == [200] * MOST_PINNED + [409]
    assert answers[-1].json["code"] == "limit.too_many_pins"


@pytest.mark.parametrize("part", ["", "/content"])
def test_ids_are_answered_in_kind(
    either_client: FlaskClient, store: Store, held: Claim, part: str, tmp_path: Path
) -> None:
    """Unknown is 404, also below another job; an id of something else is told what it is."""
    checkpoint = save(store, held, 1)
    other = runs.add_job(store, held.dataset_id)

    unknown: Any = either_client.get(f"/v1/jobs/{held.job_id}/checkpoints/{ids.new('checkpoint')}{part}")
    elsewhere: Any = either_client.get(f"/v1/jobs/{other}/checkpoints/{checkpoint}{part}")
    wrong: Any = either_client.get(f"/v1/jobs/{held.job_id}/checkpoints/{held.job_id}{part}")

    assert (unknown.status_code, unknown.json["code"]) == (404, "not_found.checkpoint")
    assert (elsewhere.status_code, elsewhere.json["code"]) == (404, "not_found.checkpoint")
    assert (wrong.status_code, wrong.json["code"]) == (422, "id.wrong_kind")


@pytest.mark.parametrize("body", [{}, {"pinned": "yes"}, {"pinned": 2}, {"pinned": None}, {"pined": True}, []])
def test_odd_pins_are_refused(either_client: FlaskClient, store: Store, held: Claim, body: Any) -> None:
    """A text is no boolean."""
    path = f"/v1/jobs/{held.job_id}/checkpoints/{save(store, held, 1)}"

    assert either_client.patch(path, json=body).status_code == 422


@pytest.fixture
def trained(either_client: FlaskClient, store: Store, tmp_path: Path) -> Any:
    """Train a job; checkpoints as often as they can be written."""
    object.__setattr__(store.settings, "checkpoint_seconds", 1e-9)
    body = {"dataset_id": runs.add_dataset(store, tmp_path), "target": "species", "training": {"epochs": 5}}
    job: Any = either_client.post("/v1/jobs", json=body).json
    run_waiting_jobs(store, ids.new("worker"), SharedMemory())
    return either_client.get(f"/v1/jobs/{job['id']}").json


def test_a_checkpoint_is_the_model_that_would_be_left(either_client: FlaskClient, store: Store, trained: Any) -> None:
    """The last checkpoint of a finished job holds what its model holds: arrays, spec, preprocessing, answers."""
    checkpoint = listed(either_client, trained["id"])[0]
    model = f"/v1/models/{trained['model_id']}"

    weights = either_client.get(checkpoint["urls"]["weights"])
    expected = either_client.get(f"{model}/weights")
    answers: Any = either_client.post(checkpoint["urls"]["predict"], json={"rows": ROWS}).json
    of_model: Any = either_client.post(f"{model}/predict", json={"rows": ROWS}).json

    left, kept = (exports.read_safetensors(io.BytesIO(each.data)) for each in (weights, expected))
    file = io.BytesIO()
    exports.write(replace(kept, calibration=None), "safetensors", file)  # which only an end has
    assert weights.data == file.getvalue()
    assert left.calibration is None
    assert kept.calibration is not None
    assert weights.headers["Content-Disposition"].startswith(f'attachment; filename="{trained["id"]}-step-')
    assert answers["predictions"] == of_model["predictions"]
    assert answers["checkpoint_id"] == checkpoint["id"]


@pytest.mark.parametrize("name", exports.FORMATS)
def test_weights_of_a_checkpoint_come_in_each_format(either_client: FlaskClient, trained: Any, name: str) -> None:
    """Whole, in part, and not again to who has them."""
    url = f"{listed(either_client, trained['id'])[0]['urls']['weights']}?format={name}"

    whole = either_client.get(url)
    part = either_client.get(url, headers={"Range": "bytes=0-9"})
    again = either_client.get(url, headers={"If-None-Match": whole.headers["ETag"]})

    assert (whole.status_code, whole.mimetype) == (200, exports.FORMATS[name].media_type)
    assert (part.status_code, part.data) == (206, whole.data[:10])
    assert again.status_code == 304


def pin_newest(client: FlaskClient, job_id: str) -> bool:
    """Pin a checkpoint before newer ones drive it out; tell whether that went well."""
    found = listed(client, job_id)
    return bool(found) and client.patch(found[0]["urls"]["self"], json={"pinned": True}).status_code == 200


def test_checkpoints_answer_while_the_job_runs(either_client: FlaskClient, store: Store, tmp_path: Path) -> None:
    """The use of it: to try what there is before the training is over."""
    object.__setattr__(store.settings, "checkpoint_seconds", 1e-9)
    long = {"epochs": 1_000_000, "early_stopping": None}
    body = {"dataset_id": runs.add_dataset(store, tmp_path), "target": "species", "training": long}
    job: Any = either_client.post("/v1/jobs", json=body).json
    shared = SharedMemory()
    worker = threading.Thread(target=run_waiting_jobs, args=(store, ids.new("worker"), shared))
    worker.start()
    try:
        eventually(lambda: pin_newest(either_client, job["id"]))
        (pinned,) = (each for each in listed(either_client, job["id"]) if each["pinned"])
        answers: Any = either_client.post(pinned["urls"]["predict"], json={"rows": ROWS}).json
    finally:
        shared.ask_to_stop()
        worker.join()

    assert [set(answer["probabilities"]) for answer in answers["predictions"]] == [KINDS, KINDS]
    assert either_client.get(f"/v1/jobs/{job['id']}").json["done"] is False  # type: ignore[index]


def test_what_a_checkpoint_cannot_do_is_told(either_client: FlaskClient, store: Store, held: Claim) -> None:
    """Damaged bytes, a state of an older version, an unknown format, rows without a column."""
    damaged = f"/v1/jobs/{held.job_id}/checkpoints/{save(store, held, 1)}"

    answers: list[Any] = [
        either_client.get(f"{damaged}/weights"),
        either_client.post(f"{damaged}/predict", json={"rows": ROWS}),
        either_client.get(f"{damaged}/weights?format=pickle"),
    ]

    assert [answer.json["code"] for answer in answers] == [
        "server.blob_damaged", "server.blob_damaged", "model.unknown_format",
    ]  # fmt: skip


def test_a_checkpoint_of_an_older_version_says_so(either_client: FlaskClient, store: Store, trained: Any) -> None:
    """Training goes on from it; a model needs the preprocessing, too."""
    checkpoint = listed(either_client, trained["id"])[0]
    file = io.BytesIO()
    exports.write_state(exports.read_state(either_client.get(checkpoint["urls"]["content"]).data), file, metadata={})
    with store.database.transaction() as session:
        row = session.get_one(Checkpoint, checkpoint["id"])
        row.digest = store.blobs.put(session, io.BytesIO(file.getvalue())).digest

    answer: Any = either_client.get(checkpoint["urls"]["weights"])

    assert (answer.status_code, answer.json["code"]) == (409, "checkpoint.incomplete")
