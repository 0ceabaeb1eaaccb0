"""gunicorn's threaded worker with a front of ours: the event loop takes requests in, and rooms of threads serve them.

accept → Arrival (the loop gathers it) → a room's thread: parse, application, answer → kept alive: Arrival again

Whoever is slow to send costs a place in a table, not a thread; when the table is full, who has been idle longest goes.
"""

import contextlib
import errno
import gc
import resource
import selectors
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn.http.errors import ParseException
from gunicorn.workers import gthread

from app.server import refusals
from app.server.arrivals import Arrival
from app.server.pacing import STALL_SECONDS, PacedSocket
from app.server.rooms import Room, Rooms

LINGER_SECONDS = 2.0
GARBAGE_AT_ONCE = 10_000
READ_BYTES = 1 << 16


class Connection(gthread.TConn):  # type: ignore[misc]  # gunicorn has no types
    """A client's connection, with the request that arrives on it."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.arrival = Arrival()
        self.served = 0
        self.lingers_until = 0.0  # set once it was answered for the last time
        self.latest = float("inf")  # a server that stops waits no longer than this

    @property
    def deadline(self) -> float:
        """Until when the loop waits for it: a kept connection may be silent for as long as gunicorn's setting says."""
        if self.lingers_until:
            return self.lingers_until
        if self.served and not self.arrival.data:
            return min(self.latest, self.arrival.began + float(self.cfg.keepalive))
        return min(self.latest, self.arrival.deadline)

    def hand_over(self) -> None:
        """Give what has arrived to the parser, which reads the rest of a long body at the client's pace."""
        self.init()
        self.sock.settimeout(STALL_SECONDS)
        self.parser.unreader.sock = PacedSocket(self.sock)
        self.parser.unreader.unread(bytes(self.arrival.data))


