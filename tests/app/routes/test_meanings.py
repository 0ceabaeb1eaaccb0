"""What a cell means is the same in the file, in rows to be predicted, and in the client's own predictor."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import chainrule
from store import Store, ids
from tests.app.routes.test_overrides import upload
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

Body = dict[str, Any]


def trained(client: FlaskClient, store: Store, dataset: Body, features: list[str]) -> str:
    """Train on a dataset; give the path of the model."""
    body = {"dataset_id": dataset["id"], "target": "y", "training": {"epochs": 2}, "features": {"include": features}}
    job = client.post("/v1/jobs", json=body).json
    run_waiting_jobs(store, ids.new("worker"), SharedMemory())
    return f"/v1/models/{client.get('/v1/jobs/' + job['id']).json['model_id']}"


def answers(client: FlaskClient, model: str, rows: list[Body], folder: Path) -> tuple[list[Any], list[Any]]:
    """Ask the service, and the client's own predictor."""
    served = client.post(f"{model}/predict", json={"rows": rows})
    assert served.status_code == 200, served.json
    file = folder / "model.safetensors"
    file.write_bytes(client.get(f"{model}/weights?format=safetensors").data)
    own = chainrule.load(file).predict(rows)
    labels = [each["probabilities"]["1"] for each in served.json["predictions"]]
    return labels, [each["probabilities"]["1"] for each in own]


MISSING = [
    {"x": None, "c": None, "d": None},
    {"x": -999, "c": "a", "d": "2022-01-01"},
    {"x": -999.0, "c": "a", "d": "2022-01-01"},
    {"x": "-999", "c": "a", "d": "2022-01-01"},
    {"x": "-999.0", "c": "a", "d": "2022-01-01"},
    {"x": None, "c": "a", "d": "2022-01-01"},
    {"x": 1, "c": -999, "d": "2022-01-01"},
    {"x": 1, "c": -999.0, "d": "2022-01-01"},
    {"x": 1, "c": None, "d": "2022-01-01"},
    {"x": 1, "c": "a", "d": -999},
    {"x": 1, "c": "a", "d": "-999"},
    {"x": 1, "c": "a", "d": None},
]
SAME = [(1, 2, 3, 4, 5), (6, 7, 8), (9, 10, 11)]
"""Rows of MISSING that say the same."""


def test_a_number_that_is_no_value_is_none_however_it_is_written(
    client: FlaskClient, sqlite_store: Store, tmp_path: Path
) -> None:
    """-999 told of the file is no value in it as `-999.0`, and none in a row as a number or as a text."""
    cells = [("-999", "a"), ("-999.0", "b"), ("1", "-999"), ("2", "a"), ("3", "b"), ("4", "a")] * 5
    rows = "".join(
        f"{x},{c},{'-999' if n % 7 == 0 else f'2022-01-{n + 1:02}'},{n % 2}\n" for n, (x, c) in enumerate(cells)
    )
    dataset = upload(client, f"x,c,d,y\n{rows}".encode(), {"missing_words": ["-999"]}).json
    model = trained(client, sqlite_store, dataset, ["x", "c", "d"])

    served, own = answers(client, model, MISSING, tmp_path)

    assert {column["name"]: column["missing"] for column in dataset["columns"]} == {"x": 10, "c": 5, "d": 5, "y": 0}
    for group in SAME:
        assert len({served[place] for place in group}) == 1
    assert len({served[place] for place in (0, 1, 6, 9)}) == 4
    assert own == pytest.approx(served, abs=1e-6)


def test_days_as_digits_are_dates_where_they_are_said_to_be(
    client: FlaskClient, sqlite_store: Store, tmp_path: Path
) -> None:
    """As a text and as a number, in the file and in a row; what cannot be a date is refused with what would do."""
    rows = "".join(f"202210{n + 1:02},{n % 2}\n" for n in range(30))
    dataset = upload(client, f"d,y\n{rows}".encode(), {"kinds": {"d": "date"}}).json
    model = trained(client, sqlite_store, dataset, ["d"])

    served, own = answers(client, model, [{"d": cell} for cell in (20221009, "20221009", "2022-10-09")], tmp_path)
    refused = upload(client, b"d,y\n7,1\n20221002,0\n", {"kinds": {"d": "date"}})

    assert dataset["columns"][0]["statistics"]["min"] == "2022-10-01T00:00:00"
    assert len(set(served)) == 1
    assert own == pytest.approx(served, abs=1e-6)
    assert (refused.status_code, refused.json["code"]) == (422, "data.not_date")
    assert "date_format" in refused.json["errors"][0]["hint"]


def test_short_lists_of_token_ids_are_filled_up_in_rows_as_in_the_file(
    client: FlaskClient, sqlite_store: Store, tmp_path: Path
) -> None:
    """One rule in training and in predict."""
    lines = b"".join(json.dumps({"v": list(range(1, 2 + n % 3)), "y": n % 2}).encode() + b"\n" for n in range(24))
    dataset = client.post("/v1/datasets", data=lines, content_type="application/x-ndjson").json
    model = trained(client, sqlite_store, dataset, ["v"])

    served, own = answers(client, model, [{"v": [4]}, {"v": [4, 0, 0]}], tmp_path)
    refused = client.post(f"{model}/predict", json={"rows": [{"v": [1, 2, 3, 4]}]})

    assert served[0] == served[1]
    assert own == pytest.approx(served, abs=1e-6)
    assert refused.status_code == 422


