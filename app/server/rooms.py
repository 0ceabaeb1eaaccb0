"""Rooms: each kind of request has threads and a queue of its own, so that none takes another's place."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from typing import Any
from urllib.parse import unquote


class Room(Enum):
    """A kind of request: how many are served at once, and how many may wait for that."""

    PROBES = (2, 64)
    ORDINARY = (16, 256)
    PREDICTIONS = (4, 64)
    EVALUATIONS = (1, 16)  # each calculates for seconds, as do splits that are made once more
    TRANSFERS = (12, 48)
    WAITS = (80, 0)  # their threads sleep

    def __init__(self, threads: int, queue: int) -> None:
        self.threads = threads
        self.most = threads + queue


PROBES = frozenset({"/healthz", "/readyz"})
TRANSFER = re.compile(r"/(weights|content|rows\.csv)$")
UPLOAD = re.compile(r"^/v1/datasets(/[^/]+)?$")  # a change of how a file is read reads it anew
PREDICTION = re.compile(r"/(predict|trace)$")
EVALUATION = re.compile(r"/evaluations$")
SPLIT = re.compile(r"^/v1/jobs/[^/]+/(split|predictions)$")
EVENTS = re.compile(r"/events$")
WAIT = re.compile(r"(^|&)wait(=|&|$)")
WHOLE_ADDRESS = re.compile(r"^[a-z]+://[^/]*", re.IGNORECASE)


def room_of(method: str, target: str, headers: Mapping[str, str]) -> Room:
    """Tell where a request belongs, by its address and what it asks for.

    It is read as the application reads it: a letter that is written as `%77` asks for the same. What calculates does so
    in its own room, also where it says that it would wait.
    """
    path, query = _read(target)
    if path in PROBES:
        return Room.PROBES
    if method == "POST" and PREDICTION.search(path):
        return Room.PREDICTIONS
    if (method == "POST" and EVALUATION.search(path)) or SPLIT.search(path):
        return Room.EVALUATIONS
    if TRANSFER.search(path) or (method in {"POST", "PATCH"} and UPLOAD.search(path)):
        return Room.TRANSFERS
    follows = EVENTS.search(path) and "text/" in headers.get("accept", "").lower()  # also `text/*`
    if follows or WAIT.search(query) or "wait" in headers.get("prefer", "").lower():
        return Room.WAITS
    return Room.ORDINARY


def _read(target: str) -> tuple[str, str]:
    """Take path and query out of an address, in their plain spelling."""
    if not target.startswith("/"):
        target = WHOLE_ADDRESS.sub("", target)
    path, _, query = target.partition("#")[0].partition("?")
    if "%" in target:
        path, query = unquote(path), unquote(query)
    return path.rstrip("/"), query


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
