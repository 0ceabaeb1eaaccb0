"""Datasets over HTTP: in, listed, looked at, renamed, deleted."""

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from store import Store
from store.database.tables import Blob, BlobChunk, Job
from store.database.tables import Dataset as DatasetRow

SIX_ROWS = b"""sepal_length,petal_length,species
5.1,1.4,setosa
4.9,1.4,setosa
6.3,4.9,versicolor
5.8,,versicolor
6.5,5.2,virginica
6.2,5.4,virginica
"""
JOB_ID = "job_01jd8q0v2m4x6z8b0c2e4g6j8k"


@pytest.fixture
def iris() -> bytes:
    """Six rows are enough here, one of them with a gap."""
    return SIX_ROWS


def send(client: FlaskClient, data: bytes, **options: Any) -> Any:
    """Upload a table."""
    return client.post("/v1/datasets", data=data, content_type="text/csv", **options)


def counts(store: Store) -> list[int]:
    """Count the rows that uploads write."""
    with store.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in (DatasetRow, Blob, BlobChunk)]


def test_an_upload_is_understood(either_client: FlaskClient, iris: bytes) -> None:
    """The answer tells all that is needed to go on."""
    response = send(either_client, iris, query_string={"name": "iris"})

    body = response.json
    assert response.status_code == 201
    assert response.headers["Location"] == body["urls"]["self"] == f"/v1/datasets/{body['id']}"
    assert (body["object"], body["name"], body["row_count"], body["column_count"]) == ("dataset", "iris", 6, 3)
    assert [column["kind"] for column in body["columns"]] == ["number", "number", "category"]
    assert body["columns"][1]["missing"] == 1
    assert body["target_candidates"][0]["name"] == "species"
    assert body["created_at"].endswith("Z")


def test_an_unmistakable_target_gives_a_job_to_post(client: FlaskClient) -> None:
    """The smallest way from a table to a training."""
    body = send(client, b"x,target\n1,a\n2,b\n3,a\n4,b\n").json

    assert body["suggested_job"] == {"dataset_id": body["id"], "target": "target"}


def test_the_same_bytes_are_the_same_dataset(either_client: FlaskClient, iris: bytes) -> None:
    """Uploading again is safe; the first name stays."""
    first, second = send(either_client, iris, query_string={"name": "a"}), send(either_client, iris)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert second.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize(
    ("file_name", "shown"),
    [
        ("iris.csv", "iris"),
        ("../../etc/passwd", "passwd"),
        ("C:/data/my table.csv", "my table"),
        ("<img src=x onerror=y>.csv", "<img src=x onerror=y>"),
        ("x" * 300 + ".csv", "x" * 200),
        ("..", "untitled"),
        (".csv", "csv"),
        ("Größe.csv", "Größe"),
    ],
)
def test_a_form_brings_its_file_name(client: FlaskClient, iris: bytes, file_name: str, shown: str) -> None:
    """As a text to show, never as a path."""
    response = client.post("/v1/datasets", data={"file": (io.BytesIO(iris), file_name)})

    assert (response.status_code, response.json["name"]) == (201, shown)


@pytest.mark.parametrize("fields", [["name", "file"], ["file", "name"]])
def test_a_form_may_name_its_file_before_or_after(client: FlaskClient, iris: bytes, fields: list[str]) -> None:
    """Forms have no order that a client could rely on."""
    data = {"name": "flowers", "file": (io.BytesIO(iris), "x.csv")}

    response = client.post("/v1/datasets", data={field: data[field] for field in fields})

    assert response.json["name"] == "flowers"


def test_a_large_form_is_the_file_it_holds(client: FlaskClient) -> None:
    """Larger than every buffer on the way, with line ends of both kinds at their edges."""
    table = b"number,text\r\n" + b"".join(b"%d,value %d\r\n" % (row, row % 7) for row in range(60_000))

    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'
    form = head + table + b"\r\n--edge--\r\n"

    by_form = client.post("/v1/datasets", data=form, content_type="multipart/form-data; boundary=edge")

    assert by_form.status_code == 201
    assert send(client, table).json["id"] == by_form.json["id"]
    assert client.get(by_form.headers["Location"] + "/content").data == table


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "data.empty"),
        (b"a,b\n", "data.no_rows"),
        (b"a,b\n1,2\n3\n", "data.ragged_row"),
        (b"a,a\n1,2\n", "data.duplicate_column"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "data.format_unsupported"),
        (b"PK\x03\x04aaaa", "data.archive_damaged"),
        (b"a,b\n1,\xff\xfe\xfd\n", None),
        (b"a,b\n1,inf\n2,3\n", "data.non_finite"),
    ],
)
def test_a_bad_file_is_refused_and_leaves_nothing(
    client: FlaskClient, sqlite_store: Store, tmp_path: Path, body: bytes, code: str | None
) -> None:
    """No row, no bytes, no file on disk."""
    before = counts(sqlite_store)

    response = send(client, body)

    if code is not None:
        assert response.json["code"] == code
        assert response.status_code in {415, 422}
        assert counts(sqlite_store) == before
    assert list((tmp_path / "uploads").glob("*")) == []