MARKS = b"a;b;c\n1,5;1.234;7\n2,5;2.345;8\n3,5;3.456;9\n"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({"decimal": {"a": ",", "b": "."}}, (1.5, 1.234)),
        ({"decimal": ",", "thousands": {"b": "."}}, (1.5, 1234.0)),
        ({"decimal": {"": ",", "b": "."}}, (1.5, 1.234)),
        ({"decimal": ",", "thousands": "."}, (1.5, 1234.0)),
    ],
)
def test_marks_are_told_of_all_columns_or_of_single_ones(
    client: FlaskClient, told: Body, read: tuple[float, float]
) -> None:
    """In a query, and by PATCH, where what is said of one column leaves the others as they were."""
    first = upload(client, MARKS, told).json
    plain = upload(client, MARKS, {}).json
    for name, said in told.items():
        plain = client.patch(plain["urls"]["self"], json={name: said}).json if first["id"] == plain["id"] else plain

    row = client.get(first["urls"]["rows"]).json["data"][0]

    assert (row["a"], row["b"], row["c"]) == (*read, 7)


def test_patches_of_marks_are_merged_by_column(client: FlaskClient) -> None:
    """A mark of all columns stays that of the others; null has all of them found out again."""
    dataset = upload(client, MARKS, {"decimal": ","}).json["urls"]["self"]

    changed = client.patch(dataset, json={"decimal": {"b": "."}}).json
    both = client.patch(dataset, json={"thousands": {"a": "."}}).json
    back = client.patch(dataset, json={"decimal": None, "thousands": None}).json

    assert changed["overrides"] == {"decimal": {"": ",", "b": "."}}
    assert both["overrides"] == {"decimal": {"": ",", "b": "."}, "thousands": {"a": "."}}
    assert back["overrides"] == {}


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"decimal": {"a": ","}, "thousands": ","}, "`a`"),
        ({"decimal": {"zap": ","}}, "zap"),
        ({"thousands": {"a": "x"}}, "`a`"),
        ({"decimal": {"a": 1}}, "decimal"),
        ({"decimal": "{"}, "decimal"),
    ],
)
def test_marks_that_cannot_be_are_refused_by_name(client: FlaskClient, told: Body, word: str) -> None:
    """With the column."""
    refused = upload(client, MARKS, told)

    assert refused.status_code == 422
    assert word in json.dumps(refused.json["errors"])


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("1e10", "10e9", "1E10", "5"), "`1e10` and `10e9` are the same one"),
        (("12345", "12e45", "98765", "4e3"), "`12e45` is 1.2e+46"),
        (("1.1", "1.10", "1.2", "1.9"), "`1.1` and `1.10` are the same one"),
        (("+49171", "49171", "5", "6"), "`+49171` and `49171` are the same one"),
        (("1", "1.0", "2.5", "3"), None),
        (("1e-5", "1.0e-5", "2e+3", "3"), None),
        (("10.50", "10.25", "9.75", "9.50"), None),
    ],
)
def test_codes_that_read_as_numbers_are_doubted(client: FlaskClient, cells: tuple[str, ...], words: str | None) -> None:
    """The patch keeps them as they are written; told to be numbers, they are, without a doubt."""
    dataset = upload(client, ("x,y\n" + "".join(f"{cell},{n}\n" for n, cell in enumerate(cells))).encode(), {}).json
    doubts = [each for each in dataset["warnings"] if each["code"] == "data.codes_as_numbers"]

    assert bool(doubts) == (words is not None)
    if words is not None:
        assert words in doubts[0]["message"]
        kept = client.patch(dataset["urls"]["self"], json=doubts[0]["patch"]).json
        read = client.patch(dataset["urls"]["self"], json={"kinds": {"x": "number"}}).json
        assert kept["columns"][0]["distinct"] == 4
        assert not [each for each in read["warnings"] if each["code"] == "data.codes_as_numbers"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_patches_of_two_leaking_columns_leave_both_out(client: FlaskClient, order: tuple[int, int]) -> None:
    """One after the other, in either order: a patch replaces a list as a whole."""
    rows = "".join(f"{n * 37 % 101},{'ab'[n % 2]},{'cd'[n % 2]},{n % 2}\n" for n in range(120))
    dataset = upload(client, f"x,p,q,y\n{rows}".encode(), {}).json
    body: Body = {"dataset_id": dataset["id"], "target": "y"}
    plan = client.post("/v1/jobs?dry_run=true", json=body).json
    patches = [each["patch"] for each in plan["warnings"] if each["code"] == "data.leaking_column"]

    for place in order:
        body |= patches[place]
    after = client.post("/v1/jobs?dry_run=true", json=body).json

    assert len(patches) == 2
    assert after["resolved"]["features"]["include"] == ["x"]
    assert not [each for each in after["warnings"] if each["code"] == "data.leaking_column"]
