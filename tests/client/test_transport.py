"""Retries, refusals and pages, against a small real HTTP server."""

import base64
import hashlib
import json
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from chainrule import Client, errors
from chainrule.transport import TRIES, Transport, pages
from tests.processes import free_port

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Scripted:
    """A server that gives prepared answers in turn, the last one for ever, and notes what it was asked."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)  # the first megabyte of each body

    def say(self, status: int, body: object = None, **headers: str) -> None:
        """Prepare one more answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, content))

    def next(self) -> Answer:
        """Take the answer whose turn it is."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Serve on a free port for one test."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            scripted.asked.append((self.command, self.path, dict(self.headers.items())))
            status, headers, body = scripted.next()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            left, first = int(self.headers.get("Content-Length") or 0), b""
            while left:
                piece = self.rfile.read(min(left, 1 << 20))
                left, first = left - len(piece), first or piece
            scripted.received.append(first)
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    scripted = Scripted(f"http://127.0.0.1:{http.server_address[1]}")
    yield scripted
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def transport(server: Scripted) -> Iterator[Transport]:
    """Speak to that server."""
    transport = Transport(server.url, None, timeout=5)
    yield transport
    transport.close()


def test_reading_is_tried_again_when_asked_to(server: Scripted, transport: Transport) -> None:
    """A service that restarts answers 503 with the time after which it is worth asking again."""
    server.say(503, {"code": "server.unavailable"}, Retry_After="1")
    server.say(200, {"fine": True})
    began = time.monotonic()

    answer = transport.json("GET", "/v1/jobs")

    assert answer == {"fine": True}
    assert 1 <= time.monotonic() - began < 30


def test_trying_again_ends(server: Scripted, transport: Transport) -> None:
    """A service that stays away is reported, not waited for without end."""
    server.say(503, {"code": "server.unavailable", "detail": "Later."}, Retry_After="0")

    with pytest.raises(errors.Unavailable, match=r"Later"):
        transport.json("GET", "/v1/jobs")

    assert len(server.asked) == TRIES


def test_writing_is_never_repeated(server: Scripted, transport: Transport) -> None:
    """Two jobs for one call would be worse than an error."""
    server.say(503, {"code": "server.unavailable"}, Retry_After="0")

    with pytest.raises(errors.Unavailable):
        transport.json("POST", "/v1/jobs", json={})

    assert len(server.asked) == 1


JOB = {"id": "job_1", "status": "queued", "done": False, "model_id": None}


@pytest.mark.parametrize(("status", "code"), [(503, "server.unavailable"), (409, "idempotency.in_progress")])
def test_making_is_tried_again_under_one_key(server: Scripted, status: int, code: str) -> None:
    """The service knows the second try by its key: a busy or restarting one costs a moment, not a second job."""
    server.say(status, {"code": code}, Retry_After="0")
    server.say(202, JOB)

    with Client(server.url, api_key="") as client:
        job = client.jobs.create(dataset_id="ds_1")
        client.jobs.create(dataset_id="ds_1")

    keys = [headers["Idempotency-Key"] for _, _, headers in server.asked]
    assert job.id == "job_1"
    assert keys[0] == keys[1]
    assert keys[2] != keys[0]  # a second wish is a second job


def test_a_conflict_is_not_repeated(server: Scripted) -> None:
    """What a job's status does not allow, it does not allow a moment later either."""
    server.say(409, {"code": "job.wrong_state", "detail": "It runs."})

    with Client(server.url, api_key="") as client, pytest.raises(errors.Conflict):
        client.jobs.retry("job_1")

    assert len(server.asked) == 1


def test_a_file_is_sent_from_its_start_again(server: Scripted, tmp_path: Path) -> None:
    """The first try has read it to the end."""
    file = tmp_path / "table.csv"
    file.write_bytes(b"a,b\n1,2\n" * 1000)
    server.say(503, {}, Retry_After="0")
    server.say(201, {"id": "ds_1", "name": "table", "row_count": 1})

    with Client(server.url, api_key="") as client:
        client.datasets.upload(file)

    assert server.received[0] == server.received[1] == file.read_bytes()


