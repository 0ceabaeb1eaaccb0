"""Bytes that are nearly HTTP: each is answered or closed within its time, and nobody else waits for it."""

import random
import re
import selectors
import socket
import time
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from tests.acceptance.conftest import RunningService
from tests.attacks.extent import SEED, extent

REQUESTS = extent(120, 1000)
AT_ONCE = 40
PATIENCE_SECONDS = 60.0  # a head has ten, a body fifteen more, and the machine may be slow
FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\na\n1\n\r\n--x--\r\n'
JSON = b"Content-Type: application/json\r\n"
CHUNKS = b"8\r\na,b\n1,2\n\r\n0\r\n\r\n"
HOST = b" HTTP/1.1\r\nHost: localhost\r\n"
HEADS = (
    b"GET /v1/limits" + HOST + b"\r\n",
    b"GET /v1/jobs?limit=2" + HOST + b"Accept: */*\r\n\r\n",
    b"POST /v1/jobs" + HOST + JSON + b"Content-Length: 2\r\n\r\n{}",
    b"POST /v1/datasets" + HOST + b"Content-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    b"POST /v1/datasets" + HOST + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 79\r\n\r\n" + FORM,
    b"PATCH /v1/datasets/ds_x" + HOST + JSON + b'Content-Length: 13\r\nExpect: 100-continue\r\n\r\n{"name": "a"}',
)
PIECES = (
    b"\r\n", b"\n", b"\r", b"\x00", b"\xff", b" ", b"\t", b":", b"HTTP/1.1", b"HTTP/9.9", b"Content-Length: -1\r\n",
    b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: xchunked\r\n", b"%00", b"%ff%fe",
    b"Host: evil\r\n", b"Connection: upgrade\r\n", b"X: " + b"a" * 9000 + b"\r\n", b"f" * 17, b"../", b"?a=1&a=2",
    b"Range: bytes=0-1\r\n", b"Content-Encoding: gzip\r\n", b"\xf0\x9f\x92\xa9",
)  # fmt: skip


def spoilt(draw: random.Random) -> bytes:
    """Spoil a request in one to three ways."""
    request = bytearray(draw.choice(HEADS))
    for _ in range(draw.choice((1, 1, 2, 3))):
        at = draw.randrange(len(request) + 1)
        match draw.randrange(5):
            case 0:
                request[at:at] = draw.choice(PIECES)
            case 1:
                del request[at : at + draw.randrange(1, 20)]
            case 2 if request:
                request[at % len(request)] = draw.randrange(256)
            case 3:
                request[at:at] = draw.randbytes(draw.randrange(1, 30))
            case _:
                del request[at:]
    return bytes(request)


def status_of(answer: bytes) -> int:
    """Read the status of the first answer on a connection; 0 for none, -1 for what is no answer."""
    if not answer:
        return 0
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else -1


@pytest.mark.timeout(3600)
def test_no_bytes_fool_or_hold_the_server(service: RunningService) -> None:
    """None ends in a fault of the service; none is left without an end; ordinary requests go on meanwhile."""
    draw = random.Random(SEED)  # noqa: S311  # repeatable
    found: dict[bytes, bytes] = {}
    slow: list[float] = []
    with httpx.Client(base_url=service.url, timeout=PATIENCE_SECONDS) as client:
        for start in range(0, REQUESTS, AT_ONCE):
            requests = [spoilt(draw) for _ in range(min(AT_ONCE, REQUESTS - start))]
            found |= exchanged(service.url, requests)
            began = time.monotonic()
            assert client.get("/healthz").status_code == 200
            slow.append(time.monotonic() - began)

    wrong = {request: got for request, got in found.items() if status_of(got) == -1 or b"HTTP/1.1 500" in got}
    assert wrong == {}
    assert sorted(slow)[len(slow) // 2] < 5
    assert sum(map(bool, found.values())) > len(found) // 2  # most were understood enough to be answered


def exchanged(url: str, requests: list[bytes]) -> dict[bytes, bytes]:
    """Send requests, each on a connection of its own, and read until the server closes; raise where it does not."""
    address = (str(urlsplit(url).hostname), int(urlsplit(url).port or 0))
    answers: dict[bytes, bytearray] = {}
    with selectors.DefaultSelector() as selector:
        for request in requests:
            sock = socket.create_connection(address, timeout=PATIENCE_SECONDS)
            answers[request] = bytearray()
            try:
                sock.sendall(request)
                sock.shutdown(socket.SHUT_WR)
            except OSError:  # refused before it was whole
                pass
            selector.register(sock, selectors.EVENT_READ, request)
        until = time.monotonic() + PATIENCE_SECONDS
        while selector.get_map():
            assert time.monotonic() < until, [key.data for key in selector.get_map().values()]
            for key, _ in selector.select(0.2):
                try:
                    piece = key.fileobj.recv(1 << 16)  # type: ignore[union-attr]
                except OSError:
                    piece = b""
                answers[key.data] += piece
                if not piece:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]
    return {request: bytes(answer) for request, answer in answers.items()}
