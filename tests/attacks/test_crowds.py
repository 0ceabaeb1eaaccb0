"""Crowds: streams, silent connections, half heads and dripping uploads together, and ordinary requests among them."""

import contextlib
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from tests.acceptance.conftest import IRIS, RunningService
from tests.attacks.extent import extent

STREAMS, SILENT, HALF_HEADS, DRIPPING = 50, 64, 40, 40
REQUESTS = extent(150, 2000)
P99_SECONDS = extent(10, 1)  # the short form runs beside other tests
HALF_A_HEAD = b"GET /v1/limits HTTP/1.1\r\nHost: local"
UPLOAD = (
    b"POST /v1/datasets HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 10000000\r\n\r\na,b\n"
)


class Crowd:
    """Clients who take their time; each that is sent away comes again."""

    def __init__(self, url: str, job: str) -> None:
        parts = urlsplit(url)
        self._address = (str(parts.hostname), int(parts.port or 0))
        stream = f"GET /v1/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
        kinds = ((stream.encode(), STREAMS), (b"", SILENT), (HALF_A_HEAD, HALF_HEADS), (UPLOAD, DRIPPING))
        self._wanted = [greeting for greeting, count in kinds for _ in range(count)]
        self._held: dict[int, socket.socket] = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._press, daemon=True)

    @contextlib.contextmanager
    def pressing(self) -> Iterator[None]:
        """Be there for a block."""
        self._thread.start()
        time.sleep(2)
        try:
            yield
        finally:
            self._is_over.set()
            self._thread.join(30)
            for sock in self._held.values():
                sock.close()

    def _press(self) -> None:
        while not self._is_over.wait(0.3):
            for number, greeting in enumerate(self._wanted):
                with contextlib.suppress(OSError):
                    self._hold(number, greeting)

    def _hold(self, number: int, greeting: bytes) -> None:
        sock = self._held.get(number)
        if sock is None or self._is_gone(sock):
            self._held[number] = sock = socket.create_connection(self._address, timeout=5)
            sock.sendall(greeting)
            sock.setblocking(False)
        elif greeting == UPLOAD:
            sock.send(b"1,2\n")

    @staticmethod
    def _is_gone(sock: socket.socket) -> bool:
        try:
            while sock.recv(1 << 16):
                pass
        except BlockingIOError:
            return False
        except OSError:
            pass
        sock.close()
        return True


@pytest.mark.timeout(1800)
def test_ordinary_requests_do_not_wait_for_a_crowd(service: RunningService) -> None:
    """Nobody starves: a status, a list, a plan and a prediction are answered while a crowd holds what it can."""
    with httpx.Client(base_url=service.url, timeout=60) as client:
        sent = client.post("/v1/datasets", content=IRIS.read_bytes(), headers={"Content-Type": "text/csv"}).json()
        body = {"dataset_id": sent["id"], "target": "species", "training": {"epochs": 5}}
        job = client.get(f"/v1/jobs/{client.post('/v1/jobs', json=body).json()['id']}", params={"wait": 60}).json()
        row = client.get(f"/v1/datasets/{sent['id']}/rows", params={"limit": 1}).json()["data"][0]
        followed = client.post(
            "/v1/jobs", json={**body, "training": {"epochs": 200_000, "early_stopping": None}}
        ).json()
        calls = (
            lambda: client.get(f"/v1/jobs/{job['id']}"),
            lambda: client.get("/v1/jobs"),
            lambda: client.post("/v1/jobs", params={"dry_run": "true"}, json=body),
            lambda: client.post(f"/v1/models/{job['model_id']}/predict", json={"rows": [row]}),
        )
        took, statuses = [], set()
        with Crowd(service.url, followed["id"]).pressing():
            for number in range(REQUESTS):
                began = time.monotonic()
                statuses.add(calls[number % len(calls)]().status_code)
                took.append(time.monotonic() - began)
        client.post(f"/v1/jobs/{followed['id']}/cancel")

    assert statuses == {200}
    assert statistics.quantiles(took, n=100)[98] < P99_SECONDS


@pytest.mark.timeout(600)
def test_no_spelling_brings_who_waits_among_those_who_do_not(service: RunningService) -> None:
    """A letter in percent signs, a header that comes twice, capitals: who waits does so where threads may sleep."""
    with httpx.Client(base_url=service.url, timeout=60) as client:
        sent = client.post("/v1/datasets", content=IRIS.read_bytes(), headers={"Content-Type": "text/csv"}).json()
        training = {"epochs": 200_000, "early_stopping": None}
        body = {"dataset_id": sent["id"], "target": "species", "training": training}
        job = client.post("/v1/jobs", json=body).json()["id"]
        more = "Host: localhost\r\n\r\n"
        asks = [
            f"GET /v1/jobs/{job}?%77ait=50 HTTP/1.1\r\n{more}",
            f"GET http://localhost/v1/jobs/{job}?wai%74=50 HTTP/1.1\r\n{more}",
            f"GET /v1/jobs/{job}/events HTTP/1.1\r\nAccept: a/b\r\nAccept: Text/*\r\n{more}",
        ]
        address = (str(urlsplit(service.url).hostname), int(urlsplit(service.url).port or 0))
        held = [socket.create_connection(address, timeout=5) for _ in range(20) for _ in asks]
        for number, sock in enumerate(held):
            sock.sendall(asks[number % len(asks)].encode())
        time.sleep(1)
        began = time.monotonic()
        statuses = {client.get("/v1/jobs").status_code for _ in range(5)}
        took = time.monotonic() - began
        for sock in held:
            sock.close()
        client.post(f"/v1/jobs/{job}/cancel")

    assert statuses == {200}
    assert took < P99_SECONDS * 5
