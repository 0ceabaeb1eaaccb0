"""What a service on a network is sent: each answered with a code and a sentence, none leaving anything behind."""

import json
import pickle
import re
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx
import pytest

from chainrule import Client
from tests.acceptance.conftest import RunningService
from tests.observing import eventually

UNKNOWN = "01hzzzzzzzzzzzzzzzzzzzzzzz"
CSV = {"Content-Type": "text/csv"}
JSON = {"Content-Type": "application/json"}
DEEP = b"[" * 50_000 + b"]" * 50_000


@dataclass(frozen=True)
class Bad:
    """A request, and what it has to be answered."""

    status: int
    code: str
    body: object = None
    path: str = "/v1/jobs"
    headers: dict[str, str] = field(default_factory=lambda: JSON)
    method: str = "POST"


def job(status: int, code: str, **more: Any) -> Bad:
    """Order a job on a real dataset, with something wrong."""
    return Bad(status, code, {"dataset_id": "IRIS", "target": "species", **more})


def table(status: int, code: str, body: bytes, **headers: str) -> Bad:
    """Upload a table with something wrong."""
    return Bad(status, code, body, "/v1/datasets?name=bad.csv", {**CSV, **headers})


REQUESTS = {
    "malformed JSON": Bad(400, "request.not_json", b'{"dataset_id": '),
    "NaN": Bad(400, "request.number_not_finite", b'{"dataset_id": NaN}'),
    "a number beyond all": Bad(400, "request.number_not_finite", b'{"priority": 1e999}'),
    "a key twice": Bad(400, "request.json_duplicate_key", b'{"target": "a", "target": "b"}'),
    "50 000 levels deep": Bad(400, "request.json_too_deep", DEEP),
    "50 000 levels in a field": Bad(400, "request.json_too_deep", b'{"metadata": ' + DEEP + b"}"),
    "half a character": Bad(400, "request.encoding", b'{"target": "\xff"}'),
    "no body": Bad(400, "request.body_missing", b""),
    "a list": Bad(422, "spec.wrong_type", []),
    "another content type": Bad(415, "request.wrong_content_type", b"<job/>", headers={"Content-Type": "text/xml"}),
    "a form from another site": Bad(403, "request.cross_site", {}, headers={**JSON, "Origin": "http://evil.example"}),
    "another name for the host": Bad(400, "request.host_invalid", {}, headers={**JSON, "Host": "evil.example"}),
    "an unknown field": job(422, "spec.unknown_field", epochz=3),
    "an unknown field inside": job(422, "spec.unknown_field", training={"epoch": 3}),
    "a field of a later version": job(422, "spec.not_supported_yet", webhook="http://127.0.0.1/"),
    "an unknown optimizer": job(422, "spec.unknown_choice", training={"optimizer": "__import__"}),
    "no epochs": job(422, "spec.out_of_range", training={"epochs": 0}),
    "epochs in words": job(422, "spec.wrong_type", training={"epochs": "many"}),
    "a network larger than memory": job(422, "spec.too_big", network={"hidden": [1_000_000, 1_000_000]}),
    "an unknown column": job(422, "spec.unknown_column", target="specie"),
    "no target": Bad(422, "spec.target_required", {"dataset_id": "IRIS"}),
    "no dataset": Bad(422, "spec.missing_field", {"target": "species"}),
    "an unknown dataset": Bad(404, "not_found.dataset", {"dataset_id": f"ds_{UNKNOWN}", "target": "y"}),
    "a job for a dataset": Bad(422, "id.wrong_kind", {"dataset_id": f"job_{UNKNOWN}", "target": "y"}),
    "a target with one value": Bad(422, "data.target_single_value", {"dataset_id": "CONSTANT", "target": "y"}),
    "an unknown job": Bad(404, "not_found.job", path=f"/v1/jobs/job_{UNKNOWN}", method="GET"),
    "a model for a job": Bad(422, "id.wrong_kind", path=f"/v1/jobs/mdl_{UNKNOWN}", method="GET"),
    "an id with a path in it": Bad(404, "not_found.path", path="/v1/jobs/..%2f..%2fetc%2fpasswd", method="GET"),
    "an unknown path": Bad(404, "not_found.path", path="/v1/experiments", method="GET"),
    "a method that is not there": Bad(405, "request.method_not_allowed", path="/v1/jobs", method="PUT"),
    "a page too large": Bad(422, "request.invalid_parameter", path="/v1/jobs?limit=100000", method="GET"),
    "an unknown parameter": Bad(422, "request.unknown_parameter", path="/v1/jobs?wiat=3", method="GET"),
    "a forged cursor": Bad(400, "request.cursor_invalid", path="/v1/jobs?after=zzz", method="GET"),
    "an empty file": table(422, "data.empty", b""),
    "a header alone": table(422, "data.no_rows", b"a,b\n"),
    "a ragged row": table(422, "data.ragged_row", b"a,b\n1,2\n3,4,5\n6,7\n"),
    "a program": table(415, "data.format_unsupported", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8),
    "a zip": table(422, "data.archive_damaged", b"PK\x03\x04" + bytes(200)),
    "a pickle": table(415, "data.format_unsupported", pickle.dumps({"a": [1, 2, 3]})),
    "bytes of no known kind": table(422, "data.binary", bytes(range(1, 256)) * 8),
    "an infinite cell": table(422, "data.non_finite", b"a,b\n1,2\n3,inf\n4,5\n"),
    "a column twice": table(422, "data.duplicate_column", b"a,a\n1,2\n3,4\n"),
    "a quote without end": table(422, "data.unclosed_quote", b'a,b\n1,"2\n3,4\n'),
    "a compressed file": table(415, "request.content_encoding", b"\x1f\x8b", **{"Content-Encoding": "gzip"}),
    "another format": table(415, "request.wrong_content_type", b"x", **{"Content-Type": "application/x-parrot"}),
}


