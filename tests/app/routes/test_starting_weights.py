"""Jobs that start from what another training left: found, compared before anything starts, and kept until then."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from store import Store, ids
from store.database import rows
from store.database.tables import DEFAULT_PROJECT, Checkpoint, Job, Model, Project
from store.jobs import checkpoints
from store.states import CheckpointKind
from tests.app import runs
from tests.worker import making
from tests.worker.attempt.test_resume import drain, run_until
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

SHORT: dict[str, Any] = {"epochs": 4, "seed": 7, "batch_size": 8, "early_stopping": None}


@pytest.fixture
def body(sqlite_store: Store, tmp_path: Path) -> dict[str, Any]:
    """A job on a small iris."""
    dataset_id = runs.add_dataset(sqlite_store, tmp_path)
    return {"dataset_id": dataset_id, "target": "species", "network": {"hidden": [4]}, "training": SHORT}


@pytest.fixture
def first(client: FlaskClient, sqlite_store: Store, body: dict[str, Any]) -> dict[str, Any]:
    """A job that has left a model."""
    return trained(client, sqlite_store, body)


def trained(client: FlaskClient, store: Store, body: dict[str, Any]) -> dict[str, Any]:
    """Post a job and run it here; show it."""
    answer = client.post("/v1/jobs", json=body)
    assert answer.status_code == 202, answer.json
    run(store, making.claim(store), SharedMemory())
    shown: dict[str, Any] = client.get(answer.headers["Location"]).json
    return shown


def starting(body: dict[str, Any], id_: str, **changes: Any) -> dict[str, Any]:
    """Let the job start from other weights."""
    return {**body, "training": {**SHORT, "init_from": id_}, **changes}


def spec_of(client: FlaskClient, job: dict[str, Any]) -> dict[str, Any]:
    """Read how a job was understood."""
    spec: dict[str, Any] = client.get(f"/v1/jobs/{job['id']}/spec").json
    return spec


def test_a_job_stands_for_its_model(
    client: FlaskClient, sqlite_store: Store, body: dict[str, Any], first: dict[str, Any]
) -> None:
    """Resolved, it names what never changes, and says what it was; posted again that gives the same bytes."""
    second = trained(client, sqlite_store, starting(body, first["id"]))
    told = spec_of(client, second)
    third = trained(client, sqlite_store, told["resolved"])

    assert told["resolved"]["training"]["init_from"] == first["model_id"]
    assert told["provenance"]["/training/init_from"] == {"source": "given", "reason": f"the model of `{first['id']}`"}
    digests = {making.model_of(sqlite_store, job["id"]).weights_digest for job in (second, third)}
    assert second["error"] is None
    assert len(digests) == 1


def test_a_model_and_a_checkpoint_can_be_named(
    client: FlaskClient, sqlite_store: Store, body: dict[str, Any], first: dict[str, Any]
) -> None:
    """Both lead on: the loss begins where it had got to, not where drawn weights begin."""
    (kept,) = client.get(f"/v1/jobs/{first['id']}/checkpoints").json["data"]
    drawn = making.metrics_of(sqlite_store, first["id"])[0].values["loss"]

    for id_ in (first["model_id"], kept["id"]):
        job = trained(client, sqlite_store, starting(body, id_))
        assert making.metrics_of(sqlite_store, job["id"])[0].values["loss"] < drawn
        assert spec_of(client, job)["resolved"]["training"]["init_from"] == id_


def test_a_checkpoint_that_a_job_starts_from_stays(
    client: FlaskClient, sqlite_store: Store, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running training makes newer ones and forgets the old: the waiting job's must not be among them."""
    source = client.post("/v1/jobs", json={**body, "training": {**SHORT, "epochs": 400}}).json
    run_until(sqlite_store, monkeypatch, 10, drain)
    plan = client.post("/v1/jobs?dry_run=true", json=starting(body, source["id"])).json
    with sqlite_store.database.reading() as session:
        assert [row.kind for row in checkpoints.newest(session, source["id"])] != [CheckpointKind.PINNED]

    waiting = client.post("/v1/jobs", json=starting(body, source["id"])).json

    named = spec_of(client, waiting)["resolved"]["training"]["init_from"]
    assert named == plan["resolved"]["training"]["init_from"]
    with sqlite_store.database.reading() as session:
        assert rows.find(session, Checkpoint, named, DEFAULT_PROJECT).kind is CheckpointKind.PINNED