def test_a_ragged_row_is_placed(client: FlaskClient) -> None:
    """Line, row and column lead to the cell."""
    flaw = send(client, b"a,b\n1,2\n3\n").json["errors"][0]

    assert (flaw["position"]["line"], flaw["position"]["row"]) == (3, 2)


def test_a_failure_while_storing_leaves_nothing(
    client: FlaskClient, sqlite_store: Store, iris: bytes, tmp_path: Path
) -> None:
    """Two files and a row are written together or not at all: here the row is impossible."""
    with sqlite_store.database.transaction() as session:
        session.execute(DatasetRow.__table__.delete())
        session.connection().exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON datasets BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    response = send(client, iris)

    assert response.status_code == 500
    assert counts(sqlite_store) == [0, 0, 0]
    assert list((tmp_path / "uploads").glob("*")) == []


def test_lists_are_stable_while_rows_are_added(either_client: FlaskClient) -> None:
    """Paging must neither lose nor repeat."""
    made = [send(either_client, b"a,b\n1,%d\n2,3\n" % number).json["id"] for number in range(5)]
    first = either_client.get("/v1/datasets?limit=2").json
    late = send(either_client, b"a,b\n9,9\n8,8\n").json["id"]
    seen, cursor = [one["id"] for one in first["data"]], first["next_cursor"]
    while cursor:
        page = either_client.get(f"/v1/datasets?limit=2&after={cursor}").json
        seen += [one["id"] for one in page["data"]]
        cursor = page["next_cursor"]
        assert page["has_more"] is (cursor is not None)

    assert seen == made[::-1]
    assert late not in seen


def test_lists_leave_columns_out(client: FlaskClient, dataset: dict[str, Any]) -> None:
    """A hundred tables of ten thousand columns would be no list."""
    (one,) = client.get("/v1/datasets").json["data"]

    assert "columns" not in one
    assert one["id"] == dataset["id"]


def test_a_read_has_an_etag(client: FlaskClient, dataset: dict[str, Any]) -> None:
    """Asking again costs nothing until something changes."""
    first = client.get(dataset["urls"]["self"])
    second = client.get(dataset["urls"]["self"], headers={"If-None-Match": first.headers["ETag"]})
    client.patch(dataset["urls"]["self"], json={"name": "renamed"})
    third = client.get(dataset["urls"]["self"], headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, second.status_code, third.status_code) == (200, 304, 200)
    assert second.headers["Request-Id"]
    assert second.data == b""


def test_rows_are_json(either_client: FlaskClient, iris: bytes) -> None:
    """Numbers as numbers, missing values as null, in the file's order."""
    address = send(either_client, iris).headers["Location"] + "/rows"

    body = either_client.get(f"{address}?offset=3&limit=2").json

    assert body["data"] == [
        {"sepal_length": 5.8, "petal_length": None, "species": "versicolor"},
        {"sepal_length": 6.5, "petal_length": 5.2, "species": "virginica"},
    ]
    assert (body["offset"], body["row_count"], body["has_more"]) == (3, 6, True)


def test_rows_as_csv_hold_nothing_that_a_spreadsheet_runs(either_client: FlaskClient) -> None:
    """A cell `=HYPERLINK(…)` that somebody uploaded must not run on another one's machine; numbers stay numbers."""
    texts = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "plain", "a=b"]
    table = "=name,number\n" + "".join(f'"{text}",{-index}.5\n' for index, text in enumerate(texts)) + ",\n"
    id_ = send(either_client, table.encode()).get_json()["id"]

    answer = either_client.get(f"/v1/datasets/{id_}/rows.csv")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    header, *rows = csv.reader(io.StringIO(answer.get_data(as_text=True)))
    assert header == ["'=name", "number"]
    assert [row[0] for row in rows] == ["'=1+1", "'+cmd|' /C calc'!A0", "'-2+3", "'@SUM(A1)", "plain", "a=b", ""]
    assert [row[1] for row in rows] == ["0.5", "-1.5", "-2.5", "-3.5", "-4.5", "-5.5", ""]


