"""What was found out about a file can be told instead: at the upload, in a look ahead, and afterwards."""

import json
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from store import Store
from tests.app.routes.test_datasets import counts, send

FILE = b"some title\nzip;when;y\n02134;none;1,5\n10001;x;2,5\n02134;-;3,5\n"
TOLD: dict[str, Any] = {
    "delimiter": ";",
    "header": 2,
    "decimal": ",",
    "missing_words": ["none", "-"],
    "kinds": {"zip": "category"},
}


def query(told: dict[str, Any]) -> dict[str, str]:
    """Write what is told as a query has it."""
    return {name: said if isinstance(said, str) else json.dumps(said) for name, said in told.items()}


def upload(client: FlaskClient, content: bytes, told: dict[str, Any], **more: str) -> Any:
    """Send a file with what is told of it in the query."""
    return client.post("/v1/datasets", data=content, content_type="text/csv", query_string={**query(told), **more})


def shown(dataset: dict[str, Any]) -> dict[str, Any]:
    """Leave out what differs between two datasets of the same bytes, and how sure a guess was."""
    kept = ("row_count", "column_count", "overrides", "columns", "warnings", "digest", "format", "dialect")
    return {name: dataset[name] for name in kept}


def test_a_file_is_read_as_it_is_told(client: FlaskClient) -> None:
    """Every one of them at once."""
    dataset = upload(client, FILE, TOLD).json

    rows = client.get(dataset["urls"]["rows"]).json["data"]
    assert rows == [
        {"zip": "02134", "when": None, "y": 1.5},
        {"zip": "10001", "when": "x", "y": 2.5},
        {"zip": "02134", "when": None, "y": 3.5},
    ]
    assert dataset["overrides"] == TOLD
    assert dataset["dialect"]["sureness"]["header"] == "told"


def test_a_preview_shows_the_same_and_stores_nothing(client: FlaskClient, store: Store) -> None:
    """To look ahead costs nothing, so it can be done for each doubt."""
    before = counts(store)

    preview = upload(client, FILE, TOLD, preview="true")

    assert (preview.status_code, counts(store)) == (200, before)
    dataset = upload(client, FILE, TOLD).json
    assert preview.json["object"] == "dataset_preview"
    assert shown(preview.json) == shown(dataset)
    assert preview.json["rows"] == client.get(dataset["urls"]["rows"]).json["data"]


def test_a_change_gives_what_an_upload_would_have_given(client: FlaskClient) -> None:
    """No second upload is needed; taking everything back gives what was there first."""
    first = send(client, FILE).json

    changed = client.patch(first["urls"]["self"], json=TOLD)
    back = client.patch(first["urls"]["self"], json=dict.fromkeys(TOLD))

    assert shown(back.json) == shown(first)
    assert shown(changed.json) == shown(upload(client, FILE, TOLD).json)


def test_parts_of_a_form_tell_the_same(client: FlaskClient) -> None:
    """Behind the file or before it."""
    form = {**query(TOLD), "file": (BytesIO(FILE), "rents.csv")}

    dataset = client.post("/v1/datasets", data=form, content_type="multipart/form-data").json

    assert shown(dataset) == shown(upload(client, FILE, TOLD).json)
    assert dataset["name"] == "rents"


def test_the_same_bytes_told_otherwise_are_another_dataset(client: FlaskClient) -> None:
    """And the same bytes told the same are the same one."""
    plain, told = send(client, FILE), upload(client, FILE, TOLD)

    again = upload(client, FILE, TOLD)

    assert (plain.status_code, told.status_code, again.status_code) == (201, 201, 200)
    assert again.json["id"] == told.json["id"] != plain.json["id"]


def test_a_change_does_not_show_in_an_upload_that_told_nothing(client: FlaskClient) -> None:
    """Who sends the bytes plainly gets them read plainly, whatever somebody has told of them before."""
    first = send(client, FILE).json
    client.patch(first["urls"]["self"], json={"kinds": {"zip": "id"}})

    plain = send(client, FILE)

    assert plain.status_code == 201
    assert plain.json["id"] != first["id"]
    assert plain.json["overrides"] == {}


