"""A request while it arrives: its bytes until there is enough to give it a thread, within limits of time and size.

No thread waits for a client: a head is gathered by the event loop, and so is a small body.
"""

import re
import time
from dataclasses import dataclass, field

from app.server.rooms import Room, room_of

HEAD_SECONDS = 10.0
MOST_HEAD_BYTES = 64 << 10
BODY_SECONDS = 15.0
SMALL_BODY_BYTES = 128 << 10  # times the most connections: what others can make the loop hold
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")  # the parser refuses bare line feeds; here they end a head, so that it can
LENGTH = re.compile(rb"\d{1,18}")


@dataclass(frozen=True)
class Head:
    """What the first lines of a request tell about where it belongs."""

    method: str
    target: str
    headers: dict[str, str]
    ends_at: int  # bytes, from the start of the request

    @property
    def body_bytes(self) -> int | None:
        """How long the body is; None where only reading it tells."""
        if "transfer-encoding" in self.headers:
            return None
        text = self.headers.get("content-length", "0").encode()
        return int(text) if LENGTH.fullmatch(text) else 0  # nonsense is for the parser to refuse


def read_head(data: bytes | bytearray, *, searched: int = 0) -> Head | None:
    """Read a head that is complete; what is malformed in it is left to the parser, which refuses it.

    The end is not among the first `searched` bytes: who sends one byte at a time does not have all of them read anew.
    """
    start = len(data) - len(data.lstrip(b"\r\n")) if data.startswith((b"\r", b"\n")) else 0
    end = END_OF_HEAD.search(data, max(start, searched - 3))
    if end is None:
        return None
    first, *lines = data[start : end.start()].decode("latin-1").splitlines()
    words = first.split(" ")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Head(words[0], words[1] if len(words) > 1 else "", headers, end.end())


@dataclass
class Arrival:
    """The bytes that came so far; `room` is known once the head is whole."""

    data: bytearray = field(default_factory=bytearray)
    began: float = field(default_factory=time.monotonic)
    head: Head | None = None
    room: Room | None = None
    is_read_by_thread: bool = False

    def take(self, more: bytes) -> None:
        """Add bytes that came; they settle head and room as soon as the head is whole."""
        before = len(self.data)
        self.data += more
        if self.head is None and (head := read_head(self.data, searched=before)) is not None:
            self.head, self.room = head, room_of(head.method, head.target, head.headers)
            self.is_read_by_thread = not self._comes_small(head)
            if self.is_read_by_thread:
                self.room = Room.TRANSFERS

    @property
    def is_ready(self) -> bool:
        """Tell whether a thread can begin: what it still has to read is the concern of its room."""
        if self.head is None:
            return False
        if self.is_read_by_thread:
            return True
        return len(self.data) - self.head.ends_at >= (self.head.body_bytes or 0)

    @property
    def is_too_long(self) -> bool:
        """Tell whether this can no longer become a head of bearable length."""
        return (self.head.ends_at if self.head else len(self.data)) > MOST_HEAD_BYTES

    @property
    def is_coded(self) -> bool:
        """Tell whether the body comes in codings that are taken for chunks of the body itself by the parser."""
        codings = self.head.headers.get("transfer-encoding", "").lower() if self.head else ""
        return {each.strip() for each in codings.split(",")} & {"gzip", "x-gzip", "compress", "deflate"} != set()

    @property
    def deadline(self) -> float:
        """When patience ends, on the monotonic clock."""
        return self.began + HEAD_SECONDS + (BODY_SECONDS if self.head else 0.0)

    def _comes_small(self, head: Head) -> bool:
        waits_for_a_word = "expect" in head.headers  # the parser sends `100 Continue`
        return not waits_for_a_word and head.body_bytes is not None and head.body_bytes <= SMALL_BODY_BYTES