def counts(client: Client) -> tuple[int, int]:
    """Count what is there."""
    return len(list(client.datasets.list())), len(list(client.jobs.list()))


def files_in_uploads(service: RunningService) -> int:
    """Count what half an upload could leave."""
    return sum(1 for path in (service.home / "uploads").rglob("*") if path.is_file())


@pytest.mark.parametrize("bad", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_bad_request_is_explained(bad: Bad, service: RunningService, client: Client, iris: str) -> None:
    """The right status and code, a sentence, an id for the log; never a 500, never a trace of ours."""
    constant = client.datasets.upload(b"x,y\n1,a\n2,a\n3,a\n4,a\n").id
    before = counts(client)
    body = bad.body
    if isinstance(body, dict | list):
        body = json.dumps(body).replace("IRIS", iris).replace("CONSTANT", constant).encode()

    answer = httpx.request(bad.method, service.url + bad.path, content=body, headers=bad.headers, timeout=30)

    problem = answer.json()
    seen = (answer.status_code, problem["code"], [error["code"] for error in problem.get("errors", [])])
    assert answer.status_code == bad.status, seen
    assert bad.code == problem["code"] or bad.code in seen[2], seen
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert problem["status"] == bad.status
    assert problem["detail"].strip()
    assert problem["request_id"] == answer.headers["Request-Id"]
    assert not re.search(r"Traceback|site-packages|\.py\b|sqlalchemy|\b0x[0-9a-f]{6}", answer.text)
    assert counts(client) == before
    assert files_in_uploads(service) == 0


def test_an_upload_that_breaks_off_leaves_nothing(service: RunningService, client: Client) -> None:
    """A lost connection is the most ordinary of bad requests."""
    import socket  # noqa: PLC0415  # the one place that speaks below HTTP
    from urllib.parse import urlsplit  # noqa: PLC0415

    before, place = counts(client), urlsplit(service.url)
    with socket.create_connection((place.hostname, place.port or 80)) as connection:
        head = "POST /v1/datasets?name=half.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\n"
        connection.sendall(f"{head}Content-Length: 100000\r\n\r\na,b\n1,2\n".encode())

    eventually(lambda: files_in_uploads(service) == 0)
    assert counts(client) == before


def test_every_error_has_its_page(service: RunningService) -> None:
    """The `type` of a problem is an address that can be opened."""
    problem = httpx.post(f"{service.url}/v1/jobs", content=b"{", headers=JSON).json()

    page = httpx.get(httpx.URL(service.url).join(problem["type"]), headers={"Accept": "text/html"})

    assert page.status_code == 200
    assert problem["code"] in page.text
