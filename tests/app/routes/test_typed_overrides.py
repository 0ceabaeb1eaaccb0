"""What is told of cells means in JSON Lines and Parquet what it means in text: at an upload, before it and after it."""

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from tests.app.routes.test_overrides import query, shown

Body = dict[str, Any]
ROWS = [
    {"d": "01/02/2022", "p": "9.5", "t": "1,234", "r": "2,5", "zip": "02134", "n": 20221001, "x": -999},
    {"d": "03/04/2022", "p": "8.5", "t": "2,345.5", "r": "3,5", "zip": "10001", "n": 20221002, "x": 2.5},
    {"d": "03/05/2022", "p": "7.5", "t": "312", "r": "none", "zip": "10001", "n": 20221103, "x": 3},
]
TOLD: Body = {
    "date_format": {"d": "%d/%m/%Y"},
    "kinds": {"p": "number", "n": "date"},
    "thousands": {"t": ","},
    "decimal": {"r": ","},
    "missing_words": ["none", "-999"],
}
READ = {
    "d": ["2022-02-01T00:00:00", "2022-04-03T00:00:00", "2022-05-03T00:00:00"],
    "p": [9.5, 8.5, 7.5],
    "t": [1234.0, 2345.5, 312.0],
    "r": [2.5, 3.5, None],
    "zip": ["02134", "10001", "10001"],
    "n": ["2022-10-01T00:00:00", "2022-10-02T00:00:00", "2022-11-03T00:00:00"],
    "x": [None, 2.5, 3.0],
}


def as_lines() -> bytes:
    """Write the rows as JSON Lines."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)


def as_parquet() -> bytes:
    """Write them as Parquet."""
    file = io.BytesIO()
    pq.write_table(pa.table({name: [row[name] for row in ROWS] for name in ROWS[0]}), file)
    return file.getvalue()


FILES = {"application/x-ndjson": as_lines, "application/vnd.apache.parquet": as_parquet}
formats = pytest.mark.parametrize("kind", FILES)


def post(client: FlaskClient, kind: str, told: Body, **more: str) -> Any:
    """Send the rows in a format."""
    return client.post("/v1/datasets", data=FILES[kind](), content_type=kind, query_string={**query(told), **more})


@formats
def test_what_is_told_is_obeyed_at_an_upload_ahead_of_it_and_afterwards(client: FlaskClient, kind: str) -> None:
    """All of it at once, with the same columns every way."""
    preview = post(client, kind, TOLD, preview="true").json
    plain = post(client, kind, {}).json
    changed = client.patch(plain["urls"]["self"], json=TOLD).json
    told = client.post(
        "/v1/datasets", data=FILES[kind]() + b"\n" * (kind == "application/x-ndjson"), content_type=kind,
        query_string=query(TOLD),
    )  # fmt: skip

    rows = client.get(changed["urls"]["rows"]).json["data"]
    assert {name: [row[name] for row in rows] for name in READ} == READ
    assert preview["rows"] == rows
    assert shown(preview) == shown(changed)
    assert told.status_code == (201 if kind == "application/x-ndjson" else 409) or told.json["id"] == plain["id"]


@formats
def test_what_is_doubtful_is_told_with_what_ends_it(client: FlaskClient, kind: str) -> None:
    """Dates that read both ways, texts that are numbers; codes with zeros in front are no numbers."""
    dataset = post(client, kind, {}).json
    doubts = {(each["column"], each["code"]): each["patch"] for each in dataset["warnings"]}

    assert doubts == {
        ("d", "data.ambiguous_dates"): {"date_format": {"d": "%d/%m/%Y"}},
        ("p", "data.numbers_as_text"): {"kinds": {"p": "number"}},
        ("t", "data.numbers_as_text"): {"kinds": {"t": "number"}},
        ("r", "data.numbers_as_text"): {"kinds": {"r": "number"}},
    }
    for patch in doubts.values():
        dataset = client.patch(dataset["urls"]["self"], json=patch).json
    assert dataset["warnings"] == []
    assert {column["name"]: column["statistics"].get("format") for column in dataset["columns"]} == {
        "d": "%d/%m/%Y",
        "p": None,
        "t": {"decimal": ".", "thousands": ","},
        "r": {"decimal": ","},
        "zip": None,
        "n": None,
        "x": None,
    }


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"delimiter": ","}, "delimiter"),
        ({"quote": "'"}, "quote"),
        ({"header": False}, "header"),
        ({"skip_rows": 1}, "skip_rows"),
        ({"comment": "#"}, "comment"),
        ({"encoding": "cp1252"}, "encoding"),
        ({"decimal": {"x": ","}}, "`decimal` says how texts are read; `x` holds double"),
        ({"thousands": {"zap": ","}}, "zap"),
    ],
)
def test_what_means_nothing_in_a_format_is_refused_by_name(client: FlaskClient, told: Body, word: str) -> None:
    """Parquet has no delimiter, and a number has no decimal mark."""
    refused = post(client, "application/vnd.apache.parquet", told)

    assert refused.status_code == 422
    assert word in refused.json["detail"]


def test_lists_of_different_lengths_are_filled_up_aloud(client: FlaskClient) -> None:
    """As sequences of token ids; what cannot be such is refused with the row and both lengths."""
    ids = b'{"v": [1, 2, 3]}\n{"v": [4]}\n{"v": [5, 6]}\n'
    kind = "application/x-ndjson"

    filled = client.post("/v1/datasets", data=ids, content_type=kind).json
    refused = client.post("/v1/datasets", data=ids.replace(b"2", b"2.5"), content_type=kind)

    (warning,) = (each for each in filled["warnings"] if each["code"] == "data.padded_vectors")
    assert "lists of 1 to 3 numbers (the first of 1 in data row 2); 2 shorter ones" in warning["message"]
    assert filled["columns"][0]["statistics"]["padded"] == {"rows": 2, "shortest": 1}
    assert (refused.status_code, refused.json["code"]) == (422, "data.ragged_vector")
    assert "1 numbers in data row 2 and 3 in others" in refused.json["detail"]