def test_weights_of_another_network_are_refused(
    client: FlaskClient, body: dict[str, Any], first: dict[str, Any]
) -> None:
    """Before anything starts: which layer, what it has, what it needs."""
    wider = starting(body, first["model_id"], network={"hidden": [5]})
    deeper = starting(body, first["model_id"], network={"hidden": [4, 4]})
    answers = [client.post(f"/v1/jobs{query}", json=wider) for query in ("", "?dry_run=true")]
    (lacking,) = client.post("/v1/jobs", json=deeper).json["errors"]

    for answer in answers:
        (flaw,) = answer.json["errors"]
        assert (answer.status_code, flaw["code"], flaw["pointer"]) == (
            422,
            "spec.shape_mismatch",
            "/training/init_from",
        )
        assert "`kernel` of layer `dense_1` has the shape [2, 4] and needs [2, 5]" in flaw["message"]
    assert "`kernel` of layer `dense_2` has the shape [4, 3] and needs [4, 4]" in lacking["message"]


@pytest.mark.parametrize("kind", ["model", "job", "checkpoint"])
def test_weights_of_another_project_do_not_exist(
    client: FlaskClient, sqlite_store: Store, body: dict[str, Any], first: dict[str, Any], kind: str
) -> None:
    """As if the id had never been given out; together with what else is wrong."""
    (kept,) = client.get(f"/v1/jobs/{first['id']}/checkpoints").json["data"]
    known = {"model": first["model_id"], "job": first["id"], "checkpoint": kept["id"]}[kind]
    with sqlite_store.database.transaction() as session:
        session.add(Project(id="prj_other", name="other"))
        session.flush()
        for table in (Model, Job, Checkpoint):
            session.query(table).update({"project_id": "prj_other"})

    for id_ in (known, ids.new(kind)):
        answer = client.post("/v1/jobs", json={**starting(body, id_), "nam": "x"})
        assert (answer.status_code, answer.json["code"]) == (404, f"not_found.{kind}")
        assert [flaw["pointer"] for flaw in answer.json["errors"]] == ["/training/init_from", "/nam"]


@pytest.mark.parametrize("id_", ["best", "ds_01jd0000000000000000000000", "mdl_", "mdl_\u0000"])
def test_what_holds_no_weights_is_told(client: FlaskClient, body: dict[str, Any], id_: str) -> None:
    """Whatever is sent, never a 500."""
    answer = client.post("/v1/jobs", json=starting(body, id_))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/training/init_from"


def test_a_job_that_has_not_trained_yet_has_nothing_to_give(client: FlaskClient, body: dict[str, Any]) -> None:
    """It says so, and when to come back."""
    waiting = client.post("/v1/jobs", json=body).json

    answer = client.post("/v1/jobs", json=starting(body, waiting["id"]))

    assert answer.json["code"] == "job.no_checkpoint"
    assert answer.json["errors"][0]["pointer"] == "/training/init_from"


def test_a_model_that_is_deleted_before_the_start_fails_clearly(
    client: FlaskClient, sqlite_store: Store, body: dict[str, Any], first: dict[str, Any]
) -> None:
    """Not as a fault of the service."""
    job = client.post("/v1/jobs", json=starting(body, first["model_id"])).json
    assert client.delete(f"/v1/models/{first['model_id']}").status_code == 204

    run(sqlite_store, making.claim(sqlite_store), SharedMemory())

    failed = client.get(f"/v1/jobs/{job['id']}").json
    assert (failed["status"], failed["error"]["code"]) == ("failed", "job.source_missing")
    assert first["model_id"] in failed["error"]["message"]


def test_the_last_layer_is_tuned_alone(
    client: FlaskClient, sqlite_store: Store, body: dict[str, Any], first: dict[str, Any]
) -> None:
    """With `frozen`, what the first layers know stays to the byte."""
    training = {**SHORT, "init_from": first["model_id"], "frozen": ["dense_1"]}
    second = trained(client, sqlite_store, {**body, "training": training})

    before, after = (making.arrays_of(sqlite_store, job["id"]) for job in (first, second))
    assert (before["dense_1.kernel"] == after["dense_1.kernel"]).all()
    assert (before["dense_2.kernel"] != after["dense_2.kernel"]).any()


