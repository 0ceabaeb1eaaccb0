"""A service that cannot take more says so."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import create_app
from store import Settings, Store, open_store
from tests.app import runs


@pytest.fixture
def narrow_store(settings: Settings) -> Iterator[Store]:
    """Open a store in which one job may wait."""
    store = open_store(dataclasses.replace(settings, max_queued_jobs=1))
    yield store
    store.close()


def test_a_full_queue_refuses_and_says_when_to_come_back(narrow_store: Store, tmp_path: Path) -> None:
    """Accepting what cannot be done, or losing it, would be worse."""
    client = create_app(narrow_store).test_client()
    body = {"dataset_id": runs.add_dataset(narrow_store, tmp_path), "target": "species"}
    client.post("/v1/jobs", json=body)

    answer = client.post("/v1/jobs", json=body)

    assert (answer.status_code, answer.json["code"]) == (503, "limit.queue_full")
    assert int(answer.headers["Retry-After"]) > 0
    assert len(client.get("/v1/jobs").json["data"]) == 1
