"""Requests may wait for a job, and waiting never hurts others."""

import time
from threading import Event, Thread

from app.http.prefer import wait_seconds
from app.services.following.waiting import Lobby
from tests.observing import PROMPTLY


def test_it_returns_as_soon_as_the_thing_is_over() -> None:
    """A waiting client learns the end within 300 ms even when no hint ever arrives."""
    over = Event()
    start = time.monotonic()
    Thread(target=lambda: (time.sleep(0.3), over.set())).start()

    finished = Lobby(1).wait(over.is_set, time.sleep, 10)

    assert finished
    assert time.monotonic() - start < PROMPTLY


def test_it_gives_up_in_time() -> None:
    """The client said how long it is ready to wait."""
    start = time.monotonic()

    finished = Lobby(1).wait(lambda: False, time.sleep, 0.3)

    assert not finished
    assert 0.29 < time.monotonic() - start < PROMPTLY


def test_a_full_lobby_answers_at_once() -> None:
    """Otherwise a few patient clients would occupy every thread of the server."""
    lobby = Lobby(1)
    done = Event()
    patient = Thread(target=lobby.wait, args=(done.is_set, time.sleep, 10))
    patient.start()
    time.sleep(0.05)
    start = time.monotonic()

    finished = lobby.wait(done.is_set, time.sleep, 10)

    assert not finished
    assert time.monotonic() - start < PROMPTLY
    done.set()
    patient.join()
    assert lobby.wait(lambda: False, time.sleep, 0.01) is False


def test_hints_make_it_faster() -> None:
    """A message in the live stream wakes the waiter before its next look."""
    over = Event()
    looks: list[float] = []

    def pause(seconds: float) -> None:
        looks.append(seconds)
        over.set()

    finished = Lobby(1).wait(over.is_set, pause, 10)

    assert finished
    assert len(looks) == 1


def test_the_preference_is_read() -> None:
    """RFC 7240 in its usual spellings; more than a minute becomes a minute; nonsense is no preference."""
    assert wait_seconds("wait=20") == 20
    assert wait_seconds('respond-async, Wait = "5"') == 5
    assert wait_seconds("wait=900") == 60
    assert wait_seconds("wait=-1") is None
    assert wait_seconds("wait=soon, handling=lenient") is None
    assert wait_seconds("") is None
