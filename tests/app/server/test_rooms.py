"""Which room a request belongs to, and that a full one is told."""

import threading

import pytest

from app.process_state import SEATS, STREAMS
from app.server.rooms import Room, Rooms, room_of


@pytest.mark.parametrize(
    ("method", "target", "headers", "room"),
    [
        ("GET", "/healthz", {}, Room.PROBES),
        ("GET", "/readyz/", {}, Room.PROBES),
        ("GET", "/v1/jobs", {}, Room.ORDINARY),
        ("GET", "/v1/jobs/job_1?wait=20", {}, Room.WAITS),
        ("GET", "/v1/jobs/job_1?awaited=1", {}, Room.ORDINARY),
        ("GET", "/v1/jobs/job_1/events", {"accept": "text/event-stream"}, Room.WAITS),
        ("POST", "/v1/jobs", {"prefer": "wait=5"}, Room.WAITS),
        ("POST", "/v1/models/mod_1/predict", {}, Room.PREDICTIONS),
        ("POST", "/v1/models/mod_1/evaluations", {}, Room.EVALUATIONS),
        ("GET", "/v1/models/mod_1/evaluations", {}, Room.ORDINARY),
        ("POST", "/v1/datasets?name=x", {}, Room.TRANSFERS),
        ("GET", "/v1/datasets?limit=3", {}, Room.ORDINARY),
        ("GET", "/v1/models/mod_1/weights?format=npz", {}, Room.TRANSFERS),
        ("GET", "/v1/datasets/ds_1/rows.csv", {}, Room.TRANSFERS),
        ("GET", "/v1/datasets/ds_1/rows", {}, Room.ORDINARY),
        ("PATCH", "/v1/datasets/ds_1", {}, Room.TRANSFERS),
        ("GET", "/v1/jobs/job_1/split?part=test", {}, Room.EVALUATIONS),
        ("HEAD", "/v1/jobs/job_1/predictions", {}, Room.EVALUATIONS),
        ("GET", "/v1/jobs/job_1/events", {"accept": "text/*"}, Room.WAITS),
        ("GET", "/v1/jobs/job_1/events", {"accept": "application/json"}, Room.ORDINARY),
        ("GET", "/v1/jobs/job_1?%77ait=20", {}, Room.WAITS),
        ("GET", "/v1/jobs/job_1?a=1&wai%74=20", {}, Room.WAITS),
        ("GET", "http://localhost/v1/jobs/job_1?wait=20", {}, Room.WAITS),
        ("POST", "/v1/jobs", {"prefer": "respond-async, WAIT=5"}, Room.WAITS),
        ("POST", "/v1/models/mod_1/%70redict", {}, Room.PREDICTIONS),
        ("POST", "/v1/models/mod_1/predict?wait=1", {"prefer": "wait"}, Room.PREDICTIONS),
        ("POST", "/v1/models/mod_1/evaluations/", {"accept": "text/event-stream"}, Room.EVALUATIONS),
        ("POST", "http://localhost/v1/datasets#x", {}, Room.TRANSFERS),
    ],
)
def test_each_kind_has_its_room(method: str, target: str, headers: dict[str, str], room: Room) -> None:
    """None takes another's threads."""
    assert room_of(method, target, headers) is room


def test_a_full_room_is_told_and_the_others_are_open() -> None:
    """Nobody is let in to wait longer than the queue is."""
    rooms, gate = Rooms(), threading.Event()
    try:
        taken = [rooms.enter(Room.PREDICTIONS, gate.wait) for _ in range(Room.PREDICTIONS.most)]

        assert all(taken)
        assert rooms.enter(Room.PREDICTIONS, gate.wait) is None
        assert rooms.enter(Room.ORDINARY, lambda: 5).result(10) == 5  # type: ignore[union-attr]
        rooms.leave(Room.PREDICTIONS)
        assert rooms.enter(Room.PREDICTIONS, gate.wait) is not None
    finally:
        gate.set()
        rooms.shutdown()


def test_who_waits_has_a_thread_of_its_own() -> None:
    """Streams and long polls are limited by their own counts, which say so better than an overload."""
    assert Room.WAITS.threads > SEATS + STREAMS
