"""Traces over HTTP: one step on given rows, recomputed by the example, of a model and of a checkpoint."""

from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from marshmallow import RAISE

from app.schemas.traces import TraceSchema
from store import Store
from tests.acceptance.test_examples import example
from tests.app.routes.test_predictions import Body, train

ROWS = [
    {"sepal_length": 6.1, "sepal_width": 2.9, "petal_length": 4.7, "petal_width": 1.4, "species": "versicolor"},
    {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2, "species": "setosa"},
]
SMALL: Body = {
    "target": "species",
    "network": {"hidden": [4, 3], "activation": "tanh"},
    "training": {"epochs": 3, "seed": 3, "optimizer": "sgd", "learning_rate": 0.5},
}


@pytest.fixture
def model(client: FlaskClient, sqlite_store: Store, iris: bytes) -> Body:
    """Train a small network of dense layers."""
    return train(client, sqlite_store, iris, **SMALL)


def test_the_example_recomputes_a_step_by_hand(client: FlaskClient, model: Body) -> None:
    """Every value and every gradient, with no library at all."""
    answer = client.post(f"{model['urls']['self']}/trace", json={"rows": ROWS})

    TraceSchema(unknown=RAISE).load(answer.json)
    assert example("trace_by_hand").check(answer.json) < 1e-9
    assert [len(layer["parameters"]["bias"]["value"]) for layer in answer.json["layers"]] == [4, 3, 3]
    for layer in answer.json["layers"]:
        for parameter in layer["parameters"].values():
            wanted = -0.5 * np.array(parameter["gradient"])
            assert np.array(parameter["update"]) == pytest.approx(wanted, abs=1e-12)


def test_a_checkpoint_shows_the_step_of_its_own_optimizer(client: FlaskClient, model: Body) -> None:
    """From the weights of the last epoch, not the best."""
    (checkpoint, *_) = client.get(f"{model['urls']['job']}/checkpoints").json["data"]

    answer = client.post(f"{checkpoint['urls']['self']}/trace", json={"rows": ROWS})

    assert answer.status_code == 200, answer.json
    assert example("trace_by_hand").check(answer.json) < 1e-9
    assert (answer.json["checkpoint_id"], answer.json["model_id"]) == (checkpoint["id"], None)


@pytest.mark.parametrize("target", ["petal_width", ["petal_length", "petal_width"]], ids=str)
def test_steps_of_numbers_are_traced_in_the_scale_that_is_learned(
    client: FlaskClient, sqlite_store: Store, iris: bytes, target: Any
) -> None:
    """The output has no function, so that a, z and their gradients are one."""
    model = train(client, sqlite_store, iris, **{**SMALL, "target": target})

    layer = client.post(f"{model['urls']['self']}/trace", json={"rows": ROWS}).json["layers"][-1]

    assert layer["z"] == layer["a"]
    assert layer["dz"] == layer["da"]


@pytest.mark.parametrize(
    ("rows", "code", "pointer"),
    [
        ([{**ROWS[0], "species": "tulip"}], "data.columns_changed", "/rows/0/species"),
        ([ROWS[0], {**ROWS[1], "species": None}], "data.columns_changed", "/rows/1/species"),
        ([{**ROWS[0], "petal_width": "wide"}], "data.columns_changed", "/rows/0/petal_width"),
        ([], "limit.too_many_rows", "/rows"),
        (ROWS * 17, "limit.too_many_rows", "/rows"),
    ],
)
def test_rows_that_cannot_be_traced_are_pointed_at(
    client: FlaskClient, model: Body, rows: Any, code: str, pointer: str
) -> None:
    """A step needs the true answer of each row, and a reader few of them."""
    answer = client.post(f"{model['urls']['self']}/trace", json={"rows": rows})

    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert answer.json["errors"][0]["pointer"] == pointer


def test_what_no_one_could_read_is_not_traced(
    client: FlaskClient, model: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is of numbers in the answer."""
    monkeypatch.setattr("app.services.predictions.traces.MOST_VALUES", 100)

    answer = client.post(f"{model['urls']['self']}/trace", json={"rows": ROWS})

    assert (answer.status_code, answer.json["code"]) == (422, "limit.too_many_rows")
    assert "numbers" in answer.json["detail"]
