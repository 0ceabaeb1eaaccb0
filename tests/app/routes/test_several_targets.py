"""Several targets from the upload to the downloaded weights: trained, scored, predicted, predicted offline."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from sklearn import metrics as reference

import chainrule
from store import Store, ids
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

Body = dict[str, Any]
ROWS = 200


def rows() -> list[Body]:
    """Make houses whose price and number of rooms follow from their area, as do two yes/no columns."""
    generator = np.random.default_rng(8)
    areas, ages = generator.uniform(20, 200, ROWS), generator.uniform(0, 80, ROWS)
    return [
        {
            "area": round(area, 3),
            "age": round(age, 3),
            "price": round(3000 * area - 900 * age, 2),
            "rooms": round(1 + area / 25, 3),
            "garden": int(area > 110),
            "old": "yes" if age > 40 else "no",
        }
        for area, age in zip(areas.tolist(), ages.tolist(), strict=True)
    ]


def as_csv(table: list[Body]) -> bytes:
    """Write rows as a file."""
    lines = [",".join(table[0]), *(",".join(map(str, row.values())) for row in table)]
    return "\n".join(lines).encode()


def train(client: FlaskClient, store: Store, data: bytes, content_type: str, **body: Any) -> Body:
    """Upload, train with a real worker's code, and give the model."""
    dataset = client.post("/v1/datasets", data=data, content_type=content_type).json
    training = {"epochs": 40, "seed": 3, "early_stopping": None}
    posted = client.post("/v1/jobs", json={"dataset_id": dataset["id"], "training": training, **body})
    assert posted.status_code == 202, posted.json
    run_waiting_jobs(store, ids.new("worker"), SharedMemory())
    job = client.get(f"/v1/jobs/{posted.json['id']}").json
    assert job["status"] == "succeeded", job
    return dict(client.get(f"/v1/models/{job['model_id']}").json)


def answers(client: FlaskClient, model: Body, asked: list[Body], folder: Path) -> list[Body]:
    """Predict over HTTP, and see that the downloaded weights say the same."""
    posted = client.post(model["urls"]["predict"], json={"rows": asked})
    assert posted.status_code == 200, posted.json
    file = folder / "model.safetensors"
    file.write_bytes(client.get(model["urls"]["weights"]).data)
    for online, offline in zip(posted.json["predictions"], chainrule.load(file).predict(asked), strict=True):
        assert online.keys() == offline.keys()
        assert flat(offline) == pytest.approx(flat(online), rel=1e-5, abs=1e-5)
    return list(posted.json["predictions"])


def flat(answer: Body) -> list[float]:
    """List all numbers of an answer."""
    parts = [part.values() if isinstance(part, dict) else part for part in answer.values()]
    return [float(number) for part in parts for number in part]


def test_several_numbers_are_predicted_in_their_own_units(
    client: FlaskClient, sqlite_store: Store, tmp_path: Path
) -> None:
    """The errors on held-out rows, as the worker wrote them, are those that scikit-learn finds in the predictions."""
    table = rows()
    test = client.post("/v1/datasets", data=as_csv(table[:50]), content_type="text/csv").json

    model = train(
        client,
        sqlite_store,
        as_csv(table),
        "text/csv",
        target=["price", "rooms"],
        features={"exclude": ["garden", "old"]},
        split={"validation_dataset_id": test["id"]},
    )

    told = answers(client, model, [{"area": row["area"], "age": row["age"]} for row in table[:50]], tmp_path)
    assert (model["task"], model["target"], model["classes"]) == ("regression", ["price", "rooms"], None)
    assert told[0].keys() == {"values"}
    truth = [[row["price"], row["rooms"]] for row in table[:50]]
    said = [[answer["values"]["price"], answer["values"]["rooms"]] for answer in told]
    measured = model["metrics"]
    assert measured["val_rmse"] == pytest.approx(reference.root_mean_squared_error(truth, said), rel=1e-3)
    assert measured["val_mae"] == pytest.approx(reference.mean_absolute_error(truth, said), rel=1e-3)
    assert measured["val_r2"] == pytest.approx(reference.r2_score(truth, said), abs=1e-4)
    assert measured["val_r2"] > 0.9


