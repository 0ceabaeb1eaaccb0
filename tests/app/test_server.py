"""The application behind the real server: what only bytes on a socket can show."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from service import roles
from tests.observing import PROMPTLY

ROOT = Path(__file__).parents[2]
LIMIT = 20_000


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Iterator[int]:
    """Start gunicorn on a migrated database of its own."""
    home = tmp_path_factory.mktemp("server")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        chosen = int(free.getsockname()[1])
    environment = os.environ | {
        "CHAINRULE_HOME": str(home),
        "CHAINRULE_DATABASE_URL": f"sqlite:///{home / 'chainrule.db'}",
        "CHAINRULE_REDIS_URL": valkey_url,
        "CHAINRULE_MAX_UPLOAD_BYTES": str(LIMIT),
        "CHAINRULE_MAX_BODY_BYTES": str(LIMIT),
    }
    migrating = "import os; from store import Settings, open_store; from store.database.migrations import migrate; "
    migrating += "migrate(open_store(Settings.from_environment(os.environ)).database)"
    subprocess.run([sys.executable, "-c", migrating], cwd=ROOT, env=environment, check=True)
    server = subprocess.Popen(
        roles.api("127.0.0.1", chosen),
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(chosen)
        yield chosen
    finally:
        server.terminate()
        server.wait(60)


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("gunicorn did not start")


def talk(port: int, *pieces: bytes, half_close: bool = False) -> tuple[int, dict[str, object]]:
    """Send bytes as they are; return status and problem."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as link:
        try:
            for piece in pieces:
                link.sendall(piece)
            if half_close:
                link.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server may answer and close before it has read everything
        answer = b""
        while b"\r\n\r\n" not in answer or not complete(answer):
            if not (more := link.recv(65536)):
                break
            answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    is_json = b"json" in head
    return int(head.split()[1]) if head else 0, json.loads(body) if is_json and body else {}


def complete(answer: bytes) -> bool:
    """Tell whether the announced body is there."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return not lengths or len(body) >= int(lengths[0].split(b":")[1])


def head(path: str, *lines: str, method: str = "POST") -> bytes:
    """Write the head of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    """Write a chunk of a body."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def test_a_chunked_upload_is_taken(port: int) -> None:
    """`curl -T -` sends one."""
    start = head("/v1/datasets?name=chunked", "Content-Type: text/csv", "Transfer-Encoding: chunked")

    status, dataset = talk(port, start, chunk(b"a,b\n1,2"), chunk(b"\n3,4\n"), b"0\r\n\r\n")

    assert (status, dataset["row_count"]) == (201, 2)


def test_a_chunked_body_over_the_limit_is_413(port: int) -> None:
    """No length was announced, so only counting helps."""
    start = head("/v1/datasets", "Content-Type: text/csv", "Transfer-Encoding: chunked")

    status, problem = talk(port, start, chunk(b"a,b\n"), *[chunk(b"1,2\n" * 250)] * 40, b"0\r\n\r\n")

    assert (status, problem.get("code")) == (413, "request.too_large")


def test_an_announced_body_over_the_limit_is_413_at_once(port: int) -> None:
    """Not a byte of it needs to be sent."""
    status, problem = talk(port, head("/v1/datasets", "Content-Type: text/csv", "Content-Length: 999999999999"))

    assert (status, problem["code"]) == (413, "request.too_large")


@pytest.mark.parametrize("chunks", [b"xyz\r\n", b"-5\r\n", b"0x5\r\n", b"5\nhello\n0\n\n", b"0\r\nno trailer\r\n\r\n"])
def test_broken_chunks_are_told(port: int, chunks: bytes) -> None:
    """Where the next request begins is not known then."""
    start = head("/v1/datasets", "Content-Type: text/csv", "Transfer-Encoding: chunked")

    status, problem = talk(port, start, chunks, half_close=True)

    assert (status, problem.get("code")) in {(400, "request.malformed"), (400, "request.upload_incomplete")}


@pytest.mark.parametrize("name", ["数据", "€", "Кот", "naïve", "a;b", 'quo"te'])
def test_a_file_is_saved_under_its_name(port: int, name: str) -> None:
    """Flask's own client never looks whether a header can be sent."""
    table = f"a,b\n1,{name.encode().hex()}\n".encode()
    query = f"/v1/datasets?name={quote(name)}"
    _, dataset = talk(port, head(query, "Content-Type: text/csv", f"Content-Length: {len(table)}"), table)

    for tail in ("content", "rows.csv"):
        with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as link:
            link.sendall(head(f"/v1/datasets/{dataset['id']}/{tail}", "Connection: close", method="GET"))
            answer = b"".join(iter(lambda link=link: link.recv(65536), b""))  # type: ignore[misc]
        assert answer.startswith(b"HTTP/1.1 200")
        disposition = next(line for line in answer.split(b"\r\n") if line.lower().startswith(b"content-disposition"))
        assert name.isascii() or f"filename*=UTF-8''{quote(name, safe='')}.csv".encode() in disposition


