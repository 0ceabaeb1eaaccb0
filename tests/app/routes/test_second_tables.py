"""A second table is read as the training read its own, or refused with the cell and both forms: never otherwise."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient

from store import Store, ids
from tests.app.routes.test_overrides import query
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Cells of `x` in the table of a training and in a second one, with what is told of each.

    `found` is the cell at which the second is refused, in this data row, with words for the form of either; None where
    it means what it would have meant in training. `targets` are cells of `y`, which both tables repeat.
    """

    first: tuple[str, ...]
    second: tuple[str, ...]
    told: Body = field(default_factory=dict)
    told_of_second: Body = field(default_factory=dict)
    found: str | None = None
    row: int = 1
    forms: tuple[str, str] = ("", "")
    is_target: bool = False


DAY_FIRST = ("13/02/2022", "01/02/2022", "14/02/2022", "02/03/2022")
KILOS = ("5 kg", "6 kg", "7 kg", "8.5 kg")
ZIPS = ("02134", "10001", "02135", "10001")
PAIRS = {
    "dates both ways": Pair(
        first=DAY_FIRST, second=("01/02/2022", "02/03/2022"), found="01/02/2022", forms=("%m/%d/%Y", "%d/%m/%Y")
    ),
    "dates told as in training": Pair(
        first=DAY_FIRST, second=("01/02/2022", "02/03/2022"), told_of_second={"date_format": {"x": "%d/%m/%Y"}}
    ),
    "dates in ISO 8601": Pair(first=DAY_FIRST, second=("2022-02-01", "2022-03-02")),
    "another unit": Pair(first=KILOS, second=("5000 g", "6000 g"), found="5000 g", forms=("12.5 g", "12.5 kg")),
    "no unit": Pair(first=KILOS, second=("5000", "6000"), found="5000", forms=("plain numbers", "12.5 kg")),
    "no unit, vouched for": Pair(first=KILOS, second=("5", "6"), told_of_second={"kinds": {"x": "number"}}),
    "a unit in a target": Pair(
        first=KILOS, second=("5000 g", "6000 g"), found="5000 g", forms=("12.5 g", "12.5 kg"), is_target=True
    ),
    "a number that is no value": Pair(
        first=("5", "6", "-999", "8"),
        second=("5", "-999"),
        told={"missing_words": ["-999"]},
        found="-999",
        row=2,
        forms=("plain numbers", "no value"),
    ),
    "no such number there": Pair(first=("5", "6", "-999", "8"), second=("5", "-99"), told={"missing_words": ["-999"]}),
    "a word that is a class": Pair(
        first=("NA", "mild", "NA", "mild"),
        second=("NA", "mild"),
        told={"missing_words": []},
        found="NA",
        forms=("no value", "texts"),
        is_target=True,
    ),
    "decimal and thousands": Pair(
        first=("1.234,5", "6,5", "7,25", "8,5"),
        second=("1.234", "6.345"),
        found="1.234",
        forms=("plain numbers", "1.234,5"),
    ),
    "thousands or none": Pair(first=("1,234", "6,345", "7", "8,500"), second=("1234", "63")),
    "lost zeros": Pair(
        first=ZIPS, second=("10001", "2134"), found="2134", row=2, forms=("plain numbers", "texts, `02134`")
    ),
    "other codes": Pair(first=ZIPS, second=("10001", "22134")),
    "codes that numbers rewrite": Pair(
        first=("007", "10", "12", "10"), second=("10", "12.0"), found="12.0", row=2, forms=("plain numbers", "texts")
    ),
    "yes and no": Pair(first=("yes", "no", "yes", "no"), second=("Y", "N")),
    "yes and no by numbers": Pair(first=("yes", "no", "yes", "no"), second=("1", "0")),
    "neither yes nor no": Pair(
        first=("yes", "no", "yes", "no"), second=("maybe", "no"), found="maybe", row=0, forms=("yes", "no")
    ),
    "times in seconds": Pair(first=("10:30", "11:30", "12:40", "13:30"), second=("10:30:00", "11:30:10")),
}


def table(cells: tuple[str, ...], *, is_target: bool) -> bytes:
    """Write a column beside another one."""
    rows = [f'"{cell}",{place % 2}' for place, cell in enumerate(cells)]
    return "\n".join(["y,x" if is_target else "x,y", *rows, ""]).encode()


def upload(client: FlaskClient, content: bytes, told: Body) -> str:
    """Store a table; give its id."""
    sent = client.post("/v1/datasets", data=content, content_type="text/csv", query_string=query(told))
    assert sent.status_code in {200, 201}, sent.json
    return str(sent.json["id"])