def test_several_labels_are_answered_each_for_itself(client: FlaskClient, sqlite_store: Store, tmp_path: Path) -> None:
    """`garden` and `old` do not exclude each other; metrics on a test part are averaged over both."""
    table = rows()

    model = train(
        client,
        sqlite_store,
        as_csv(table),
        "text/csv",
        target=["garden", "old"],
        features={"include": ["area", "age"]},
        split={"test_share": 0.2},
    )

    told = answers(client, model, [{"area": row["area"], "age": row["age"]} for row in table], tmp_path)
    assert (model["task"], model["target"]) == ("multilabel", ["garden", "old"])
    assert {"val_accuracy", "val_f1", "val_auc", "test_accuracy", "test_f1", "test_auc"} <= model["metrics"].keys()
    right = [
        answer["labels"] == {"garden": row["garden"] == 1, "old": row["old"] == "yes"}
        for answer, row in zip(told, table, strict=True)
    ]
    assert np.mean(right) > 0.9
    assert all(0 <= share <= 1 for answer in told for share in answer["probabilities"].values())


@pytest.mark.parametrize("task", ["regression", "multilabel"])
def test_vectors_are_predicted_in_their_order(
    client: FlaskClient, sqlite_store: Store, tmp_path: Path, task: str
) -> None:
    """An NPZ file of `x` and `y` trains from two fields, whatever the width of `y`."""
    x = np.random.default_rng(4).normal(size=(ROWS, 3))
    y = x @ np.array([[100.0, 0, 1], [0, 2, 1], [0, 0, 1]]) + (500, 0, 0)
    y = y if task == "regression" else (y > (500, 0, 0)).astype(float)
    file = io.BytesIO()
    np.savez(file, x=x, y=y)

    model = train(client, sqlite_store, file.getvalue(), "application/x-npz", target="y")

    columns = model["features"]
    asked = [{"x": row} if columns == ["x"] else dict(zip(columns, row, strict=True)) for row in x[:50].tolist()]
    told = answers(client, model, asked, tmp_path)
    assert (model["task"], model["target"]) == (task, "y")
    if task == "regression":
        assert reference.r2_score(y[:50], [answer["values"] for answer in told]) > 0.9
    else:
        assert np.mean([answer["labels"] for answer in told] == y[:50].astype(bool)) > 0.9


def test_a_list_that_cannot_be_learned_is_refused_with_its_place(client: FlaskClient) -> None:
    """Dry run and create say the same, before anything is queued."""
    table = as_csv(rows())
    dataset = client.post("/v1/datasets", data=table, content_type="text/csv").json

    for query in ("", "?dry_run=true"):
        answer = client.post(f"/v1/jobs{query}", json={"dataset_id": dataset["id"], "target": ["price", "old"]})
        assert answer.status_code == 422
        assert [(e["code"], e["pointer"]) for e in answer.json["errors"]] == [("data.not_numeric", "/target/1")]
        assert "`old`" in answer.json["errors"][0]["message"]


def test_errors_of_several_numbers_are_finite_from_the_first_epoch(client: FlaskClient, sqlite_store: Store) -> None:
    """What is shown while the job runs is in the same units as what stands in the end."""
    model = train(client, sqlite_store, as_csv(rows()), "text/csv", target=["price", "rooms"])

    series = client.get(f"{model['urls']['job']}/metrics").json
    assert len(series["val_rmse"]) == 40
    assert all(math.isfinite(value) for value in series["val_rmse"])
    assert series["val_rmse"][0] > series["val_rmse"][-1]
    assert min(series["val_rmse"]) > 1  # prices in thousands: scaled errors would be below 1
