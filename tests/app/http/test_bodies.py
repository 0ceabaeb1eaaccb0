"""Bodies: their type, their encoding, their size, and what breaks off."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

JSON_PATH = "/v1/datasets/ds_01jd8q0v2m4x6z8b0c2e4g6j8k"


def chunked(client: FlaskClient, path: str, body: bytes, content_type: str, method: str = "POST") -> Any:
    """Send a body whose length nobody announced, as servers hand it over."""
    return client.open(
        path,
        method=method,
        input_stream=io.BytesIO(body),
        headers={"Transfer-Encoding": "chunked", "Content-Type": content_type},
        environ_overrides={"wsgi.input_terminated": True},
    )


def leftovers(home: Path) -> list[Path]:
    """List what uploads left on disk."""
    return list((home / "uploads").glob("*"))


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
)
def test_a_body_that_does_not_call_itself_json_is_refused(client: FlaskClient, kind: str | None) -> None:
    """A form of another site could post text; nobody but a JSON client says JSON."""
    response = client.patch(JSON_PATH, data=b'{"name": "x"}', content_type=kind)

    assert response.status_code == 415
    assert response.json["code"] == "request.wrong_content_type"
    assert "curl" in response.json["errors"][0]["hint"]


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("application/x-www-form-urlencoded", "--data-binary"),
        (None, "-F file=@"),
        ("application/vnd.ms-excel", "-F file=@"),
        ("image/png", "-F file=@"),
    ],
)
def test_an_upload_of_another_type_is_told_how(client: FlaskClient, iris: bytes, kind: str | None, hint: str) -> None:
    """`curl --data-binary` says form by itself; the answer must name the flag."""
    response = client.post("/v1/datasets", data=iris, content_type=kind)

    assert response.status_code == 415
    assert hint in response.json["errors"][0]["hint"]


def test_a_compressed_body_is_never_inflated(client: FlaskClient, iris: bytes) -> None:
    """A kilobyte could inflate to gigabytes."""
    response = client.post("/v1/datasets", data=iris, content_type="text/csv", headers={"Content-Encoding": "gzip"})

    assert (response.status_code, response.json["code"]) == (415, "request.content_encoding")


@pytest.mark.parametrize("send", ["announced", "chunked"])
def test_too_large_json_is_413(client_with: Callable[..., FlaskClient], send: str) -> None:
    """With a length and without one, the limit holds."""
    client, body = client_with(max_body_bytes=1000), b'"' + b"x" * 1000 + b'"'
    if send == "announced":
        response = client.patch(JSON_PATH, data=body, content_type="application/json")
    else:
        response = chunked(client, JSON_PATH, body, "application/json", "PATCH")

    assert (response.status_code, response.json["code"]) == (413, "request.too_large")
    assert "1000" in response.json["detail"]


@pytest.mark.parametrize("send", ["announced", "chunked", "form"])
def test_too_large_a_table_is_413_and_leaves_nothing(
    client_with: Callable[..., FlaskClient], tmp_path: Path, send: str
) -> None:
    """Neither a row nor a file may stay."""
    client, body = client_with(max_upload_bytes=1000), b"a,b\n" + b"1,2\n" * 300
    if send == "announced":
        response = client.post("/v1/datasets", data=body, content_type="text/csv")
    elif send == "chunked":
        response = chunked(client, "/v1/datasets", body, "text/csv")
    else:
        response = client.post("/v1/datasets", data={"file": (io.BytesIO(body), "a.csv")})

    assert (response.status_code, response.json["code"]) == (413, "request.too_large")
    assert client.get("/v1/datasets").json["data"] == []
    assert leftovers(tmp_path) == []


def test_a_body_of_exactly_the_limit_is_taken(client_with: Callable[..., FlaskClient], iris: bytes) -> None:
    """The limit itself is allowed, also when nobody announced the length."""
    client = client_with(max_upload_bytes=len(iris))

    assert chunked(client, "/v1/datasets", iris, "text/csv").status_code == 201
    assert client.post("/v1/datasets", data=iris, content_type="text/csv").status_code == 200


def test_a_body_that_breaks_off_is_not_a_shorter_table(client: FlaskClient, iris: bytes, tmp_path: Path) -> None:
    """The first 90 % of a CSV file are a valid CSV file: only the count of bytes gives it away."""
    response = client.post(
        "/v1/datasets",
        input_stream=io.BytesIO(iris[:-20]),
        headers={"Content-Type": "text/csv"},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": str(len(iris))},
    )

    assert (response.status_code, response.json["code"]) == (400, "request.upload_incomplete")
    assert client.get("/v1/datasets").json["data"] == []
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([("x", None, b"1")] * 10_000, "request.form_invalid"),
        ([("name", None, b"x" * 5_000_000)], "request.form_too_large"),
        ([("file", "a.csv", b"a,b\n1,2\n")] * 2, "request.form_invalid"),
        ([("name", None, b"only a name")], "request.form_invalid"),
        ([("file", None, b"a,b\n1,2\n")], "request.form_invalid"),
        ([("name", None, b"\xff"), ("file", "a.csv", b"a,b\n1,2\n")], "request.encoding"),
        ([("name", None, b"two\nlines"), ("file", "a.csv", b"a,b\n1,2\n")], "request.invalid_value"),
    ],
)
def test_odd_forms_are_refused(client: FlaskClient, parts: list[Any], code: str, tmp_path: Path) -> None:
    """Forms are where memory goes: many parts, large fields, files twice."""
    body = b"".join(part(*one) for one in parts) + b"--limit--\r\n"

    response = client.post("/v1/datasets", data=body, content_type="multipart/form-data; boundary=limit")

    assert response.json["code"] == code
    assert leftovers(tmp_path) == []


def test_a_part_with_endless_headers_is_413(client: FlaskClient) -> None:
    """Headers of a part are kept in memory until they end."""
    body = b"--limit\r\nContent-Disposition: form-data; name=file\r\nX-Long: " + b"x" * 2_000_000

    response = client.post("/v1/datasets", data=body, content_type="multipart/form-data; boundary=limit")

    assert (response.status_code, response.json["code"]) == (413, "request.form_too_large")


@pytest.mark.parametrize("body", [b"", b"no form at all", b"--limit\r\nContent-Disposition: form-data; name=file"])
def test_a_form_that_is_none_is_refused(client: FlaskClient, body: bytes) -> None:
    """The header promises a form."""
    response = client.post("/v1/datasets", data=body, content_type="multipart/form-data; boundary=limit")

    assert (response.status_code, response.json["code"]) == (400, "request.form_invalid")


def part(name: str, file_name: str | None, data: bytes) -> bytes:
    """Write a part of a form."""
    file = f'; filename="{file_name}"' if file_name else ""
    return f'--limit\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n"
