"""Requests that are almost right: each is refused or read as its neighbours are."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from tests.acceptance.conftest import RunningService


@pytest.fixture
def http(service: RunningService) -> Iterator[httpx.Client]:
    """Speak HTTP to the service."""
    with httpx.Client(base_url=service.url, timeout=60) as client:
        yield client


@pytest.mark.parametrize("text", ["5_0", "٥", "５", "+5", " 5", "5.0", "0x5", "5e0", ""])  # noqa: RUF001  # digits of others
@pytest.mark.parametrize("path", ["/v1/datasets", "/v1/jobs"])
def test_a_number_in_a_query_is_written_in_ascii_digits(http: httpx.Client, path: str, text: str) -> None:
    """What only Python reads as a number is none."""
    answer = http.get(path, params={"limit": text})

    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid_parameter")


def test_so_is_a_time_to_wait(http: httpx.Client, iris: str) -> None:
    """Also with a fraction."""
    body = {"dataset_id": iris, "target": "species", "training": {"epochs": 1}}
    job = http.post("/v1/jobs", json=body).json()["id"]

    times = ["1_0", "\u0665", "nan", "-1", "1e1", " 1", "0.5"]
    answers = [http.get(f"/v1/jobs/{job}", params={"wait": time}).status_code for time in times]

    assert answers == [422] * 6 + [200]


INVISIBLE = ["a\u2028b", "a\u200bb", "\u200b", "\u00a0", "a\u0085b", "a\u00adb", "a\U000e0041b", "   "]


@pytest.mark.parametrize("name", INVISIBLE)
def test_a_name_has_no_characters_that_nobody_sees(http: httpx.Client, iris: str, name: str) -> None:
    """Of a job as of a dataset."""
    body = {"dataset_id": iris, "target": "species"}

    job, tag = http.post("/v1/jobs", json={**body, "name": name}), http.post("/v1/jobs", json={**body, "tags": [name]})
    dataset = http.patch(f"/v1/datasets/{iris}", json={"name": name})

    assert [answer.status_code for answer in (job, tag, dataset)] == [422] * 3
    assert [error["pointer"] for answer in (job, tag) for error in answer.json()["errors"]] == ["/name", "/tags/0"]


@pytest.mark.parametrize("name", [False, 0, [], {}])
def test_a_name_is_text(http: httpx.Client, iris: str, name: Any) -> None:
    """What is no text is refused and changes nothing."""
    before = http.get(f"/v1/datasets/{iris}").json()["name"]

    answer = http.patch(f"/v1/datasets/{iris}", json={"name": name})

    assert (answer.status_code, answer.json()["code"]) == (422, "request.wrong_type")
    assert http.get(f"/v1/datasets/{iris}").json()["name"] == before


@pytest.mark.parametrize("where", ["job", "training", "dataset"])
def test_an_endless_name_is_not_echoed(http: httpx.Client, iris: str, where: str) -> None:
    """A megabyte sent is not a megabyte answered."""
    endless = {"x" * 1_000_000: 1}

    if where == "dataset":
        answer = http.patch(f"/v1/datasets/{iris}", json=endless)
    else:
        body = {"dataset_id": iris, "target": "species"}
        answer = http.post("/v1/jobs", json=body | (endless if where == "job" else {"training": endless}))

    assert answer.status_code == 422
    assert len(answer.content) < 10_000


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_json_lines_hold_json(http: httpx.Client, number: str) -> None:
    """Python writes numbers that JSON does not have; the place is told, and what to write instead."""
    content = b'{"a":1,"b":1}\n{"a":%s,"b":3}\n' % number.encode()

    answer = http.post("/v1/datasets", content=content, headers={"Content-Type": "application/x-ndjson"})

    assert (answer.status_code, answer.json()["code"]) == (422, "data.non_finite")
    assert "line 2" in answer.json()["detail"]
    assert "null" in answer.json()["errors"][0]["hint"]


def test_no_cell_of_an_export_is_run_by_a_spreadsheet(http: httpx.Client) -> None:
    """Also where a semicolon separates cells, and with the signs of full width."""
    cells = ["=1", ";=1", "a;=1", "\uff1d1", " =1", "|=1", "'=1", "plain", "-5 apples"]
    lines = "".join(json.dumps({"text": cell, "n": number}) + "\n" for number, cell in enumerate(cells * 3))
    sent = http.post("/v1/datasets", content=lines.encode(), headers={"Content-Type": "application/x-ndjson"}).json()

    exported = http.get(f"/v1/datasets/{sent['id']}/rows.csv").text.splitlines()[1 : 1 + len(cells)]

    expected = ["'=1", '"\';=1"', '"a;=1"', "'\uff1d1", "'=1", '"\'|=1"', "''=1", "plain", "'-5 apples"]
    assert [line.rpartition(",")[0] for line in exported] == expected


def test_tokens_do_not_pile_up(http: httpx.Client, iris: str) -> None:
    """Cancelled jobs leave tokens behind that mean nothing; they are cut to about as many as jobs wait."""
    body = {"dataset_id": iris, "target": "species"}
    for _ in range(60):
        job = http.post("/v1/jobs", json=body).json()["id"]
        http.post(f"/v1/jobs/{job}/cancel")

    queue = http.get("/v1/queue").json()

    assert queue["tokens"] <= queue["jobs"]["queued"] + 60
