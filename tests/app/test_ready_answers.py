"""Answers that views give as they are to be sent: each is what its schema says, no key more and none less."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from marshmallow import RAISE, Schema

from app.schemas.datasets import DatasetBriefSchema, DatasetSchema, RowsSchema
from app.schemas.jobs import JobSchema, PlanSchema
from app.schemas.shared import page_of
from store import Store
from tests.app import runs

BODY = {"target": "species", "name": "first", "tags": ["a"], "metadata": {"nested": {"any": [1]}}}


@pytest.fixture
def dataset_id(sqlite_store: Store, tmp_path: Path) -> str:
    """Store a small iris."""
    return runs.add_dataset(sqlite_store, tmp_path)


def is_whole(schema: type[Schema], answer: Any) -> bool:
    """Load an answer strictly; what is missing, surplus or of another type is raised by marshmallow."""
    schema(unknown=RAISE).load(answer)
    return True


def test_jobs_in_every_state(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """Waiting, running with live progress, and ended: alone, in lists, and where they are asked to change."""
    body = {"dataset_id": dataset_id, **BODY}
    posted = [client.post("/v1/jobs", json=body).json for _ in range(3)]
    held = runs.claim(sqlite_store.database)
    runs.report(sqlite_store, held, step=30, live=40, loss=0.4)
    running = client.get(f"/v1/jobs/{held.job_id}").json
    runs.succeed(sqlite_store, held)
    others = [job["id"] for job in posted if job["id"] != held.job_id]
    answers = [
        *posted,
        running,
        client.get(f"/v1/jobs/{held.job_id}").json,
        client.patch(f"/v1/jobs/{others[0]}", json={"priority": 2}).json,
        client.post(f"/v1/jobs/{others[0]}/pause").json,
        client.post(f"/v1/jobs/{others[0]}/resume").json,
        client.post(f"/v1/jobs/{others[1]}/cancel").json,
        client.post(f"/v1/jobs/{others[1]}/retry").json,
    ]
    listed = client.get("/v1/jobs").json

    assert {job["status"] for job in answers} == {"queued", "running", "succeeded", "paused", "cancelled"}
    assert all(is_whole(JobSchema, job) for job in answers)
    assert is_whole(page_of(JobSchema), listed)
    assert len(listed["data"]) == 4


def test_plans_and_datasets(client: FlaskClient, dataset_id: str) -> None:
    """What is told before anything is trained."""
    plan = client.post("/v1/jobs?dry_run=true", json={"dataset_id": dataset_id, **BODY}).json
    renamed = client.patch(f"/v1/datasets/{dataset_id}", json={"name": "other"}).json

    assert is_whole(PlanSchema, plan)
    assert all(is_whole(DatasetSchema, each) for each in (client.get(f"/v1/datasets/{dataset_id}").json, renamed))
    assert is_whole(page_of(DatasetBriefSchema), client.get("/v1/datasets").json)
    assert is_whole(RowsSchema, client.get(f"/v1/datasets/{dataset_id}/rows").json)