def test_following_goes_on_where_it_was_cut(server: Scripted) -> None:
    """The server closes; the client comes back with the number of the last event that it has."""

    def told(seq: int) -> str:
        data = json.dumps({"seq": seq, "type": "job.queued", "message": "", "data": None})
        return f"id: {seq}\nevent: job.queued\ndata: {data}\n\n"

    live = 'event: progress\ndata: {"phase": "training"}\n\n: still here\n\n'
    server.say(200, f"retry: 1000\n\n{told(1)}{live}{told(2)}id: 3\nevent".encode(), Content_Type="text/event-stream")
    server.say(503, {"code": "limit.too_many_streams"}, Retry_After="0")
    server.say(200, f'{told(3)}event: end\ndata: {{"status": "succeeded"}}\n\n'.encode())

    with Client(server.url, api_key="") as client:
        followed = list(client.jobs.follow("job_1"))

    assert [event.seq for event in followed] == [1, None, 2, 3]
    assert followed[1].data == {"phase": "training"}
    assert [headers["Last-Event-ID"] for _, _, headers in server.asked] == ["0", "2", "2"]


def test_following_ends_when_nothing_comes(server: Scripted) -> None:
    """A service that closes every stream at once is reported, not asked for ever."""
    server.say(200, b"")

    with Client(server.url, api_key="") as client, pytest.raises(errors.ConnectionFailed):
        list(client.jobs.follow("job_1"))

    assert len(server.asked) == TRIES


def test_a_refusal_is_not_repeated(server: Scripted, transport: Transport) -> None:
    """What was wrong once is wrong again."""
    server.say(404, {"code": "not_found.job", "detail": "There is no job."})

    with pytest.raises(errors.NotFound) as raised:
        transport.json("GET", "/v1/jobs/job_1")

    assert raised.value.code == "not_found.job"
    assert len(server.asked) == 1


def test_a_refusal_by_something_else_is_told(server: Scripted, transport: Transport) -> None:
    """A proxy answers with a page of its own."""
    server.say(413, b"<html>too large</html>")

    with pytest.raises(errors.BadRequest, match="too large") as raised:
        transport.json("POST", "/v1/datasets", content=b"")

    assert raised.value.code == "http.413"


def test_another_server_is_recognised(server: Scripted, transport: Transport) -> None:
    """A wrong address often answers 200 with a page."""
    server.say(200, b"<html>welcome</html>")

    with pytest.raises(errors.ConnectionFailed, match="Chainrule"):
        transport.json("GET", "/v1/jobs")


def test_nobody_there_is_told_with_the_address() -> None:
    """The first thing to look at is the address."""
    url = f"http://127.0.0.1:{free_port()}"
    transport = Transport(url, None, timeout=1)

    with pytest.raises(errors.ConnectionFailed, match=url):
        transport.json("POST", "/v1/jobs", json={})

    transport.close()


def test_pages_are_followed(server: Scripted, transport: Transport) -> None:
    """A list of any length reads as one, with the filters on every page."""
    server.say(200, {"data": [{"id": 1}, {"id": 2}], "has_more": True, "next_cursor": "abc"})
    server.say(200, {"data": [{"id": 3}], "has_more": False, "next_cursor": None})

    found = [item["id"] for item in pages(transport, "/v1/jobs", status="queued")]

    queries = [parse_qs(urlsplit(path).query) for _, path, _ in server.asked]
    assert found == [1, 2, 3]
    assert queries == [
        {"status": ["queued"], "limit": ["100"]},
        {"status": ["queued"], "limit": ["100"], "after": ["abc"]},
    ]


