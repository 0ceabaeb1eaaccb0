"""Database connections: transactions for writing, snapshots for reading, the same on SQLite and PostgreSQL."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, literal, make_url, select
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from store.database.column_types import to_json
from store.database.glances import Glance
from store.database.outages import explained
from store.database.writing import Writing
from store.errors import DatabaseAway

BUSY_SECONDS = 10  # how long a writer on SQLite waits for its turn
LOOK_AGAIN_SECONDS = 0.01
POOL_SIZE = 16
POSTGRES_DEFAULTS = {
    # Without a limit, a host that vanished keeps a request for minutes.
    "connect_timeout": 5,
    # A connection whose other end is gone (a restarted host, a forgotten flow) is noticed within a minute.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
OPENED = "file"
SIGN_OF_LIFE = select(literal(1))


@dataclass(frozen=True)
class Engines:
    """The connections of a process: for transactions, and for single statements that read."""

    transactions: Engine
    glances: Engine
    turn: Lock = field(default_factory=Lock)

    @contextmanager
    def taking_turns(self) -> Iterator[None]:
        """Let one thread of this process write to SQLite at a time.

        Who waits here is woken when its turn comes; SQLite looks again after a sleep, which may be a tenth of a second.
        """
        if self.transactions.dialect.name != "sqlite":
            yield
            return
        if not self.turn.acquire(timeout=BUSY_SECONDS):
            raise DatabaseAway("The database is locked: another thread of this process has been writing for long.")
        try:
            yield
        finally:
            self.turn.release()

    def close(self) -> None:
        """Close them all."""
        self.transactions.dispose()
        self.glances.dispose()


class Database:
    """Opens its engine on first use in each process, so that a fork never shares a connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect = make_url(url).get_backend_name()
        self._engines: Engines | None = None
        self._pid = 0
        self._opening = Lock()
        # After a fork, the parent's connections stay the parent's: closed here, even by the garbage collector, they
        # would be closed there, or lose the locks of SQLite.
        self._left_alone: list[Engines | None] = []

    @property
    def engine(self) -> Engine:
        """The engine of this process, for transactions."""
        return self._opened.transactions

    @property
    def _opened(self) -> Engines:
        if self._engines is None or self._pid != os.getpid():
            with self._opening:
                if self._engines is None or self._pid != os.getpid():
                    self._left_alone.append(self._engines)
                    self._engines, self._pid = open_engines(self.url), os.getpid()
        return self._engines

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Write: commit at the end, roll back on any error. Raises `DatabaseAway` and `StorageFull`."""
        opened = self._opened
        own = Session(opened.transactions, expire_on_commit=False)
        with explained(), opened.taking_turns(), own as session, session.begin():
            if self.dialect == "sqlite":
                # A read that later writes would be told "locked" at once, or lose an update: take the write lock first.
                session.connection(execution_options={"begin_immediate": True})
            yield session

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Write as `transaction` does, without a session: for what is written all the time."""
        opened = self._opened
        with explained(), opened.taking_turns(), opened.transactions.connect() as connection:
            if self.dialect == "sqlite":
                connection.execution_options(begin_immediate=True)
            with connection.begin(), closing(Writing(connection)) as writing:
                yield writing

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read; nothing is kept. Raises `DatabaseAway`."""
        with explained(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def glancing(self) -> Iterator[Glance]:
        """Read what is asked all the time: without a session, each statement for itself. Raises `DatabaseAway`."""
        with explained(), closing(Glance(self._opened.glances)) as glance:
            yield glance

    def ping(self) -> None:
        """Raise `DatabaseAway` when the database does not answer."""
        with self.glancing() as glance:
            glance.scalar(SIGN_OF_LIFE)

    def close(self) -> None:
        """Close the connections of this process."""
        if self._engines is not None and self._pid == os.getpid():
            self._engines.close()
        self._engines = None


def open_engines(url: str) -> Engines:
    """Make engines with what each database needs to keep its promises."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = open_sqlite(parsed)
        return Engines(engine, engine)  # the driver begins no transaction by itself
    transactions = open_postgres(parsed, pool_pre_ping=True)  # a restarted server costs a reconnect, not an error
    # To begin and to end a transaction, and to ask first whether anybody is there, are three more messages each.
    glances = open_postgres(parsed, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)
    event.listen(glances, "connect", prefer_indexes)
    return Engines(transactions, glances)


def open_postgres(url: URL, **options: Any) -> Engine:
    """Make an engine whose connections notice when nobody is at the other end."""
    given = {name: value for name, value in POSTGRES_DEFAULTS.items() if name not in url.query}
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=10,
        pool_recycle=1800,
        connect_args=given,
        json_serializer=to_json,
        **options,
    )


def prefer_indexes(connection: Any, _record: Any) -> None:
    """Have statements that find rows by their ids planned with an index, however small the table is.

    PostgreSQL keeps the plan of a statement for as long as its connection lasts. One that reads a table of twenty rows
    from end to end would still do so with ten thousand.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
    if not connection.autocommit:
        connection.commit()


def open_sqlite(url: URL) -> Engine:
    """Make an engine whose connections are set up and whose transactions begin as we say."""
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        json_serializer=to_json,
    )
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    watched = WatchedFile(Path(str(url.database)))
    event.listen(engine, "do_connect", watched.refuse_new)
    event.listen(engine, "connect", watched.opened)
    event.listen(engine, "checkout", watched.check)
    return engine


class WatchedFile:
    """The file of an SQLite database: what is written to one that was removed or replaced is lost without a word."""

    def __init__(self, path: Path) -> None:
        self._path, self._was_there = path, False

    def refuse_new(self, *_: object) -> None:
        """Before a connection is made: SQLite would make an empty file where there is none; raise `DatabaseAway`."""
        if self._identity() is None and self._was_there:
            raise DatabaseAway(f"The database's file {self._path} is gone.")

    def opened(self, _connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        """Remember which file a connection opened."""
        record.info[OPENED] = self._identity()
        self._was_there = True

    def check(self, _connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        """Have another file opened anew."""
        if self._identity() != record.info[OPENED]:
            raise DisconnectionError

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino


def prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Set a connection up: our own BEGIN, readers beside a writer, commits that survive power loss."""
    connection.isolation_level = None  # the driver would begin too late, after the first read
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    keep_journal(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def keep_journal(cursor: sqlite3.Cursor) -> None:
    """Have changes written beside the database; of several processes that open a new one, the first changes its form.

    Whoever comes meanwhile is told at once that it is locked, whatever the timeout: SQLite does not wait here.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(LOOK_AGAIN_SECONDS)
        else:
            return


def begin_sqlite(connection: Any) -> None:
    """Begin a transaction, with the write lock when one is announced."""
    is_writing = connection.get_execution_options().get("begin_immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