def test_a_change_to_what_another_dataset_is_names_it(client: FlaskClient) -> None:
    """Two datasets of the same bytes, read in the same way, would be one."""
    told, plain = upload(client, FILE, TOLD).json, send(client, FILE).json

    response = client.patch(plain["urls"]["self"], json=TOLD)

    assert (response.status_code, response.json["code"]) == (409, "dataset.in_use")
    assert told["id"] in response.json["detail"]


GREEK = "λέξη,y\nένα,1\nδύο,2\n"  # noqa: RUF001 - Greek is meant


@pytest.mark.parametrize("charset", ["iso-8859-7", "windows-1253", "ISO-8859-7"])
def test_the_charset_of_a_request_is_obeyed(client: FlaskClient, charset: str) -> None:
    """Who names it knows it; nothing is guessed then."""
    kind = f"text/csv; charset={charset}"

    dataset = client.post("/v1/datasets", data=GREEK.encode(charset), content_type=kind).json

    assert dataset["columns"][0]["name"] == "λέξη"
    assert not [warning for warning in dataset["warnings"] if warning["code"] == "data.encoding_guessed"]


def test_utf_8_told_of_another_encoding_is_refused_with_its_line(client: FlaskClient) -> None:
    """Also where the same bytes are there already, read in the encoding that was guessed."""
    content = "a,b\n1,é\n".encode("latin-1")
    guessed = client.post("/v1/datasets", data=content, content_type="text/csv")

    refused = client.post("/v1/datasets", data=content, content_type="text/csv; charset=utf-8")

    assert guessed.status_code == 201
    assert (refused.status_code, refused.json["code"]) == (422, "data.bad_encoding")
    assert refused.json["errors"][0]["position"] == {"line": 2}


def test_utf_8_told_of_utf_8_changes_nothing(client: FlaskClient) -> None:
    """Most programs say it of every text."""
    plain = client.post("/v1/datasets", data=GREEK.encode(), content_type="text/csv")

    again = client.post("/v1/datasets", data=GREEK.encode(), content_type="text/csv; charset=UTF-8")

    assert (again.status_code, again.json["id"]) == (200, plain.json["id"])


@pytest.mark.parametrize(
    ("told", "code", "word"),
    [
        ({"delimiter": "ab"}, "data.bad_override", "delimiter"),
        ({"delimiter": "\u00a7"}, "data.bad_override", "delimiter"),
        ({"header": 99}, "data.bad_override", "header"),
        ({"header": "-3"}, "request.invalid_parameter", "header"),
        ({"skip_rows": "many"}, "request.invalid_parameter", "skip_rows"),
        ({"encoding": "klingon"}, "data.bad_override", "encoding"),
        ({"decimal": "x"}, "data.bad_override", "decimal"),
        ({"thousands": "x"}, "data.bad_override", "thousands"),
        ({"kinds": "zip"}, "request.invalid_parameter", "kinds"),
        ({"kinds": {"zip": "colour"}}, "request.invalid_parameter", "kinds"),
        ({"kinds": {"zap": "number"}}, "data.unknown_column", "zap"),
        ({"date_format": {"zap": "%d.%m.%Y"}}, "data.unknown_column", "zap"),
        ({"date_format": {"zip": "%q"}}, "data.bad_override", "date_format"),
        ({"date_format": {"when": "%d.%m.%Y"}}, "data.not_date", "when"),
        ({"missing_words": {"a": 1}}, "request.invalid_parameter", "missing_words"),
        ({"missing_words": ["\ud800"]}, "request.invalid_parameter", "missing_words"),
        ({"kinds": {"\ud800": "number"}}, "request.invalid_parameter", "kinds"),
        ({"date_format": {"when": "\0"}}, "request.invalid_parameter", "date_format"),
        ({"kinds": '{"zip": "number", "zip": "text"}'}, "request.invalid_parameter", "kinds"),
        ({"preview": "perhaps"}, "request.invalid_parameter", "preview"),
    ],
)
def test_what_cannot_be_told_is_refused_by_its_name(
    client: FlaskClient, store: Store, told: dict[str, Any], code: str, word: str
) -> None:
    """Nothing is stored, and the option is named."""
    before = counts(store)

    response = upload(client, FILE, told)

    assert response.json["code"] == code
    assert word in json.dumps(response.json["errors"][0])
    assert counts(store) == before


