"""Health, limits, queue, workers and capabilities over HTTP."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from store import Store, ids, workers
from store.database.tables import DEFAULT_PROJECT, Dataset, Job, Project


def test_alive(client: FlaskClient) -> None:
    """Whoever watches the process asks here."""
    assert client.get("/healthz").json == {"status": "alive"}


def test_ready_with_everything_there(either_client: FlaskClient) -> None:
    """On either database."""
    response = either_client.get("/readyz")

    assert (response.status_code, response.json["status"]) == (200, "ready")


def test_without_redis_the_service_is_degraded_and_serves(client_with: Callable[..., FlaskClient], iris: bytes) -> None:
    """Losing Redis loses nothing but speed."""
    client = client_with(redis_url="redis://127.0.0.1:1/0")

    response = client.get("/readyz")

    assert (response.status_code, response.json["status"]) == (200, "degraded")
    assert client.post("/v1/datasets", data=iris, content_type="text/csv").status_code == 201
    assert client.get("/v1/queue").json["tokens"] is None


def test_without_tables_the_service_is_not_ready(client_with: Callable[..., FlaskClient], tmp_path: Any) -> None:
    """A forgotten migration must not look like health."""
    response = client_with(database_url=f"sqlite:///{tmp_path / 'empty.db'}").get("/readyz")

    assert (response.status_code, response.json["code"]) == (503, "server.unavailable")
    assert "migrate" in response.json["errors"][0]["hint"]


def test_limits_are_the_settings(client_with: Callable[..., FlaskClient]) -> None:
    """What is told is what holds."""
    body = client_with(max_upload_bytes=12345).get("/v1/limits").json

    assert body["max_upload_bytes"] == 12345
    assert body["max_columns"] == 10_000


def test_capabilities_tell_the_vocabulary(client: FlaskClient) -> None:
    """Forms and completions are made from it."""
    body = client.get("/v1/capabilities").json

    assert body["object"] == "capabilities"
    assert {"layers", "activations", "losses", "optimizers", "metrics"} <= set(body)


def test_the_queue_counts_jobs(either_client: FlaskClient) -> None:
    """Every status is always there."""
    body = either_client.get("/v1/queue").json

    assert set(body["jobs"]) == {"queued", "running", "paused", "succeeded", "failed", "cancelled"}


def test_workers_show_only_own_jobs(client: FlaskClient, sqlite_store: Store, dataset: dict[str, Any]) -> None:
    """That a worker is busy is everybody's business, with what is not."""
    own, foreign = ids.new("job"), ids.new("job")
    empty: dict[str, Any] = {"given": {}, "resolved": {}, "provenance": {}, "summary": {}, "job_metadata": {}}
    with sqlite_store.database.transaction() as session:
        row = session.get(Dataset, dataset["id"])
        assert row is not None
        session.add(Project(id="prj_other", name="other"))
        session.flush()
        for job, project in ((own, DEFAULT_PROJECT), (foreign, "prj_other")):
            session.add(Job(id=job, project_id=project, dataset_id=row.id, warnings=[], tags=[], seed=1, **empty))
            workers.register(session, worker_id=f"wrk_{job[4:]}", host="h", pid=1)
            session.flush()
            workers.beat(session, f"wrk_{job[4:]}", job_id=job)

    found = client.get("/v1/workers").json["data"]

    assert {(worker["is_busy"], worker["job_id"]) for worker in found} == {(True, own), (True, None)}
    assert all(worker["heartbeat_age_s"] >= 0 for worker in found)
