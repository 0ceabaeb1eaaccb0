"""Checkpoints over HTTP: seen, kept and downloaded while the job runs."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.services.checkpoints import MOST_PINNED
from store import Store, checkpoints, ids
from store.checkpoints import Position
from store.claims import Claim
from tests.app import runs


@pytest.fixture
def held(store: Store, tmp_path: Path) -> Claim:
    """Start a job."""
    runs.add_job(store, runs.add_dataset(store, tmp_path))
    return runs.claim(store.database)


def save(store: Store, held: Claim, epoch: int, *, best: int = 1) -> str:
    """Leave a checkpoint, as a worker does."""
    told = {"metric": "val_loss", "direction": "min", "value": 0.5, "epoch": best}
    facts = {"best": told, "latest": {"epoch": epoch, "loss": 1 / epoch}, "elapsed_s": 1.0}
    position = Position(step=10 * epoch, epoch=epoch, is_best=epoch == best, facts=facts, environment={"numpy": "2"})
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
