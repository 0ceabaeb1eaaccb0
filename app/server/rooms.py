"""Rooms: each kind of request has threads and a queue of its own, so that none takes another's place."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from typing import Any


class Room(Enum):
    """A kind of request: how many are served at once, and how many may wait for that."""

    PROBES = (2, 64)
    ORDINARY = (16, 256)
    PREDICTIONS = (4, 64)
    EVALUATIONS = (1, 16)  # each calculates for seconds
    TRANSFERS = (12, 48)
    WAITS = (80, 0)  # their threads sleep

    def __init__(self, threads: int, queue: int) -> None:
        self.threads = threads
        self.most = threads + queue


PROBES = frozenset({"/healthz", "/readyz"})
TRANSFER = re.compile(r"/(weights|content|rows\.csv)$")
PREDICTION = re.compile(r"/(predict|trace)$")
EVALUATION = re.compile(r"/evaluations$")
WAIT = re.compile(r"(^|&)wait(=|&|$)")


def room_of(method: str, target: str, headers: Mapping[str, str]) -> Room:
    """Tell where a request belongs, by its address and what it asks for."""
    path, _, query = target.partition("?")
    path = path.rstrip("/")
    if path in PROBES:
        return Room.PROBES
    if WAIT.search(query) or "event-stream" in headers.get("accept", "") or "wait" in headers.get("prefer", ""):
        return Room.WAITS
    if method == "POST" and PREDICTION.search(path):
        return Room.PREDICTIONS
    if method == "POST" and EVALUATION.search(path):
        return Room.EVALUATIONS
    if TRANSFER.search(path) or (method != "GET" and path == "/v1/datasets"):
        return Room.TRANSFERS
    return Room.ORDINARY


class Rooms:
    """The threads of every room. Entered and left by the event loop alone, so that its counts need no lock."""

    def __init__(self) -> None:
        self._threads = {room: ThreadPoolExecutor(room.threads, thread_name_prefix=room.name.lower()) for room in Room}
        self.inside = dict.fromkeys(Room, 0)

    def enter(self, room: Room, call: Callable[..., Any], *arguments: Any) -> "Future[Any] | None":
        """Have a call made by a thread of this room; None when so many wait already that this one would wait long."""
        if self.inside[room] >= room.most:
            return None
        self.inside[room] += 1
        return self._threads[room].submit(call, *arguments)

    def leave(self, room: Room) -> None:
        """Give a place back."""
        self.inside[room] -= 1

    def shutdown(self, *, wait: bool = False) -> None:
        """Let no one in any more."""
        for threads in self._threads.values():
            threads.shutdown(wait=wait, cancel_futures=True)
