"""Predictions are those of the trained network, on rows prepared as in training."""

import csv
import io
import math
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from marshmallow import RAISE

import datasets
from app.schemas.models import PredictionsSchema
from chainrule import load
from specs import Spec
from store import Store, ids
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

ROW = {"sepal_length": 6.1, "sepal_width": 2.9, "petal_length": 4.7, "petal_width": 1.4}
Body = dict[str, Any]


def train(client: FlaskClient, store: Store, table: bytes, **body: Any) -> Body:
    """Upload, train with a real worker's code, and give the model."""
    dataset = client.post("/v1/datasets", data=table, content_type="text/csv").json
    body = {"dataset_id": dataset["id"], "training": {"epochs": 30, "seed": 3}, **body}
    job_id = client.post("/v1/jobs", json=body).json["id"]
    run_waiting_jobs(store, ids.new("worker"), SharedMemory())
    job = client.get(f"/v1/jobs/{job_id}").json
    assert job["status"] == "succeeded", job
    return dict(client.get(f"/v1/models/{job['model_id']}").json)


@pytest.fixture
def model(client: FlaskClient, sqlite_store: Store, iris: bytes) -> Body:
    """Train on Fisher's iris."""
    return train(client, sqlite_store, iris, target="species")


def predict(client: FlaskClient, model: Body, rows: Any) -> Any:
    """Ask for predictions."""
    return client.post(model["urls"]["predict"], json={"rows": rows})


def test_a_label_comes_with_its_probabilities(client: FlaskClient, model: Body) -> None:
    """They belong to the classes by name and add up to one; the label is the most probable."""
    answer = predict(client, model, [ROW, ROW | {"petal_length": 1.4, "petal_width": 0.2}])

    PredictionsSchema(unknown=RAISE).load(answer.json)
    first, second = answer.json["predictions"]
    assert answer.status_code == 200
    assert set(first["probabilities"]) == {"setosa", "versicolor", "virginica"}
    assert math.isclose(sum(first["probabilities"].values()), 1, abs_tol=1e-5)
    assert first["label"] == max(first["probabilities"], key=first["probabilities"].get)
    assert second["label"] == "setosa"


def held_out(store: Store, client: FlaskClient, model: Body, table: bytes, tmp_path: Any) -> list[Body]:
    """Give the raw rows that the job's split held out, as a client would post them."""
    spec = client.get(f"{model['urls']['job']}/spec").json["resolved"]
    file = tmp_path / "table.csv"
    file.write_bytes(table)
    parsed = datasets.parse_csv(file, limits=datasets.Limits())
    prepared = datasets.prepare_examples(
        parsed.arrow,
        parsed.columns,
        Spec.from_json(spec).recipe,
    )
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    numbers = {column.name for column in parsed.columns if column.kind == "number"}
    return [
        {name: float(value) if name in numbers else value for name, value in rows[index].items()}
        for index in prepared.split.validation
    ]


def test_predictions_score_exactly_what_validation_scored(
    client: FlaskClient, sqlite_store: Store, model: Body, iris: bytes, tmp_path: Any
) -> None:
    """The held-out rows, sent as raw JSON, must reproduce the accuracy and the loss that the worker wrote down."""
    rows = held_out(sqlite_store, client, model, iris, tmp_path)

    predictions = predict(client, model, rows).json["predictions"]

    right = [prediction["label"] == row["species"] for prediction, row in zip(predictions, rows, strict=True)]
    losses = [-math.log(made["probabilities"][row["species"]]) for made, row in zip(predictions, rows, strict=True)]
    assert len(rows) == 30
    assert np.mean(right) == pytest.approx(model["metrics"]["val_accuracy"], abs=1e-7)
    assert np.mean(losses) == pytest.approx(model["metrics"]["val_loss"], rel=1e-4)


def test_a_number_is_predicted_in_the_units_of_the_file(
    client: FlaskClient, sqlite_store: Store, tmp_path: Any
) -> None:
    """The network learns a scaled target; nobody else has to know."""
    table = ("x,y\n" + "".join(f"{n / 10},{1000 + 30 * n}\n" for n in range(100))).encode()
    model = train(client, sqlite_store, table, target="y")
    rows = held_out(sqlite_store, client, model, table, tmp_path)

    predictions = predict(client, model, rows).json["predictions"]

    errors = [prediction["value"] - row["y"] for prediction, row in zip(predictions, rows, strict=True)]
    assert math.sqrt(np.mean(np.square(errors))) == pytest.approx(model["metrics"]["val_rmse"], rel=1e-4)


def test_yes_and_no_are_told_in_the_words_of_the_file(client: FlaskClient, sqlite_store: Store) -> None:
    """Two classes have one output; the answer names both."""
    table = ("x,ill\n" + "".join(f"{n},{'yes' if n >= 50 else 'no'}\n" for n in range(100))).encode()
    model = train(client, sqlite_store, table, target="ill")

    low, high = predict(client, model, [{"x": 1}, {"x": 99}]).json["predictions"]

    assert (low["label"], high["label"]) == ("no", "yes")
    assert set(low["probabilities"]) == {"no", "yes"}


