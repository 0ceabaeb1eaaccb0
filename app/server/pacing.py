"""A socket whose other end may not dawdle: what is read must come at a least rate, after some grace."""

import socket
import time
from dataclasses import dataclass

GRACE_SECONDS = 10.0
LEAST_BYTES_PER_SECOND = 1024
STALL_SECONDS = 20.0  # the longest that a single read or write may take


@dataclass
class PacedSocket:
    """Reads from a socket for one request; only the time spent waiting for the client counts."""

    sock: socket.socket
    waited: float = 0.0
    received: int = 0

    def recv(self, most: int) -> bytes:
        """Read; raises TimeoutError when the client is too slow."""
        patience = GRACE_SECONDS + self.received / LEAST_BYTES_PER_SECOND - self.waited
        if patience <= 0:
            raise TimeoutError("the body comes too slowly")
        self.sock.settimeout(min(patience, STALL_SECONDS))
        began = time.monotonic()
        try:
            data = self.sock.recv(most)
        finally:
            self.waited += time.monotonic() - began
            self.sock.settimeout(STALL_SECONDS)
        self.received += len(data)
        return data

    def gettimeout(self) -> float | None:
        """Return the timeout of the socket."""
        return self.sock.gettimeout()

    def settimeout(self, seconds: float | None) -> None:
        """Set the timeout of the socket."""
        self.sock.settimeout(seconds)
