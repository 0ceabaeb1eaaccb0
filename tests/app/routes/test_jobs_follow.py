"""Following jobs: one, many, and their long parts."""

import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services import shown_jobs
from store import Store, ids
from store.database.tables import DEFAULT_PROJECT, Job
from store.jobs import outcomes
from store.states import JobStatus, StopReason
from tests.app import runs
from tests.observing import PROMPTLY


@pytest.fixture
def dataset_id(sqlite_store: Store, tmp_path: Path) -> str:
    """Store a small iris."""
    return runs.add_dataset(sqlite_store, tmp_path)


@pytest.fixture
def job_id(sqlite_store: Store, dataset_id: str) -> str:
    """Queue a job."""
    return runs.add_job(sqlite_store, dataset_id, name="first", tags=["a"])


def listed(client: FlaskClient, query: str = "") -> list[str]:
    """List the ids of jobs."""
    return [job["id"] for job in client.get(f"/v1/jobs{query}").json["data"]]


def test_lists_are_newest_first_and_filtered(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """People look for what they have just started, or for what they have tagged."""
    dataset_id = runs.find_job(sqlite_store, job_id).dataset_id
    second = runs.add_job(sqlite_store, dataset_id, name="second", tags=["a", "b"])
    client.post(f"/v1/jobs/{second}/cancel")

    assert listed(client) == [second, job_id]
    assert listed(client, "?status=cancelled") == [second]
    assert listed(client, "?tag=b") == [second]
    assert listed(client, "?tag=a&status=queued") == [job_id]
    assert listed(client, "?name=first") == [job_id]
    assert listed(client, f"?dataset_id={ids.new('dataset')}") == []


def test_tags_are_found_on_every_database(store: Store, tmp_path: Path) -> None:
    """As they are now, by an index: who has many jobs waits no longer for those of one tag."""
    from app import create_app  # noqa: PLC0415 - `client` is on SQLite alone

    dataset_id = runs.add_dataset(store, tmp_path)
    found = runs.add_job(store, dataset_id, tags=['it"s', "%"])
    runs.add_job(store, dataset_id, tags=[])

    client = create_app(store).test_client()

    assert listed(client, "?tag=%25") == [found]
    assert listed(client, '?tag=it"s') == [found]
    assert listed(client, "?tag=it") == []
    client.patch(f"/v1/jobs/{found}", json={"tags": ["new", "%"]})
    assert listed(client, "?tag=new") == listed(client, "?tag=%25") == [found]
    assert listed(client, '?tag=it"s') == []
    assert "ix_job_tags_project_id_tag_job_id" in plan_of_a_list(store)


def plan_of_a_list(store: Store) -> str:
    """Ask the database how it looks for jobs by a tag."""
    explain = "EXPLAIN QUERY PLAN" if store.database.dialect == "sqlite" else "EXPLAIN"
    with store.database.glancing() as glance:
        question = glance.question(shown_jobs._list_of(("tag",), True))
        cursor = glance._connection.cursor()
        wanted = {"project_id": DEFAULT_PROJECT, "tag": "new", "most": 20}
        cursor.execute(f"{explain} {question.text}", question.arguments(wanted))
        return str(cursor.fetchall())


def test_paging_while_jobs_arrive_loses_none_and_repeats_none(
    client: FlaskClient, sqlite_store: Store, dataset_id: str
) -> None:
    """A cursor is a place in the list, not a count from its beginning."""
    before = [runs.add_job(sqlite_store, dataset_id) for _ in range(7)]
    seen: list[str] = []
    page: dict[str, Any] = {"has_more": True, "next_cursor": None}
    while page["has_more"]:
        after = f"&after={page['next_cursor']}" if page["next_cursor"] else ""
        page = client.get(f"/v1/jobs?limit=2{after}").json
        seen += [job["id"] for job in page["data"]]
        runs.add_job(sqlite_store, dataset_id)

    assert seen == sorted(before, reverse=True)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=1000000000", 422),
        ("limit=-1", 422),
        ("limit=0", 422),
        ("limit=ten", 422),
        ("after=nonsense", 400),
        ("after=ds_01m85bp68gsgbt7kvxhe6y023n", 400),
        ("status=done", 422),
        ("sort=name;--", 422),
    ],
)
def test_odd_pages_are_refused(client: FlaskClient, query: str, status: int) -> None:
    """Forged cursors and sizes reach no database."""
    assert client.get(f"/v1/jobs?{query}").status_code == status


