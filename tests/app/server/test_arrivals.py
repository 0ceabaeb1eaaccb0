"""Requests while they arrive: when there is enough of them, and where they belong."""

import pytest

from app.server.arrivals import HEAD_SECONDS, MOST_HEAD_BYTES, SMALL_BODY_BYTES, Arrival
from app.server.rooms import Room

POST = b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"


def arrived(*pieces: bytes) -> Arrival:
    """A request of which these pieces came."""
    arrival = Arrival()
    for piece in pieces:
        arrival.take(piece)
    return arrival


def test_a_head_is_taken_byte_by_byte() -> None:
    """The network cuts where it likes."""
    arrival = Arrival()
    ready = []
    for byte in POST + b"12345":
        arrival.take(bytes([byte]))
        ready.append(arrival.is_ready)

    assert ready == [False] * (len(POST) + 4) + [True]
    assert arrival.room is Room.ORDINARY


@pytest.mark.parametrize(
    "head",
    [
        b"POST /v1/jobs HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /v1/jobs HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (SMALL_BODY_BYTES + 1),
        b"POST /v1/jobs HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    ],
)
def test_long_and_unknown_bodies_are_read_by_a_thread(head: bytes) -> None:
    """Of the room where reading may take long."""
    arrival = arrived(head)

    assert (arrival.is_ready, arrival.room) == (True, Room.TRANSFERS)


def test_a_small_upload_is_gathered_too() -> None:
    """One that drips holds no thread of those that do not."""
    arrival = arrived(b"POST /v1/datasets HTTP/1.1\r\nContent-Length: 5\r\n\r\n1234")
    before = arrival.is_ready
    arrival.take(b"5")

    assert (before, arrival.is_ready, arrival.room) == (False, True, Room.TRANSFERS)


@pytest.mark.parametrize("length", [b"-1", b"five", b"", b"9" * 30])
def test_nonsense_is_left_to_the_parser(length: bytes) -> None:
    """Which knows every way of being wrong."""
    assert arrived(b"POST / HTTP/1.1\r\nContent-Length: " + length + b"\r\n\r\n").is_ready


def test_empty_lines_before_a_request_end_no_head() -> None:
    """RFC 9112, section 2.2: a server should ignore one."""
    assert not arrived(b"\r\n\r\nGET / HTTP/1.1\r\n").is_ready


def test_a_head_of_no_end_is_told() -> None:
    """Memory is not for heads."""
    assert not arrived(b"GET / HTTP/1.1\r\n").is_too_long
    assert arrived(b"GET / HTTP/1.1\r\nX: " + b"x" * MOST_HEAD_BYTES).is_too_long


def test_patience_is_counted_from_the_first_byte() -> None:
    """Dripping does not buy time."""
    arrival = Arrival(began=100.0)
    arrival.take(b"GET / HT")

    assert arrival.deadline == 100.0 + HEAD_SECONDS
