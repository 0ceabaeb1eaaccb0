"""Compressed answers: the same content in fewer bytes, for who asks for it."""

import gzip
from typing import Any

import pytest
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "br;q=1.0, gzip;q=0.8"}


def test_a_long_answer_shrinks_and_says_so(client: FlaskClient, dataset: dict[str, Any]) -> None:
    """Whoever does not ask gets it as it is; caches keep the two apart."""
    path = f"/v1/datasets/{dataset['id']}"

    packed, plain = client.get(path, headers=GZIP), client.get(path)

    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_a_compressed_answer_is_known_again(client: FlaskClient, dataset: dict[str, Any]) -> None:
    """Its tag is weak, since the bytes are others, and still spares the next answer."""
    path = f"/v1/datasets/{dataset['id']}"
    tag = client.get(path, headers=GZIP).headers["ETag"]

    again = client.get(path, headers={**GZIP, "If-None-Match": tag})

    assert tag.startswith("W/")
    assert again.status_code == 304


def test_rows_are_compressed_as_they_come(client: FlaskClient, dataset: dict[str, Any]) -> None:
    """A table that is written piece by piece is packed piece by piece."""
    path = f"/v1/datasets/{dataset['id']}/rows.csv"

    packed, plain = client.get(path, headers=GZIP), client.get(path)

    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize("accepted", ["gzip;q=0", "identity", "*;q=0", ""])
def test_who_does_not_take_it_does_not_get_it(client: FlaskClient, dataset: dict[str, Any], accepted: str) -> None:
    """Also where it is refused by name."""
    answer = client.get(f"/v1/datasets/{dataset['id']}", headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in answer.headers
    assert answer.json["id"] == dataset["id"]


def test_files_and_small_answers_are_left_as_they_are(client: FlaskClient, dataset: dict[str, Any]) -> None:
    """A file has digests and ranges of its own; what is small would not be faster."""
    answers = [client.get(path, headers=GZIP) for path in (f"/v1/datasets/{dataset['id']}/content", "/healthz")]

    assert [answer.headers.get("Content-Encoding") for answer in answers] == [None, None]