@pytest.mark.parametrize(("given", "sent"), [(None, "Bearer from-outside"), ("mine", "Bearer mine"), ("", None)])
def test_a_key_is_sent(given: str | None, sent: str | None, server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument wins over the environment; an empty one means none."""
    monkeypatch.setenv("CHAINRULE_API_KEY", "from-outside")
    server.say(200, {"id": "ds_1", "name": "iris", "row_count": 150})

    with Client(server.url, api_key=given) as client:
        client.datasets.get("ds_1")

    assert server.asked[0][2].get("Authorization") == sent


def job(status: str, **more: object) -> dict[str, object]:
    """Write a job as the service does."""
    done = status in {"succeeded", "failed", "cancelled"}
    return {"id": "job_1", "status": status, "done": done, "model_id": None, "error": None, **more}


def test_waiting_asks_the_service_to_wait(server: Scripted) -> None:
    """One long question instead of many short ones."""
    server.say(200, job("running"))
    server.say(200, job("succeeded", model_id="mdl_1"))

    with Client(server.url) as client:
        done = client.jobs.get("job_1").wait()

    assert done.model_id == "mdl_1"
    assert [path for _, path, _ in server.asked] == ["/v1/jobs/job_1", "/v1/jobs/job_1?wait=20"]


def test_a_job_without_a_model_is_an_error_with_its_cause(server: Scripted) -> None:
    """Who waits wants the model; why there is none is the next question."""
    server.say(
        200, job("failed", error={"code": "job.diverged", "message": "The loss is not finite.", "hint": "Slower."})
    )

    with (
        Client(server.url) as client,
        pytest.raises(errors.JobFailed, match=r"not finite[^$]*job\.diverged[^$]*Slower"),
    ):
        client.jobs.get("job_1").wait()


@pytest.mark.parametrize(
    "way", [lambda job: job.wait(timeout=0.1), lambda job: list(job.watch(timeout=0.1, every=0.02))]
)
def test_waiting_ends_and_the_job_goes_on(way: Callable[[object], object], server: Scripted) -> None:
    """A caller's patience is no reason to stop the job."""
    server.say(200, job("running"))

    with Client(server.url) as client, pytest.raises(errors.WaitedTooLong, match="goes on"):
        way(client.jobs.get("job_1"))

    assert {method for method, _, _ in server.asked} == {"GET"}


WEIGHTS = b"weights" * 100
DIGEST = f"sha-256=:{base64.b64encode(hashlib.sha256(WEIGHTS).digest()).decode()}:"


@pytest.mark.parametrize("digest", [{"Repr_Digest": DIGEST}, {}, {"Repr_Digest": "md5=:AAAA:"}])
def test_a_file_is_downloaded(digest: dict[str, str], server: Scripted, transport: Transport, tmp_path: Path) -> None:
    """After a 503, too; nothing else is left in the folder."""
    server.say(503, {"code": "server.unavailable"}, Retry_After="0")
    server.say(200, WEIGHTS, **digest)

    path = transport.download("/weights", tmp_path / "iris.safetensors")

    assert path.read_bytes() == WEIGHTS
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_file_replaces_nothing(server: Scripted, transport: Transport, tmp_path: Path) -> None:
    """The file from yesterday is worth more than one that a bad memory chip has changed."""
    server.say(200, b"other bytes", Repr_Digest=DIGEST)
    old = tmp_path / "iris.safetensors"
    old.write_bytes(b"from yesterday")

    with pytest.raises(errors.ConnectionFailed, match="damaged"):
        transport.download("/weights", old)

    assert old.read_bytes() == b"from yesterday"
    assert list(tmp_path.iterdir()) == [old]


def test_a_refused_file_is_explained(server: Scripted, transport: Transport, tmp_path: Path) -> None:
    """A problem document must not end up on disk as weights."""
    server.say(404, {"code": "not_found.model", "detail": "There is no model."})

    with pytest.raises(errors.NotFound, match="no model"):
        transport.download("/weights", tmp_path / "iris.safetensors")

    assert list(tmp_path.iterdir()) == []


def test_a_refusal_says_when_to_come_back(server: Scripted, transport: Transport) -> None:
    """A caller with patience of its own needs the number."""
    server.say(429, {"code": "request.too_many"}, Retry_After="7")

    with pytest.raises(errors.Unavailable) as raised:
        transport.json("POST", "/v1/jobs", json={})

    assert raised.value.retry_after == 7


def test_a_large_table_is_sent_in_pieces(server: Scripted, tmp_path: Path) -> None:
    """A file larger than memory can be uploaded; its length is told at once, so that the service can refuse early."""
    server.say(201, {"id": "ds_1", "name": "large.csv", "row_count": 1})
    path, size = tmp_path / "large.csv", 64 << 20
    with path.open("wb") as file:
        file.truncate(size)

    tracemalloc.start()
    with Client(server.url) as client:
        client.datasets.upload(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert server.asked[0][2]["Content-Length"] == str(size)
    assert peak < size / 4


def test_a_job_leads_to_its_model(server: Scripted) -> None:
    """One step from a finished job to what it learned; none from a job that learned nothing."""
    server.say(200, job("succeeded", model_id="mdl_1"))
    server.say(200, {"id": "mdl_1"})
    server.say(200, job("cancelled"))

    with Client(server.url) as client:
        assert client.jobs.get("job_1").model.id == "mdl_1"
        with pytest.raises(errors.JobFailed, match="cancelled"):
            _ = client.jobs.get("job_1").model
