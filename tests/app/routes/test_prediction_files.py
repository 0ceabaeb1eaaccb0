"""Files predicted: rows in one form, answers in the same or another, equal to those of the JSON request."""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.services.predictions.writers import MEDIA_TYPES
from store import Settings, Store, open_store
from tests.app.conftest import IRIS
from tests.app.routes.test_predictions import Body, predict, train

FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")
FORMS = list(MEDIA_TYPES)
WISHES = "?keep_columns=true&interval=0.9"
ROWS = 5000  # more than one block


@pytest.fixture(scope="module")
def shared(
    valkey_url: str, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FlaskClient, Body]]:
    """Train on Fisher's iris once: nothing here changes the model."""
    home = tmp_path_factory.mktemp("home")
    file = shutil.copy(sqlite_template, home)
    store = open_store(Settings(home=home, database_url=f"sqlite:///{file}", redis_url=valkey_url))
    client = create_app(store).test_client()
    yield client, train(client, store, IRIS.read_bytes(), target="species")
    store.close()


@pytest.fixture
def model(shared: tuple[FlaskClient, Body]) -> Body:
    """Give the model that all tests of this file ask."""
    return shared[1]


@pytest.fixture
def client(shared: tuple[FlaskClient, Body]) -> FlaskClient:
    """Give a client of the service that has the model."""
    return shared[0]


