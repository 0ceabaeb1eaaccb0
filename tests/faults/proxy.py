"""A network that can be told to hold everything back, to forget what is connected, or to be slow: a relay of TCP."""

import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PIECE = 1 << 16


class Proxy(socketserver.ThreadingTCPServer):
    """Relays connections on a port of loopback to a server behind a TCP address or a socket file."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, server: tuple[str, int] | str) -> None:
        """Listen on a free port; nothing is held back."""
        super().__init__(("127.0.0.1", 0), Relay)
        self.server = server
        self.passing = threading.Event()
        self.passing.set()
        self.age = 0  # connections of an earlier age are forgotten: their bytes vanish, nobody is told
        self.delay_seconds = 0.0  # of each piece, in each direction

    @property
    def port(self) -> int:
        """Where clients connect."""
        return int(self.server_address[1])

    def cut(self) -> None:
        """Hold back whatever is sent, in both directions, until `heal`; then it arrives, as with retransmission."""
        self.passing.clear()

    def heal(self) -> None:
        """Let everything through again."""
        self.passing.set()

    def forget(self) -> None:
        """Let every connection that there is be half-open for ever, as behind a firewall that lost its table."""
        self.age += 1


class Relay(socketserver.BaseRequestHandler):
    """One connection."""

    server: Proxy

    def handle(self) -> None:
        """Relay both directions until one of the ends closes."""
        family = socket.AF_UNIX if isinstance(self.server.server, str) else socket.AF_INET
        with socket.socket(family) as upstream:
            upstream.connect(self.server.server)
            back = threading.Thread(target=self.relay, args=(upstream, self.request, self.server.age), daemon=True)
            back.start()
            self.relay(self.request, upstream, self.server.age)
            back.join()

    def relay(self, source: socket.socket, target: socket.socket, age: int) -> None:
        """Hand pieces on, or not, as the proxy was told."""
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                time.sleep(self.server.delay_seconds)
                self.server.passing.wait()
                if age == self.server.age:
                    target.sendall(piece)
        if age == self.server.age:
            for end in (source, target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)


@contextmanager
def relaying(server: tuple[str, int] | str) -> Iterator[Proxy]:
    """Run a proxy for this block."""
    with Proxy(server) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.heal()
            proxy.shutdown()
            thread.join()
