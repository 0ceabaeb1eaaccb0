"""A client that costs little: connections that send nearly the same bytes again and again, and count the answers.

    python -m benchmarks.load.client HOST PORT CONNECTIONS SECONDS < REQUEST

It runs in a process of its own and prints JSON: answers by status, and seconds of each answer.
"""

import itertools
import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

READ_BYTES = 1 << 18
MARK = b"0.00123456789"
"""A number in a request that is another one each time, as long as this: no two such bodies are the same."""
NUMBERS = itertools.count(time.time_ns() // 1000 % 10_000_000)
END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Connection:
    """One connection with one request on its way."""

    sock: socket.socket
    data: bytearray = field(default_factory=bytearray)
    sent_at: float = 0.0

    @property
    def answer(self) -> tuple[int, bool] | None:
        """The status, and whether the connection stays; None while the answer is not whole."""
        end = self.data.find(END_OF_HEAD)
        if end < 0:
            return None
        head = bytes(self.data[:end]).lower()
        _, _, length = head.partition(b"content-length:")
        size = int(length.split(b"\r\n", 1)[0] or 0)
        if len(self.data) < end + len(END_OF_HEAD) + size:
            return None
        return int(head[9:12]), b"connection: close" not in head


def main(host: str, port: int, connections: int, seconds: float, request: bytes) -> None:
    """Send for so long, and print what came back."""
    statuses: dict[int, int] = {}
    took: list[float] = []
    lost = 0
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            begin(selector, host, port, request)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for key, _ in selector.select(0.1):
                connection: Connection = key.data
                try:
                    piece = connection.sock.recv(READ_BYTES)
                except OSError:
                    piece = b""
                connection.data += piece
                found = connection.answer if piece else None
                if found is None and piece:
                    continue
                if found is None:
                    lost += 1
                else:
                    took.append(time.monotonic() - connection.sent_at)
                    statuses[found[0]] = statuses.get(found[0], 0) + 1
                if found is not None and found[1]:
                    connection.data.clear()
                    connection.sent_at = time.monotonic()
                    connection.sock.sendall(anew(request))
                else:
                    selector.unregister(connection.sock)
                    connection.sock.close()
                    begin(selector, host, port, request)
    took.sort()
    spread = {str(share): took[min(len(took) - 1, int(share * len(took)))] if took else None for share in (0.5, 0.99)}
    print(json.dumps({"statuses": statuses, "lost": lost, "seconds": seconds, "took": spread}))


def anew(request: bytes) -> bytes:
    """Put the next number into the place of the mark."""
    return request.replace(MARK, b"0.001%08d" % next(NUMBERS))


def begin(selector: selectors.BaseSelector, host: str, port: int, request: bytes) -> None:
    """Open a connection and send the first request."""
    sock = socket.create_connection((host, port), timeout=10)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    selector.register(sock, selectors.EVENT_READ, Connection(sock, sent_at=time.monotonic()))
    sock.sendall(anew(request))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.stdin.buffer.read())