def test_an_unchanged_job_is_not_sent_again(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """Polling costs next to nothing until something happens."""
    tag = client.get(f"/v1/jobs/{job_id}").headers["ETag"]
    time.sleep(0.01)

    unchanged = client.get(f"/v1/jobs/{job_id}", headers={"If-None-Match": tag})
    runs.claim(sqlite_store.database)
    changed = client.get(f"/v1/jobs/{job_id}", headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert changed.status_code == 200


def test_long_polling_ends_with_the_job(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """Within 300 ms of the end."""
    held = runs.claim(sqlite_store.database)
    with runs.after(0.4, lambda: runs.succeed(sqlite_store, held)) as ended:
        answer = client.get(f"/v1/jobs/{job_id}?wait=20")

    assert answer.json["status"] == "succeeded"
    assert "Retry-After" not in answer.headers
    assert ended.seconds_since() < PROMPTLY


@pytest.mark.parametrize("wait", ["61", "-1", "soon", "nan", "inf"])
def test_odd_waits_are_refused(client: FlaskClient, job_id: str, wait: str) -> None:
    """A minute at most; longer waits are several."""
    assert client.get(f"/v1/jobs/{job_id}?wait={wait}").status_code == 422


@pytest.mark.parametrize("part", ["", "/metrics", "/spec", "/events", "/attempts"])
def test_ids_are_answered_in_kind(client: FlaskClient, part: str) -> None:
    """Unknown is 404; an id of something else is told what it is."""
    unknown = client.get(f"/v1/jobs/{ids.new('job')}{part}")
    other = client.get(f"/v1/jobs/{ids.new('dataset')}{part}")

    assert (unknown.status_code, unknown.json["code"]) == (404, "not_found.job")
    assert (other.status_code, other.json["code"]) == (422, "id.wrong_kind")
    assert "dataset" in other.json["detail"]
    assert "`job_`" in other.json["detail"]


def test_metrics_are_columns(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """One list per metric, ready to plot; `null` where JSON has no number."""
    rows = [{"epoch": n, "step": 10 * n, "values": {"loss": 1 / n, "f1": None if n == 2 else 0.5}} for n in (1, 2, 3)]
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database), metrics=rows)

    table = client.get(f"/v1/jobs/{job_id}/metrics").json

    assert table["epoch"] == [1, 2, 3]
    assert table["loss"] == [1.0, 0.5, pytest.approx(1 / 3)]
    assert table["f1"] == [0.5, None, 0.5]
    assert table["nonfinite"] == [{"name": "f1", "index": 1}]


def test_metrics_are_thinned_and_chosen(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """A long history fits into a small plot without losing its spike."""
    rows = [{"epoch": n, "step": n, "values": {"loss": 9.0 if n == 333 else 1.0, "f1": 0.5}} for n in range(1, 1001)]
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database), metrics=rows)

    table = client.get(f"/v1/jobs/{job_id}/metrics?names=loss&max_points=20").json

    assert set(table) == {"epoch", "step", "loss", "nonfinite"}
    assert len(table["epoch"]) == 20
    assert 333 in table["epoch"]


def test_a_layers_health_is_a_metric(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """A gradient that left the numbers is what such a column is read for: it is told like any other."""
    name = "health/dense_1/gradient_norm"
    rows = [{"epoch": n, "step": n, "values": {"loss": 1.0, name: None if n == 2 else 0.5}} for n in (1, 2)]
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database), metrics=rows)

    table = client.get(f"/v1/jobs/{job_id}/metrics?names={name}").json

    assert table[name] == [0.5, None]
    assert table["nonfinite"] == [{"name": name, "index": 1}]


def test_an_unknown_metric_is_told_the_known_ones(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """An empty column would look like a metric that was never measured."""
    rows = [{"epoch": 1, "step": 1, "values": {"loss": 1.0}}]
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database), metrics=rows)

    answer = client.get(f"/v1/jobs/{job_id}/metrics?names=loss,accuracy")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["allowed"] == ["loss"]


