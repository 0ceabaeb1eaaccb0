"""The worker with a tiny application: slow and silent clients, floods, and what is no HTTP."""

import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from app.server.rooms import Room
from tests.observing import PROMPTLY
from tests.processes import free_port, running

ROOT = Path(__file__).parents[3]
SILENT, HALF, DRIPPING = 64, 40, 40


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve the tiny application as the product is served."""
    chosen = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "tests.app.server.small:application",
        "--bind", f"127.0.0.1:{chosen}", "--worker-class", "app.server.worker.Worker",
        "--worker-connections", "200", "--keep-alive", "5", "--graceful-timeout", "1", "--no-control-socket",
        "--forwarded-allow-ips", "", "--forwarder-headers", "", "--chdir", str(ROOT),
    ]  # fmt: skip

    def is_ready() -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", chosen)) == 0

    with running(command, is_ready, folder=tmp_path_factory.mktemp("server")):
        yield chosen


def connected(port: int) -> socket.socket:
    """Open a connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def answer_on(link: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Read one answer of announced length."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = link.recv(65536)
        if not more:
            return 0, {}, data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += link.recv(65536)
    return int(first.split()[1]), headers, body


def ask(port: int, data: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes on a connection of their own; read one answer."""
    with closing(connected(port)) as link:
        link.sendall(data)
        return answer_on(link)


def get(path: str) -> bytes:
    """Write a GET."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, body: bytes = b"") -> bytes:
    """Write a POST."""
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def test_requests_follow_each_other_on_a_connection(port: int) -> None:
    """Also two that come in one piece, and one whose body comes late."""
    with closing(connected(port)) as link:
        link.sendall(get("/one") + get("/two"))
        first, second = answer_on(link), answer_on(link)
        link.sendall(post("/three", b"12345")[:-3])
        time.sleep(0.2)
        link.sendall(b"345")
        third = answer_on(link)

    assert [answer[2] for answer in (first, second, third)] == [b"/one 0 ", b"/two 0 ", b"/three 5 "]


def test_nobody_waits_for_silent_and_slow_clients(port: int) -> None:
    """Half heads, dripping bodies and connections that say nothing take no thread."""
    with ExitStack() as stack:
        links = [stack.enter_context(closing(connected(port))) for _ in range(SILENT + HALF + DRIPPING)]
        for link in links[SILENT : SILENT + HALF]:
            link.sendall(b"GET /half HTTP/1.1\r\nHost: local")
        for link in links[SILENT + HALF :]:
            link.sendall(post("/v1/datasets", b"x" * 100_000)[:200])
        took = []
        for _ in range(20):
            began = time.monotonic()
            assert ask(port, get("/v1/jobs"))[0] == 200
            took.append(time.monotonic() - began)

    assert max(took) < PROMPTLY


def test_a_flood_of_connections_pushes_out_the_silent(port: int) -> None:
    """The one that has been silent longest goes, so that a new one is let in."""
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(closing(connected(port)))

        assert ask(port, get("/v1/jobs"))[0] == 200


def test_half_a_head_is_given_up(port: int) -> None:
    """With a problem that says why, after seconds."""
    status, headers, body = ask(port, b"GET /half HTTP/1.1\r\nHost: local")

    assert (status, json.loads(body)["code"]) == (408, "request.too_slow")
    assert headers["connection"] == "close"


def test_what_is_too_much_at_once_is_shed(port: int) -> None:
    """At once, with a time to come back at; other rooms are open meanwhile."""
    with ExitStack() as stack:
        links = [stack.enter_context(closing(connected(port))) for _ in range(Room.PREDICTIONS.most)]
        for link in links:
            link.sendall(post("/predict?sleep=3"))
        time.sleep(1)

        status, headers, body = ask(port, post("/predict"))

        assert (status, json.loads(body)["code"], headers["retry-after"]) == (503, "server.overloaded", "1")
        assert ask(port, get("/healthz"))[0] == 200
        assert ask(port, get("/v1/jobs"))[0] == 200


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: localhost\n\n", 400),
        (b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nBad Header: 1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: rot13\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\nContent-Length: 0\r\n\r\n", 417),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\n", 400),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 500 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_gets_a_problem(port: int, data: bytes, status: int) -> None:
    """In the words of the catalogue, as everything else."""
    found, headers, body = ask(port, data)

    problem = json.loads(body)
    too_long = {414: "request.address_too_long", 431: "request.head_too_long"}
    assert (found, problem["status"]) == (status, status)
    assert problem["code"] == too_long.get(status, "request.malformed")
    assert headers["content-type"] == "application/problem+json"
    assert problem["request_id"] == headers["request-id"]


def test_a_body_that_nobody_read_ends_the_connection_and_says_so(port: int) -> None:
    """Otherwise the client's next request would fail."""
    with closing(connected(port)) as link:
        link.sendall(post("/v1/datasets?unread=1", b"x" * 1_000_000)[:500])
        status, headers, _ = answer_on(link)

    assert (status, headers["connection"]) == (200, "close")


def test_a_small_body_that_nobody_read_ends_nothing(port: int) -> None:
    """It is here already."""
    with closing(connected(port)) as link:
        link.sendall(post("/v1/jobs?unread=1", b"x" * 500) + get("/next"))
        first, second = answer_on(link), answer_on(link)

    assert (first[1]["connection"], second[2]) == ("keep-alive", b"/next 0 ")


def test_a_header_moves_no_path(port: int) -> None:
    """`SCRIPT_NAME` is a variable of proxies, and nobody here is one."""
    assert ask(port, b"GET /a HTTP/1.1\r\nHost: localhost\r\nScript-Name: /a\r\n\r\n")[2] == b"/a 0 "
    assert ask(port, b"GET /a HTTP/1.1\r\nHost: localhost\r\nSCRIPT_NAME: /a\r\n\r\n")[2] == b"/a 0 "