def stored(client: FlaskClient, pair: Pair) -> tuple[str, str]:
    """Store both tables."""
    first = upload(client, table(pair.first, is_target=pair.is_target), pair.told)
    return first, upload(client, table(pair.second, is_target=pair.is_target), pair.told_of_second)


def body(first: str, **more: Any) -> Body:
    """Make the body of a job."""
    return {"dataset_id": first, "target": "y", "features": {"include": ["x"]}, "training": {"epochs": 2}, **more}


@pytest.mark.parametrize("name", PAIRS)
def test_a_dataset_to_validate_on_is_read_as_in_training_or_refused(client: FlaskClient, name: str) -> None:
    """The column, the cell, its row and both forms are named, and what is told in the hint is accepted."""
    pair = PAIRS[name]
    first, second = stored(client, pair)
    asked = body(first, split={"validation_dataset_id": second})

    plan = client.post("/v1/jobs?dry_run=true", json=asked)

    if pair.found is None:
        assert plan.status_code == 200, plan.json
        return
    (fault,) = plan.json["errors"]
    said = fault["message"]
    assert (plan.status_code, fault["code"]) == (422, "spec.conflict")
    assert fault["pointer"] == "/split/validation_dataset_id"
    column = "y" if pair.is_target else "x"
    assert all(word in said for word in (f"`{column}`", f"`{pair.found}`", *pair.forms)), said
    assert not pair.row or f"data row {pair.row}" in said
    if "PATCH" in fault["hint"]:
        told = json.loads(fault["hint"].partition(" with ")[2].rstrip("."))
        assert client.patch(f"/v1/datasets/{second}", json=told).status_code == 200
        assert client.post("/v1/jobs?dry_run=true", json=asked).status_code == 200


JUDGED = ["dates both ways", "no unit", "a unit in a target", "a number that is no value", "yes and no"]


@pytest.mark.parametrize("name", JUDGED)
def test_rows_to_be_judged_are_read_as_in_training_or_refused(
    client: FlaskClient, sqlite_store: Store, name: str
) -> None:
    """The model knows how its own columns were read, whatever became of their dataset."""
    pair = PAIRS[name]
    first, second = stored(client, pair)
    job = client.post("/v1/jobs", json=body(first)).json
    run_waiting_jobs(sqlite_store, ids.new("worker"), SharedMemory())
    model = client.get(f"/v1/jobs/{job['id']}").json["model_id"]

    made = client.post(f"/v1/models/{model}/evaluations", json={"dataset_id": second})

    if pair.found is None:
        assert made.status_code == 201, made.json
        return
    said = made.json["errors"][0]
    assert (made.status_code, said["code"], said["position"]["row"]) == (422, "data.columns_changed", pair.row)
    assert all(word in said["message"] for word in pair.forms)


@pytest.mark.parametrize("told", [{"date_format": {"x": "%d/%m/%Y"}}, {"kinds": {"x": "category"}}])
def test_a_table_of_types_is_held_against_the_training_too(client: FlaskClient, told: Body) -> None:
    """JSON Lines holds dates as texts."""
    first = upload(client, table(DAY_FIRST, is_target=False), {})
    lines = b'{"x": "01/02/2022", "y": 1}\n{"x": "02/03/2022", "y": 0}\n'
    second = client.post("/v1/datasets", data=lines, content_type="application/x-ndjson").json["id"]
    asked = body(first, split={"validation_dataset_id": second})

    refused = client.post("/v1/jobs?dry_run=true", json=asked)
    client.patch(f"/v1/datasets/{second}", json=told)
    accepted = client.post("/v1/jobs?dry_run=true", json=asked)

    assert (refused.status_code, accepted.status_code) == (422, 200)
    assert "%m/%d/%Y" in refused.json["detail"]


def test_lists_of_another_length_are_refused_before_anything_is_trained(client: FlaskClient) -> None:
    """Not by the worker, whose words would be those of arrays."""
    lines = [b'{"v": [1.5, 2, 3], "y": 0}\n{"v": [4, 5, 6.5], "y": 1}\n' * 6, b'{"v": [1.5, 2], "y": 0}\n']
    first, second = (
        client.post("/v1/datasets", data=each, content_type="application/x-ndjson").json["id"] for each in lines
    )

    plan = client.post(
        "/v1/jobs?dry_run=true",
        json={"dataset_id": first, "target": "y", "split": {"validation_dataset_id": second}},
    )

    assert plan.status_code == 422
    assert "arrays of [2] as `v`" in plan.json["detail"]