def test_the_story_of_a_job_is_told_without_gaps(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """Events are numbered from 1; attempts tell who tried and how it ended."""
    outcomes.release(sqlite_store.database, runs.claim(sqlite_store.database))
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database))

    events = client.get(f"/v1/jobs/{job_id}/events").json["data"]
    attempts = client.get(f"/v1/jobs/{job_id}/attempts").json["data"]

    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]
    assert [event["type"] for event in events] == [
        "job.queued",
        "job.started",
        "job.requeued",
        "job.started",
        "job.succeeded",
    ]
    assert [(each["number"], each["outcome"]) for each in attempts] == [(1, "released"), (2, "succeeded")]


def test_the_spec_is_shown_as_given_and_as_resolved(client: FlaskClient, dataset_id: str) -> None:
    """Nothing that was inferred is hidden."""
    given = {"dataset_id": dataset_id, "target": "species"}
    job_id = client.post("/v1/jobs", json=given).json["id"]

    spec = client.get(f"/v1/jobs/{job_id}/spec").json

    assert spec["given"] == given
    assert spec["resolved"]["network"]["layers"]
    assert spec["provenance"]["/target"]["source"] == "given"


def document(app: Flask) -> dict[str, Any]:
    """Read the OpenAPI document."""
    return dict(app.test_client().get("/openapi.json").json)


def test_every_state_fits_the_documented_form(app: Flask, sqlite_store: Store, dataset_id: str) -> None:
    """Generated clients trust the document: each key there, each value of its type, in every state."""
    client, described = app.test_client(), document(app)
    schema = {"$ref": "#/components/schemas/Job", "components": described["components"]}
    ending = outcomes.Ending(stop_reason=StopReason.USER, step=1, epoch=0)

    views = {}
    job = runs.add_job(sqlite_store, dataset_id)
    views["queued"] = client.get(f"/v1/jobs/{job}").json
    held = runs.claim(sqlite_store.database)
    runs.report(sqlite_store, held, step=10, live=20, loss=0.5)
    views["running"] = client.get(f"/v1/jobs/{job}").json
    runs.succeed(sqlite_store, held)
    views["succeeded"] = client.get(f"/v1/jobs/{job}").json
    job = runs.add_job(sqlite_store, dataset_id)
    outcomes.cancel(sqlite_store.database, runs.claim(sqlite_store.database), ending=ending)
    views["cancelled"] = client.get(f"/v1/jobs/{job}").json
    job = runs.add_job(sqlite_store, dataset_id)
    error = {"code": "job.diverged", "message": "The loss became NaN."}
    outcomes.fail(sqlite_store.database, runs.claim(sqlite_store.database), error, ending=ending)
    views["failed"] = client.get(f"/v1/jobs/{job}").json

    for status, view in views.items():
        jsonschema.validate(view, schema, cls=jsonschema.Draft202012Validator)
        assert view["status"] == status
        assert set(view) == set(described["components"]["schemas"]["Job"]["required"])
        assert view["done"] == (status in {"succeeded", "failed", "cancelled"})


def test_the_documented_statuses_are_those_of_the_store(app: Flask) -> None:
    """The set is closed: what a row may hold and what is documented are one list."""
    described = document(app)["components"]["schemas"]["Job"]["properties"]["status"]["enum"]

    assert set(described) == set(JobStatus)


def test_a_status_costs_a_few_milliseconds(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """Pollers are many; the bound is far above the usual 1 to 2 ms, for busy machines."""
    runs.report(sqlite_store, runs.claim(sqlite_store.database), step=10, live=20, loss=0.5)
    times = []
    for _ in range(40):
        start = time.perf_counter()
        client.get(f"/v1/jobs/{job_id}")
        times.append(time.perf_counter() - start)

    assert sorted(times)[20] < 0.2


def test_a_job_deleted_while_somebody_waits_is_gone(client: FlaskClient, sqlite_store: Store, job_id: str) -> None:
    """The waiter is told so at once instead of after a minute."""
    held = runs.claim(sqlite_store.database)

    def end_and_delete() -> None:
        runs.succeed(sqlite_store, held)
        with sqlite_store.database.transaction() as session:
            session.delete(session.get_one(Job, job_id))

    with runs.after(0.3, end_and_delete):
        answer = client.get(f"/v1/jobs/{job_id}?wait=20")

    assert answer.status_code in {200, 404}  # whether the look fell between end and deletion is chance