def test_rows_beyond_the_end_are_none(client: FlaskClient, dataset: dict[str, Any]) -> None:
    """The end is no error."""
    body = client.get(dataset["urls"]["rows"] + "?offset=1000000").json

    assert (body["data"], body["has_more"]) == ([], False)


def test_whole_numbers_stay_whole(client: FlaskClient) -> None:
    """`5` in the file is `5` here, and both booleans and texts stay as they were written."""
    address = send(client, b"n,yes,t\n5,yes,007a\n6,no,b\n").headers["Location"]

    text = client.get(address + "/rows?limit=1").get_data(as_text=True)

    assert '{"n":5,"yes":"yes","t":"007a"}' in text


def test_content_is_the_file(either_client: FlaskClient, iris: bytes) -> None:
    """Byte for byte, as an attachment that no browser runs."""
    sent = send(either_client, iris, query_string={"name": 'odd "näme"; x'})

    response = either_client.get(sent.headers["Location"] + "/content")

    assert response.data == iris
    assert response.headers["Content-Length"] == str(len(iris))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["ETag"] == f'"{sent.json["digest"]}"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    unchanged = {"If-None-Match": response.headers["ETag"]}
    assert either_client.get(sent.headers["Location"] + "/content", headers=unchanged).status_code == 304


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"nam": "x"}, "request.unknown_field", "/nam"),
        ({"name": "x", "project_id": "prj_other"}, "request.unknown_field", "/project_id"),
        ({"name": 5}, "request.wrong_type", "/name"),
        ({"name": None}, "request.invalid_value", "/name"),
        ({"name": ""}, "request.invalid_value", "/name"),
        ({"name": "x" * 201}, "request.invalid_value", "/name"),
        ({"name": "two\nlines"}, "request.invalid_value", "/name"),
        ([], "request.wrong_type", ""),
    ],
)
def test_a_bad_change_changes_nothing(
    client: FlaskClient, dataset: dict[str, Any], body: object, code: str, pointer: str
) -> None:
    """Objects are closed: what is not known is refused, also when the rest is right."""
    response = client.patch(dataset["urls"]["self"], json=body)

    assert (response.status_code, response.json["code"]) == (422, code)
    assert response.json["errors"][0]["pointer"] == pointer
    assert client.get(dataset["urls"]["self"]).json["name"] == "iris"


def test_a_misspelt_field_is_recognised(client: FlaskClient, dataset: dict[str, Any]) -> None:
    """The answer offers the right one."""
    flaw = client.patch(dataset["urls"]["self"], json={"nam": "x"}).json["errors"][0]

    assert flaw["suggestion"] == "name"
    assert {"kinds", "name", "delimiter"} <= set(flaw["allowed"])


def test_a_dataset_can_be_renamed(client: FlaskClient, dataset: dict[str, Any]) -> None:
    """Its bytes cannot change; its name can."""
    response = client.patch(dataset["urls"]["self"], json={"name": "Blüten 🌸"})

    assert (response.status_code, response.json["name"]) == (200, "Blüten 🌸")
    assert client.get(dataset["urls"]["self"]).json["name"] == "Blüten 🌸"


def test_a_deleted_dataset_is_gone_with_its_bytes(
    client: FlaskClient, dataset: dict[str, Any], sqlite_store: Store, iris: bytes
) -> None:
    """And the same file can be uploaded anew."""
    client.get(dataset["urls"]["rows"])

    assert client.delete(dataset["urls"]["self"]).status_code == 204
    assert client.get(dataset["urls"]["self"]).status_code == 404
    assert client.delete(dataset["urls"]["self"]).status_code == 404
    assert counts(sqlite_store) == [0, 0, 0]
    assert send(client, iris).status_code == 201


def test_a_dataset_in_use_stays(client: FlaskClient, dataset: dict[str, Any], sqlite_store: Store) -> None:
    """A job without its data could not be understood any more."""
    with sqlite_store.database.transaction() as session:
        row = session.get(DatasetRow, dataset["id"])
        assert row is not None
        empty: dict[str, Any] = {"given": {}, "resolved": {}, "provenance": {}, "summary": {}, "job_metadata": {}}
        session.add(Job(id=JOB_ID, project_id=row.project_id, dataset_id=row.id, warnings=[], tags=[], seed=1, **empty))

    response = client.delete(dataset["urls"]["self"])

    assert (response.status_code, response.json["code"]) == (409, "dataset.in_use")
    assert "1 job" in response.json["detail"]
    assert JOB_ID in response.json["detail"]
    assert client.get(dataset["urls"]["content"]).status_code == 200