def test_an_interrupted_start_ends_with_the_same_bytes(
    client: FlaskClient,
    sqlite_store: Store,
    body: dict[str, Any],
    first: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Going on needs the checkpoint alone: the model may be gone by then."""
    undisturbed = trained(client, sqlite_store, starting(body, first["model_id"]))
    job = client.post("/v1/jobs", json=starting(body, first["model_id"])).json
    run_until(sqlite_store, monkeypatch, 3, drain)
    assert client.delete(f"/v1/models/{first['model_id']}").status_code == 204

    run(sqlite_store, making.claim(sqlite_store), SharedMemory())

    ended = client.get(f"/v1/jobs/{job['id']}").json
    assert (ended["status"], ended["attempt"]) == ("succeeded", 2)
    weights = [making.model_of(sqlite_store, each["id"]).weights_digest for each in (undisturbed, ended)]
    assert weights[0] == weights[1]


AREAS = [n * 7 % 60 for n in range(60)]  # in no order, lest they be taken for an index
PRICES = "".join(f"{40 + n},{n % 4 + 1},{n * 11 % 50},{1000 + 20 * n}\n" for n in AREAS)
TABLE = f"area,rooms,age,price\n{PRICES}"


def turned(table: str, order: str) -> bytes:
    """Write the same table with its columns in another order, or under other names."""
    header, *rows = table.splitlines()
    places = [header.split(",").index(name) for name in order.split(",")]
    return "\n".join([order, *(",".join(row.split(",")[place] for place in places) for row in rows)]).encode()


def uploaded(client: FlaskClient, content: bytes) -> str:
    """Store a table."""
    return str(client.post("/v1/datasets", data=content, content_type="text/csv").json["id"])


def test_columns_in_another_order_are_aligned_by_name(client: FlaskClient, sqlite_store: Store) -> None:
    """The weights of `area` meet `area` wherever a table has it: a start that trains nothing predicts alike."""
    body = {"target": "price", "task": "regression", "network": {"hidden": [4]}}
    first = trained(client, sqlite_store, {"dataset_id": uploaded(client, TABLE.encode()), **body, "training": SHORT})
    other = uploaded(client, turned(TABLE, "age,price,rooms,area"))
    tuned = {"training": {**SHORT, "epochs": 1, "learning_rate": 1e-9, "init_from": first["model_id"]}}
    second = trained(client, sqlite_store, {"dataset_id": other, **body, **tuned})
    row = {"rows": [{"area": 55, "rooms": 2, "age": 30}]}

    values = [
        client.post(f"/v1/models/{job['model_id']}/predict", json=row).json["predictions"][0]["value"]
        for job in (first, second)
    ]

    assert spec_of(client, second)["resolved"]["features"]["include"] == ["area", "rooms", "age"]
    assert values[1] == pytest.approx(values[0], rel=1e-4)


def test_weights_of_other_columns_are_refused(client: FlaskClient, sqlite_store: Store) -> None:
    """As many columns are not the same columns; the first that differs is named."""
    body = {"target": "price", "task": "regression", "network": {"hidden": [4]}}
    first = trained(client, sqlite_store, {"dataset_id": uploaded(client, TABLE.encode()), **body, "training": SHORT})
    other = uploaded(client, TABLE.replace("rooms", "floors").encode())

    refused = client.post("/v1/jobs", json={"dataset_id": other, **starting(body, first["model_id"])})

    (flaw,) = refused.json["errors"]
    assert (refused.status_code, flaw["code"], flaw["pointer"]) == (422, "spec.shape_mismatch", "/training/init_from")
    assert "they know `rooms`, which this job does not learn from" in flaw["message"]


def test_classes_of_other_names_fail_by_name(client: FlaskClient, sqlite_store: Store) -> None:
    """Three classes are not the same three classes."""
    table = "a,b,kind\n" + "".join(f"{n},{n % 5},{'red' if n % 3 else 'blue'}\n" for n in range(60))
    body = {"target": "kind", "network": {"hidden": [4]}}
    first = trained(client, sqlite_store, {"dataset_id": uploaded(client, table.encode()), **body, "training": SHORT})
    other = uploaded(client, table.replace("red", "green").encode())

    failed = trained(client, sqlite_store, {"dataset_id": other, **starting(body, first["model_id"])})

    assert failed["status"] == "failed"
    assert "learned `red` where this job has `green`" in failed["error"]["message"]
