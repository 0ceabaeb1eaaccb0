"""Following a job by server-sent events: nothing missed, nothing twice, and an end."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.process_state import STREAMS, process_state
from app.services.following import event_stream
from store import Store
from store.database.database import Database
from store.database.tables import Job
from store.jobs import control
from tests.app import runs
from tests.observing import PROMPTLY

SSE = {"Accept": "text/event-stream"}


@pytest.fixture
def job_id(store: Store, tmp_path: Path) -> str:
    """Queue a job."""
    return runs.add_job(store, runs.add_dataset(store, tmp_path))


def messages(pieces: Any) -> Iterator[dict[str, str]]:
    """Read messages as a browser does; comments say nothing."""
    text = ""
    for piece in pieces:
        text += piece.decode() if isinstance(piece, bytes) else piece
        while "\n\n" in text:
            whole, text = text.split("\n\n", 1)
            fields = dict(line.split(": ", 1) for line in whole.split("\n") if not line.startswith(":"))
            if "event" in fields:
                yield fields


def follow(client: FlaskClient, job_id: str, **headers: str) -> Iterator[dict[str, str]]:
    """Open a stream."""
    response = client.get(f"/v1/jobs/{job_id}/events", headers=SSE | headers)
    assert response.mimetype == "text/event-stream"
    yield from messages(response.response)
    response.close()


def numbered(told: list[dict[str, str]]) -> list[int]:
    """Take the ids."""
    return [int(each["id"]) for each in told if "id" in each]


def pause(database: Database, job_id: str) -> None:
    """Make something happen to a waiting job."""
    with database.transaction() as session:
        control.pause(session, session.get_one(Job, job_id))
    with database.transaction() as session:
        control.resume(session, session.get_one(Job, job_id))


def test_a_stream_tells_all_and_ends_with_the_job(either_client: FlaskClient, store: Store, job_id: str) -> None:
    """Events as in the list, live progress between them, then `end`."""
    held = runs.claim(store.database)
    runs.report(store, held, step=10, live=20, loss=0.5)
    with runs.after(0.5, lambda: runs.succeed(store, held)) as ended:
        told = list(follow(either_client, job_id))
        late = ended.seconds_since()

    listed: Any = either_client.get(f"/v1/jobs/{job_id}/events").json
    assert [json.loads(each["data"]) for each in told if "id" in each] == listed["data"]
    assert [each["event"] for each in told] == ["job.queued", "job.started", "progress", "job.succeeded", "end"]
    assert json.loads(told[2]["data"])["progress"]["step"] == 20
    assert json.loads(told[-1]["data"]) == {"status": "succeeded"}
    assert late < PROMPTLY


def test_a_cut_stream_goes_on_without_gap_or_repeat(either_client: FlaskClient, store: Store, job_id: str) -> None:
    """Cut again and again, at every place: the ids are 1, 2, 3 … in the end."""
    seen: list[int] = []
    for _ in range(6):
        pause(store.database, job_id)
        last = {"Last-Event-ID": str(seen[-1])} if seen else {}
        for each in follow(either_client, job_id, **last):
            seen += numbered([each])
            if len(seen) % 2 == 0:
                break
    either_client.post(f"/v1/jobs/{job_id}/cancel")
    seen += numbered(list(follow(either_client, job_id, **{"Last-Event-ID": str(seen[-1])})))

    assert seen == list(range(1, 15))


def test_who_asks_for_anything_gets_json(client: FlaskClient, sqlite_store: Store, tmp_path: Path) -> None:
    """Curl and browsers' address bars say `*/*`; the list can be asked from a number on."""
    job = runs.add_job(sqlite_store, runs.add_dataset(sqlite_store, tmp_path))
    pause(sqlite_store.database, job)

    anything: Any = client.get(f"/v1/jobs/{job}/events", headers={"Accept": "*/*"})
    rest: Any = client.get(f"/v1/jobs/{job}/events?after=2")

    assert [each["seq"] for each in anything.json["data"]] == [1, 2, 3]
    assert [each["seq"] for each in rest.json["data"]] == [3]


@pytest.mark.parametrize("last", ["-1", "x", "1.5", "9" * 30, "²"])
def test_odd_places_are_refused(client: FlaskClient, sqlite_store: Store, tmp_path: Path, last: str) -> None:
    """Before a stream begins, so that the client hears of it."""
    job = runs.add_job(sqlite_store, runs.add_dataset(sqlite_store, tmp_path))

    answer: Any = client.get(
        f"/v1/jobs/{job}/events", headers=SSE | {"Last-Event-ID": last.encode("latin-1", "replace").decode("latin-1")}
    )

    assert (answer.status_code, answer.json["code"]) == (422, "request.invalid_parameter")


def test_streams_are_limited_and_given_back(app: Flask, sqlite_store: Store, tmp_path: Path) -> None:
    """Each holds a thread: one too many is told to come later, and a closed one makes room."""
    job = runs.add_job(sqlite_store, runs.add_dataset(sqlite_store, tmp_path))
    path = f"/v1/jobs/{job}/events"
    opened = [app.test_client().get(path, headers=SSE) for _ in range(STREAMS)]

    refused: Any = app.test_client().get(path, headers=SSE)
    opened[0].close()
    taken = app.test_client().get(path, headers=SSE)

    assert (refused.status_code, refused.json["code"]) == (503, "limit.too_many_streams")
    assert refused.headers["Retry-After"] == "5"
    assert taken.status_code == 200
    for each in [*opened[1:], taken]:
        each.close()
    with app.app_context():
        assert process_state().streams._value == STREAMS  # nothing else tells


def test_a_silent_stream_shows_that_it_lives(
    client: FlaskClient, sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proxies close what is silent; a comment is no message."""
    monkeypatch.setattr(event_stream, "HEARTBEAT_S", 0.2)
    monkeypatch.setattr(event_stream, "LONGEST_S", 2.0)
    job = runs.add_job(sqlite_store, runs.add_dataset(sqlite_store, tmp_path))

    text = client.get(f"/v1/jobs/{job}/events", headers=SSE).get_data(as_text=True)

    assert text.count(": still here\n\n") >= 2
    assert list(messages([text])) == list(messages([text.replace(": still here\n\n", "")]))


def test_a_deleted_job_ends_its_streams(client: FlaskClient, sqlite_store: Store, tmp_path: Path) -> None:
    """What is gone says nothing any more."""
    job = runs.add_job(sqlite_store, runs.add_dataset(sqlite_store, tmp_path))

    def end() -> None:
        time.sleep(0.3)
        client.post(f"/v1/jobs/{job}/cancel")
        client.delete(f"/v1/jobs/{job}")

    thread = threading.Thread(target=end)
    thread.start()
    told = list(follow(client, job))
    thread.join()

    assert told[-1]["event"] == "end"