class Worker(gthread.ThreadWorker):  # type: ignore[misc]
    """One process that serves."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.waiting: dict[Connection, None] = {}  # in the order in which they began to wait

    def init_process(self) -> None:
        """Make room for as many open files as the system allows."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        super().init_process()

    def get_thread_pool(self) -> Rooms:
        """Serve in rooms instead of in one pool."""
        return Rooms()

    def load_wsgi(self) -> None:
        """Load the application, and have connections closed whose body nobody read."""
        super().load_wsgi()
        gc.collect()
        gc.freeze()  # what was loaded stays; to look through it again and again costs each request a twentieth
        gc.set_threshold(GARBAGE_AT_ONCE)
        self.wsgi: Callable[..., Any] = closing_unread(self.wsgi)

    # ---- the loop: whoever waits costs no thread

    def accept(self, listener: socket.socket) -> None:
        """Let a client in; when there are too many, the one that has been silent longest makes room."""
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno in {errno.EMFILE, errno.ENFILE}:  # otherwise it was gone before it was let in
                self._make_room()
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        self._wait_for(Connection(self.cfg, sock, address, listener.getsockname()))

    def run(self) -> None:
        """Serve until asked to stop; the base class looks after idle connections once in each round."""
        self.max_keepalived = self.worker_connections
        super().run()

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002  # gunicorn's signature
        """Part with those whose time is over."""
        now = time.monotonic()
        for connection in [each for each in self.waiting if force or each.deadline <= now]:
            if connection.arrival.data and not connection.lingers_until and not force:
                self._refuse(connection, refusals.TOO_SLOW)
            else:
                self._drop(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """Close silent connections early while stopping."""
        for connection in self.waiting:
            connection.latest = deadline

    def _wait_for(self, connection: Connection) -> None:
        connection.sock.setblocking(False)
        self.waiting[connection] = None
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self._read, connection))

    def _read(self, connection: Connection, _sock: Any) -> None:
        """Take what a client sent; begin to serve it when that is enough."""
        try:
            data = connection.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(connection)
        elif connection.lingers_until:
            return  # it was answered already; what it still sends is of no interest
        else:
            if not connection.arrival.data:
                connection.arrival.began = time.monotonic()
            self._take(connection, data)

    def _take(self, connection: Connection, data: bytes) -> None:
        try:
            connection.arrival.take(data)
        except Exception:  # a fault of ours may cost a request, never the loop that serves all
            self.log.exception("a head could not be looked at")
            self._refuse(connection, refusals.FAULT)
            return
        if connection.arrival.is_too_long:
            self._refuse(connection, refusals.HEAD_TOO_LONG)
        elif connection.arrival.is_coded:
            self._refuse(connection, refusals.UNKNOWN_CODING)
        elif connection.arrival.is_ready:
            self._stop_waiting(connection)
            self.enqueue_req(connection)

    def _make_room(self) -> None:
        """Part with who has waited longest: answered ones first, then silent ones, then unfinished heads."""
        order = sorted(self.waiting, key=lambda each: (not each.lingers_until, bool(each.arrival.data)))
        for connection in order[:1]:
            self._drop(connection)

    def _stop_waiting(self, connection: Connection) -> None:
        if connection in self.waiting:
            del self.waiting[connection]
            with contextlib.suppress(OSError, KeyError, ValueError):
                self.poller.unregister(connection.sock)

    def _drop(self, connection: Connection) -> None:
        self._stop_waiting(connection)
        self.nr_conns -= 1
        connection.close()

    def _refuse(self, connection: Connection, refusal: refusals.Refusal) -> None:
        """Answer without the application, at once, and part."""
        with contextlib.suppress(OSError):
            connection.sock.setblocking(False)
            connection.sock.send(refusal.to_http())
        self.log.warning("refused before the application: %s", refusal.code)
        self._linger(connection)

    def _linger(self, connection: Connection) -> None:
        """Close our side and read on for a moment: to close on unread bytes takes the answer back (RFC 9112, 9.6)."""
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_WR)
        connection.lingers_until = time.monotonic() + LINGER_SECONDS
        if connection not in self.waiting:
            try:
                self._wait_for(connection)
            except (OSError, ValueError, KeyError):
                self._drop(connection)

    # ---- rooms: a thread for each request that has arrived

    def enqueue_req(self, connection: Connection) -> None:
        """Give a request to a thread of its room; shed it when the room is full."""
        room = connection.arrival.room or Room.ORDINARY
        try:
            connection.hand_over()
        except OSError:
            self._drop(connection)
            return
        future = self.tpool.enter(room, self.handle, connection)
        if future is None:
            self._refuse(connection, refusals.OVERLOADED)
            return
        future.add_done_callback(lambda done: self.method_queue.defer(self._finish, connection, room, done))

    def _finish(self, connection: Connection, room: Room, done: Any) -> None:
        """Part, or wait for the next request, of which a first piece may be here already."""
        self.tpool.leave(room)
        try:
            is_kept = not done.cancelled() and bool(done.result())
            left = connection.parser.unreader.take_buffered() if is_kept else b""
        except Exception:
            self.log.exception("a request ended badly")
            is_kept, left = False, b""
        if not is_kept:
            self._linger(connection)
            return
        connection.served += 1
        connection.arrival = Arrival()
        try:
            self._wait_for(connection)
        except (OSError, ValueError):
            self._drop(connection)
            return
        if left:
            self._take(connection, left)

    def handle(self, connection: Connection) -> bool:
        """Serve one request in a thread; reads and writes are bounded in time."""
        try:
            request = next(connection.parser)
            if not request:
                return False
            kept = self.handle_request(request, connection)
            return bool(self._keepalive_after(connection, kept))
        except StopIteration:
            return False
        except ParseException as error:
            refusals.send(connection.sock, refusals.of(error))
            return False
        except OSError as error:
            self.log.debug("a client went away: %s", error)
            return False
        except Exception:
            self.log.exception("a request failed outside of the application")
            refusals.send(connection.sock, refusals.FAULT)
            return False


def closing_unread(application: Callable[..., Any]) -> Callable[..., Any]:
    """Have `Connection: close` said where the body is not read to its end: the bytes that follow are no request."""

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"]

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if is_unread(body):
                start_response.__self__.force_close()
            return start_response(status, headers, *rest)

        return application(environ, start)

    return serve


def is_unread(body: Any) -> bool:
    """Tell whether a body has more to come than what has been buffered."""
    reader: Any = getattr(body, "reader", None)
    length = getattr(reader, "length", None)
    if length is not None:
        buffered = reader.unreader.buf.getbuffer().nbytes
        return bool(length > buffered)
    return getattr(reader, "parser", None) is not None