@pytest.mark.parametrize(
    ("id_", "status", "code"),
    [
        ("ds_01jd8q0v2m4x6z8b0c2e4g6j8k", 404, "not_found.dataset"),
        ("nonsense", 404, "not_found.dataset"),
        (JOB_ID, 422, "id.wrong_kind"),
        ("mdl_01jd8q0v2m4x6z8b0c2e4g6j8k", 422, "id.wrong_kind"),
    ],
)
def test_wrong_ids_are_told_so(client: FlaskClient, id_: str, status: int, code: str) -> None:
    """An id carries its kind."""
    for tail in ("", "/rows", "/content"):
        response = client.get(f"/v1/datasets/{id_}{tail}")
        assert (response.status_code, response.json["code"]) == (status, code)


def test_damaged_bytes_are_never_handed_out_as_whole(
    client: FlaskClient, dataset: dict[str, Any], sqlite_store: Store
) -> None:
    """The digest is checked before the last byte leaves."""
    with sqlite_store.database.transaction() as session:
        session.execute(BlobChunk.__table__.update().values(data=b"x" * 10))

    assert client.get(dataset["urls"]["rows"]).json["code"] == "server.blob_damaged"


def test_a_bit_flipped_in_a_local_copy_gives_no_wrong_number(
    client: FlaskClient, dataset: dict[str, Any], sqlite_store: Store
) -> None:
    """The store's own bytes are whole: the copy is made anew, and nobody notices."""
    before = client.get(dataset["urls"]["rows"]).json["data"]
    (copy,) = (sqlite_store.settings.home / "cache").rglob("*.arrow")
    data = bytearray(copy.read_bytes())
    data[len(data) // 2] ^= 1
    copy.write_bytes(data)

    assert client.get(dataset["urls"]["rows"]).json["data"] == before
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == copy.stem


def test_a_bit_flipped_in_a_large_blob_is_told(
    client: FlaskClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is mapped where it lies, so nothing but its digest stands between a bad disk and a wrong number."""
    monkeypatch.setattr("store.blobs.blobs.LARGE_BYTES", 1)
    dataset = send(client, b"a,b\n" + b"".join(b"%d,%d.5\n" % (row, row) for row in range(30))).json
    whole = client.get(dataset["urls"]["rows"]).status_code
    for path in (Path(sqlite_store.settings.database_url.removeprefix("sqlite:///")).parent / "blobs").iterdir():
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    answer = client.get(dataset["urls"]["rows"])

    assert (whole, answer.status_code, answer.json["code"]) == (200, 500, "server.blob_damaged")


def test_lists_take_only_their_own_cursors(client: FlaskClient) -> None:
    """A cursor of another list would silently start anywhere."""
    response = client.get(f"/v1/datasets?after={JOB_ID}")

    assert (response.status_code, response.json["code"]) == (400, "request.cursor_invalid")


def test_a_column_is_read_as_its_owner_says(client: FlaskClient) -> None:
    """Codes that look like numbers get the counts of a category, and can be numbers again."""
    dataset = send(client, b"code,x\n" + b"".join(b"%d,%d.5\n" % (row % 3, row) for row in range(30))).json

    as_category = client.patch(dataset["urls"]["self"], json={"kinds": {"code": "category"}})
    as_number = client.patch(dataset["urls"]["self"], json={"kinds": {"code": "number"}})

    column = as_category.json["columns"][0]
    assert (column["kind"], column["numeric"]) == ("category", False)
    assert column["statistics"]["top"][0] == {"value": "0", "count": 10}
    assert as_category.json["name"] == dataset["name"]
    assert as_number.json["columns"] == dataset["columns"]


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ({"species": "number"}, "data.not_numeric"),
        ({"species": "date"}, "data.not_date"),
        ({"species": "boolean"}, "data.not_boolean"),
        ({"specie": "number"}, "data.unknown_column"),
        ({"species": "picture"}, "request.invalid_value"),
    ],
)
def test_a_kind_that_does_not_fit_changes_nothing(
    client: FlaskClient, iris: bytes, kinds: dict[str, str], code: str
) -> None:
    """All or nothing, and the reason is told."""
    dataset = send(client, iris).json

    response = client.patch(dataset["urls"]["self"], json={"kinds": kinds})

    assert (response.status_code, response.json["code"]) == (422, code)
    assert client.get(dataset["urls"]["self"]).json == dataset