@pytest.mark.parametrize("framing", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
def test_an_upload_that_breaks_off_stores_nothing(port: int, framing: str) -> None:
    """What arrived is a valid table; it is not the table that was sent."""
    start = head("/v1/datasets?name=broken", "Content-Type: text/csv", framing)
    table = b"a,b\n" + framing.encode().hex().encode() + b",2\n"

    status, problem = talk(port, start, chunk(table) if "chunked" in framing else table, half_close=True)

    assert (status, problem.get("code")) in {(400, "request.upload_incomplete"), (0, None), (400, None)}
    _, listed = talk(port, head("/v1/datasets?limit=100", method="GET"))
    assert "broken" not in {one["name"] for one in listed["data"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Transfer-Encoding: chunked, gzip"],
        ["Content-Length: -1"],
    ],
)
def test_ambiguous_framing_is_refused(port: int, lines: list[str]) -> None:
    """Two readers of one request could see two different requests."""
    status, _ = talk(port, head("/v1/datasets", "Content-Type: text/csv", *lines), b"0\r\n\r\n")

    assert status in {400, 501}


@pytest.mark.parametrize("lines", [["X-Long: " + "x" * 100_000], [f"X-{number}: 1" for number in range(500)]])
def test_endless_headers_are_refused(port: int, lines: list[str]) -> None:
    """Memory is not for heads."""
    status, _ = talk(port, head("/healthz", *lines, method="GET"))

    assert status in {400, 431}


def test_an_endless_address_is_refused(port: int) -> None:
    """Likewise."""
    status, _ = talk(port, head("/" + "x" * 20_000, method="GET"))

    assert status in {400, 414}


def test_a_stream_is_sent_as_it_happens(port: int) -> None:
    """Nothing on the way gathers messages, and others are answered meanwhile, also after the reader has left."""
    table = b"size,kind\n" + b"".join(b"%d,%s\n" % (n, b"ab"[n % 2 : n % 2 + 1]) for n in range(40))
    length = f"Content-Length: {len(table)}"
    _, dataset = talk(port, head("/v1/datasets?name=kinds", "Content-Type: text/csv", length), table)
    body = json.dumps({"dataset_id": dataset["id"], "target": "kind"}).encode()
    posted = head("/v1/jobs", "Content-Type: application/json", f"Content-Length: {len(body)}")
    _, job = talk(port, posted, body)
    path = f"/v1/jobs/{job['id']}"

    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as link:
        link.sendall(head(f"{path}/events", "Accept: text/event-stream", method="GET"))
        until(link, b"job.queued")
        talk(port, head(f"{path}/pause", "Content-Length: 0"))
        began = time.monotonic()
        until(link, b"job.paused")
        late = time.monotonic() - began

    assert late < PROMPTLY
    assert talk(port, head("/healthz", method="GET"))[0] == 200


def until(link: socket.socket, word: bytes) -> None:
    """Read until a word has come."""
    text = b""
    while word not in text:
        more = link.recv(65536)
        assert more, text
        text += more