@pytest.mark.parametrize("told", [{"header": 99}, {"kinds": {"y": "boolean"}}, {"encoding": "utf-16"}])
def test_a_change_that_does_not_fit_changes_nothing(client: FlaskClient, told: dict[str, Any]) -> None:
    """All or nothing."""
    dataset = send(client, FILE).json

    response = client.patch(dataset["urls"]["self"], json=told)

    assert response.status_code == 422
    assert client.get(dataset["urls"]["self"]).json == dataset


def test_every_doubt_comes_with_what_ends_it(client: FlaskClient) -> None:
    """The patch of a warning is a body that is accepted, after which the warning is gone."""
    dataset = send(client, b"a,1\nb,2\nc,3\n").json
    doubt = next(warning for warning in dataset["warnings"] if warning["code"] == "data.no_header")

    changed = client.patch(dataset["urls"]["self"], json=doubt["patch"])

    assert changed.status_code == 200
    assert [column["name"] for column in changed.json["columns"]] == ["a", "1"]
    assert doubt["code"] not in [warning["code"] for warning in changed.json["warnings"]]


def test_the_table_that_was_read_first_is_forgotten(client: FlaskClient, store: Store) -> None:
    """What nobody can reach takes no room."""
    dataset = send(client, FILE).json
    before = counts(store)

    client.patch(dataset["urls"]["self"], json=TOLD)

    assert counts(store) == before


@pytest.mark.parametrize("kind", ["application/x-ndjson", "text/csv"])
def test_words_among_texts_can_be_told_in_every_format(client: FlaskClient, kind: str) -> None:
    """The patch of the warning keeps the class."""
    csv = b"x,y\n1,NA\n2,a\n3,b\n"
    lines = b'{"x": 1, "y": "NA"}\n{"x": 2, "y": "a"}\n{"x": 3, "y": "b"}\n'
    content = csv if kind == "text/csv" else lines
    dataset = client.post("/v1/datasets", data=content, content_type=kind).json
    doubt = next(warning for warning in dataset["warnings"] if warning["code"] == "data.missing_words")

    changed = client.patch(dataset["urls"]["self"], json=doubt["patch"]).json

    assert (changed["columns"][1]["missing"], changed["columns"][1]["distinct"]) == (0, 3)


@pytest.mark.parametrize("word", ["None", "-", "NA"])
def test_a_word_in_a_target_of_numbers_is_told_with_the_way_to_keep_it(client: FlaskClient, word: str) -> None:
    """It may be a class; rows without a target would be left out in silence."""
    rows = "".join(f"{number},{(1, 2, word)[number % 3]}\n" for number in range(30))
    dataset = send(client, f"x,stage\n{rows}".encode()).json
    body = {"dataset_id": dataset["id"], "target": "stage"}

    plan = client.post("/v1/jobs?dry_run=true", json=body).json
    kinds = {"kinds": {"stage": "category"}, "missing_words": []}
    changed = client.patch(dataset["urls"]["self"], json=kinds).json

    warning = next(each for each in plan["warnings"] if each["code"] == "data.missing_words")
    assert warning["message"].startswith(f"10 rows have no `stage` (written `{word}`)")
    assert (changed["columns"][1]["distinct"], changed["columns"][1]["missing"]) == (3, 0)