def test_missing_values_extra_target_and_unseen_categories_are_taken(client: FlaskClient, sqlite_store: Store) -> None:
    """Real rows are like that; the preprocessing knows what to do."""
    cities = ("Lyon", "Bern", "Graz")
    lines = [f"{n if n % 7 else ''},{cities[n % 3]},{'a' if n % 3 else 'b'}\n" for n in range(60)]
    model = train(client, sqlite_store, ("age,city,kind\n" + "".join(lines)).encode(), target="kind")

    answer = predict(client, model, [{"age": None, "city": "Atlantis", "kind": "b"}, {"age": 3, "city": None}])

    assert answer.status_code == 200
    assert len(answer.json["predictions"]) == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"petal_length": "long"}, "/rows/3/petal_length"),
        ({"petal_length": True}, "/rows/3/petal_length"),
        ({"petal_length": [4.7]}, "/rows/3/petal_length"),
        ({"petal~/size": 1}, "/rows/3/petal~0~1size"),
    ],
)
def test_a_bad_value_is_pointed_at(client: FlaskClient, model: Body, change: Body, pointer: str) -> None:
    """Row and column, as they were sent."""
    answer = predict(client, model, [ROW, ROW, ROW, ROW | change])

    assert (answer.status_code, answer.json["code"]) == (422, "data.columns_changed")
    assert answer.json["errors"][0]["pointer"] == pointer


def test_a_missing_column_is_pointed_at(client: FlaskClient, model: Body) -> None:
    """A row without a feature is no row of this model."""
    row = {name: value for name, value in ROW.items() if name != "petal_length"}

    answer = predict(client, model, [ROW, row])

    assert (answer.status_code, answer.json["code"]) == (422, "data.columns_changed")
    assert answer.json["errors"][0]["pointer"] == "/rows/1/petal_length"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "request.missing_field"),
        ({"rows": None}, "request.invalid_value"),
        ({"rows": ROW}, "request.wrong_type"),
        ({"rows": [[1, 2]]}, "data.columns_changed"),
        ({"rows": [7]}, "request.wrong_type"),
        ({"rows": [ROW], "dataset_id": "ds_x"}, "request.invalid_value"),
        ({"rows": [ROW], "interval": 1}, "request.invalid_value"),
        ({"rows": [ROW], "interval": 0.99}, "model.no_intervals"),
        ({"dataset_id": "ds_01jd0000000000000000000000"}, "not_found.dataset"),
        ({"row": [ROW]}, "request.unknown_field"),
        ({"rows": [ROW | {"petal_length": 10**400}]}, "request.number_too_long"),
        ({"rows": [ROW | {"petal_length": 1e308}]}, "data.non_finite"),
        ({"rows": [ROW] * 10_001}, "limit.too_many_rows"),
        ([ROW], "request.wrong_type"),
    ],
)
def test_odd_bodies_are_refused(client: FlaskClient, model: Body, body: Any, code: str) -> None:
    """Each with its reason."""
    answer = client.post(model["urls"]["predict"], json=body)

    assert 400 <= answer.status_code < 500
    assert code in [error["code"] for error in answer.json["errors"]]


def test_no_rows_have_no_predictions(client: FlaskClient, model: Body) -> None:
    """An empty question has an empty answer; programs that filter rows rely on it."""
    answer = predict(client, model, [])

    assert (answer.status_code, answer.json["predictions"]) == (200, [])


def test_a_deleted_model_no_longer_predicts(client: FlaskClient, model: Body) -> None:
    """Also when it is still in memory."""
    predict(client, model, [ROW])
    client.delete(model["urls"]["self"])

    answer = predict(client, model, [ROW])

    assert (answer.status_code, answer.json["code"]) == (404, "not_found.model")


def test_the_most_rows_are_answered_in_order(client: FlaskClient, model: Body) -> None:
    """Batches within must not show, and the row's place is its name."""
    rows = [ROW | {"petal_length": 1 + n / 2000} for n in range(10_000)]

    many = predict(client, model, rows).json["predictions"]
    one = predict(client, model, [rows[7777]]).json["predictions"]

    assert len(many) == 10_000
    assert many[7777]["probabilities"] == pytest.approx(one[0]["probabilities"], abs=1e-6)


def test_lists_are_rows_in_the_order_of_the_features(client: FlaskClient, model: Body) -> None:
    """Programs that hold arrays need no names."""
    named = predict(client, model, [ROW]).json["predictions"]

    listed = predict(client, model, [[ROW[name] for name in model["features"]]]).json["predictions"]

    assert listed == named


@pytest.mark.parametrize(
    ("words", "labels"),
    [(("0", "1"), [0, 1]), (("False", "True"), [False, True]), (("2.5", "3.5"), [2.5, 3.5]), (("n", "y"), ["n", "y"])],
)
def test_labels_have_the_type_that_the_target_had(
    client: FlaskClient, sqlite_store: Store, tmp_path: Any, words: Any, labels: Any
) -> None:
    """Numbers are numbers, true is true; in answers, in sets and from the file of weights."""
    table = ("x,y\n" + "".join(f"{n},{words[n >= 50]}\n" for n in range(100))).encode()
    body = {"target": "y", "task": "binary"}
    model = train(client, sqlite_store, table, **body)
    (tmp_path / "weights").write_bytes(client.get(model["urls"]["weights"]).data)

    made = client.post(model["urls"]["predict"], json={"rows": [[1], [99]], "interval": 0.9}).json["predictions"]
    own = load(tmp_path / "weights").predict([{"x": 1}, {"x": 99}], interval=0.9)

    assert [each["label"] for each in made] == [each["label"] for each in own] == labels
    assert [type(each["label"]) for each in made] == [type(label) for label in labels]
    assert [each["set"] for each in made] == [each["set"] for each in own]
    assert all(label in labels for each in made for label in each["set"])