@pytest.fixture
def other_client(app: Flask) -> FlaskClient:
    """Make a client of a service of one test."""
    return app.test_client()


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Make flowers, with a column besides that the model does not know."""
    rng = np.random.default_rng(1)
    columns = {name: np.round(rng.uniform(0.1, 7, ROWS), 1) for name in FEATURES}
    return pa.table({"note": [f"no. {n}" for n in range(ROWS)], **columns})


def written(table: pa.Table, form: str) -> bytes:
    """Write a table as a file."""
    file = io.BytesIO()
    if form == "csv":
        pyarrow.csv.write_csv(table, file)
    elif form == "jsonl":
        file.write("".join(f"{json.dumps(row)}\n" for row in table.to_pylist()).encode())
    elif form == "parquet":
        pyarrow.parquet.write_table(table, file, row_group_size=700)
    else:
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table, max_chunksize=700)
    return file.getvalue()


def read(data: bytes, form: str) -> list[Body]:
    """Read a file as rows."""
    if form == "csv":
        return [dict(row) for row in csv.DictReader(io.StringIO(data.decode()))]
    if form == "jsonl":
        return [json.loads(line) for line in data.decode().splitlines()]
    if form == "parquet":
        return list(pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist())
    return list(pa.ipc.open_file(io.BytesIO(data)).read_all().to_pylist())


def send(client: FlaskClient, model: Body, data: bytes, form: str, query: str = "", **headers: str) -> Any:
    """Ask for the answers to a file."""
    return client.post(
        model["urls"]["predict"] + query, data=data, content_type=MEDIA_TYPES[form], headers=headers or None
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_answered_in_its_own_form(client: FlaskClient, model: Body, table: pa.Table, form: str) -> None:
    """Each row as the JSON request answers it, in the order of the file."""
    wanted = predict(client, model, table.drop(["note"]).to_pylist()).json["predictions"]

    answer = send(client, model, written(table, form), form)

    got = read(answer.data, form)
    assert (answer.status_code, answer.mimetype) == (200, MEDIA_TYPES[form])
    assert [row["label"] for row in got] == [each["label"] for each in wanted]
    shares = [row["probabilities"]["setosa"] if form == "jsonl" else float(row["probability_setosa"]) for row in got]
    assert shares == pytest.approx([each["probabilities"]["setosa"] for each in wanted], abs=1e-6)


@pytest.mark.parametrize("form", FORMS)
def test_given_columns_and_sets_come_with_the_answers(
    client: FlaskClient, model: Body, table: pa.Table, form: str
) -> None:
    """Any form gives any other; the columns are what was sent, also those that the model does not know."""
    answer = send(
        client, model, written(table, "csv"), "csv", "?keep_columns=true&interval=0.9", Accept=MEDIA_TYPES[form]
    )

    got = read(answer.data, form)
    kept = [row["row"] for row in got] if form == "jsonl" else got
    sets = [json.loads(row["set"]) if form == "csv" else row["set"] for row in got]
    assert answer.mimetype == MEDIA_TYPES[form]
    assert [row["note"] for row in kept] == table["note"].to_pylist()
    assert [float(row["petal_width"]) for row in kept] == table["petal_width"].to_pylist()
    assert all(row["label"] in each or not each for row, each in zip(got, sets, strict=True))
    assert 0.3 < np.mean([len(each) for each in sets]) < 3


def test_a_dataset_is_answered_as_json_and_as_a_file(client: FlaskClient, model: Body) -> None:
    """What was uploaded need not be sent again."""
    body = {"dataset_id": model["dataset_id"], "keep_columns": True}

    listed = client.post(model["urls"]["predict"], json=body).json["predictions"]
    lines = client.post(model["urls"]["predict"], json=body, headers={"Accept": "application/x-ndjson"})

    got = read(lines.data, "jsonl")
    assert [each["label"] for each in listed] == [each["label"] for each in got]
    assert np.mean([each["label"] == each["row"]["species"] for each in listed]) > 0.9


def test_texts_are_read_by_the_rule_of_the_dataset(other_client: FlaskClient, sqlite_store: Store) -> None:
    """Decimal commas, missing words and spellings of yes mean in a file what they meant in training."""
    client = other_client
    lines = [f"{n},5;{'Lyon' if n % 2 else 'Bern'};{'yes' if n % 3 else 'no'};{n * 3},25\n" for n in range(60)]
    model = train(client, sqlite_store, ("size;city;new;price\n" + "".join(lines)).encode(), target="price")

    answer = send(client, model, b"city;size;new\nBern;7,5;no\nAtlantis;7,5;Y\n;NA;\n", "csv")
    rows = [
        {"city": "Bern", "size": 7.5, "new": False},
        {"city": "Atlantis", "size": 7.5, "new": True},
        {"city": None, "size": None, "new": None},
    ]
    wanted = [each["value"] for each in predict(client, model, rows).json["predictions"]]

    assert [float(row["value"]) for row in read(answer.data, "csv")] == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("form", FORMS)
def test_a_bad_cell_is_told_by_its_row_of_the_file(
    client: FlaskClient, model: Body, table: pa.Table, form: str
) -> None:
    """Far behind the first block; nothing of the answer is sent before all of it is there."""
    values = table["petal_length"].cast(pa.string()).to_pylist()
    values[4321] = "long"
    data = written(table.set_column(3, "petal_length", pa.array(values)), form)

    answer = send(client, model, data, form)

    assert (answer.status_code, answer.json["code"]) == (422, "data.columns_changed")
    assert "`petal_length` in row 4322" in answer.json["detail"]


@pytest.mark.parametrize(
    ("data", "form", "code", "named"),
    [
        (b"sepal_length,petal_length\n1,2\n", "csv", "data.columns_changed", "`sepal_width`"),
        (b"sepal_length,sepal_width\n1,2,3\n", "csv", "data.ragged_row", "2"),
        (b"", "csv", "data.empty", ""),
        (b'{"sepal_length": 1}\n', "jsonl", "data.columns_changed", "Row 1 lacks"),
        (b'{"sepal_length": 1\n', "jsonl", "data.bad_json", "Line 1"),
        (b"sepal_length\n1\n", "parquet", "data.format_unsupported", "parquet"),
        (b"PAR1 and no more", "parquet", "data.malformed", "Parquet"),
        (b"ARROW1 and no more", "arrow", "data.malformed", "Arrow"),
    ],
)
def test_a_file_that_is_none_is_refused(
    client: FlaskClient, model: Body, data: bytes, form: str, code: str, named: str
) -> None:
    """With the code that its upload would have."""
    answer = send(client, model, data, form)

    assert answer.status_code in {415, 422}
    assert answer.json["code"] == code
    assert named in answer.json["detail"]


def test_forms_that_there_are_not_are_refused_by_name(client: FlaskClient, model: Body) -> None:
    """In and out."""
    body = {"rows": [[1, 2, 3, 4]]}

    asked = client.post(model["urls"]["predict"], json=body, headers={"Accept": "image/png"})
    sent = client.post(model["urls"]["predict"], data=b"x", content_type="image/png")

    assert (asked.status_code, asked.json["code"]) == (406, "request.not_acceptable")
    assert "text/csv" in asked.json["detail"]
    assert (sent.status_code, sent.json["code"]) == (415, "request.wrong_content_type")
    assert "text/csv" in sent.json["errors"][0]["allowed"]


@pytest.mark.parametrize("target", [["petal_length", "petal_width"], "petal_width"], ids=str)
def test_intervals_of_numbers_hold_the_truth(
    other_client: FlaskClient, sqlite_store: Store, iris: bytes, target: Any
) -> None:
    """On all rows of the table about as often as was asked for; the evaluation says so, too."""
    client = other_client
    model = train(client, sqlite_store, iris, target=target)
    body = {"dataset_id": model["dataset_id"], "interval": 0.9, "keep_columns": True}

    made = client.post(model["urls"]["predict"], json=body).json["predictions"]
    lines = client.post(model["urls"]["predict"], json=body, headers={"Accept": "text/csv"})
    judged = client.post(model["urls"]["evaluations"], json={"rows": "validation"}).json["coverage"]

    names = [target] if isinstance(target, str) else target
    flat = read(lines.data, "csv")
    for name in names:
        ending, inner = ("", None) if isinstance(target, str) else (f"_{name}", name)
        low, high = ([each[side] if inner is None else each[side][inner] for each in made] for side in ("low", "high"))
        truth = [each["row"][name] for each in made]
        assert np.mean([a <= t <= b for a, t, b in zip(low, truth, high, strict=True)]) > 0.8
        assert [float(row[f"low{ending}"]) for row in flat] == pytest.approx(low)
    assert judged["calibration_rows"] == 30
    assert [each["level"] for each in judged["levels"]] == [0.8, 0.9, 0.95]
    assert all(each["coverage"] >= each["level"] for each in judged["levels"])


def test_a_checkpoint_has_no_intervals(client: FlaskClient, model: Body) -> None:
    """It is no finished training: nobody has scored validation rows with it."""
    (checkpoint, *_) = client.get(f"{model['urls']['job']}/checkpoints").json["data"]

    answer = client.post(checkpoint["urls"]["predict"], json={"rows": [[1, 2, 3, 4]], "interval": 0.5})

    assert (answer.status_code, answer.json["code"]) == (422, "model.no_intervals")
