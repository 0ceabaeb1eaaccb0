"""Database connections: transactions for writing, snapshots for reading, the same on SQLite and PostgreSQL."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

from store.database.outages import explained

BUSY_SECONDS = 10  # how long a writer on SQLite waits for its turn
POOL_SIZE = 16
WITHOUT_SNAPSHOT = {"autocommit_reads": True}
POSTGRES_DEFAULTS = {
    # Without a limit, a host that vanished keeps a request for minutes.
    "connect_timeout": 5,
    # A connection whose other end is gone (a restarted host, a forgotten flow) is noticed within a minute.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


class Database:
    """Opens its engine on first use in each process, so that a fork never shares a connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect = make_url(url).get_backend_name()
        self._engine: Engine | None = None
        self._pid = 0
        self._opening = Lock()
        # After a fork, the parent's connections stay the parent's: closed here, even by the garbage collector, they
        # would be closed there, or lose the locks of SQLite.
        self._left_alone: list[Engine | None] = []

    @property
    def engine(self) -> Engine:
        """The engine of this process."""
        if self._engine is None or self._pid != os.getpid():
            with self._opening:
                if self._engine is None or self._pid != os.getpid():
                    self._left_alone.append(self._engine)
                    self._engine, self._pid = open_engine(self.url), os.getpid()
        return self._engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Write: commit at the end, roll back on any error. Raises `DatabaseAway` and `StorageFull`."""
        with explained(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            if self.dialect == "sqlite":
                # A read that later writes would be told "locked" at once, or lose an update: take the write lock first.
                session.connection(execution_options={"begin_immediate": True})
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read; nothing is kept. Raises `DatabaseAway`."""
        with explained(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """Read what is asked all the time: without a session, each statement for itself. Raises `DatabaseAway`."""
        with explained(), self.engine.connect() as connection:
            yield connection.execution_options(**WITHOUT_SNAPSHOT)

    def ping(self) -> None:
        """Raise `DatabaseAway` when the database does not answer."""
        with self.glancing() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close the connections of this process."""
        if self._engine is not None and self._pid == os.getpid():
            self._engine.dispose()
        self._engine = None


def open_engine(url: str) -> Engine:
    """Make an engine with what each database needs to keep its promises."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return open_sqlite(parsed)
    given = {name: value for name, value in POSTGRES_DEFAULTS.items() if name not in parsed.query}
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=10,
        pool_pre_ping=True,  # a restarted server costs a reconnect, not an error
        pool_recycle=1800,
        connect_args=given,
        json_serializer=to_json,
    )


def open_sqlite(url: URL) -> Engine:
    """Make an engine whose connections are set up and whose transactions begin as we say."""
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        json_serializer=to_json,
    )
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Set a connection up: our own BEGIN, readers beside a writer, commits that survive power loss."""
    connection.isolation_level = None  # the driver would begin too late, after the first read
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_sqlite(connection: Any) -> None:
    """Begin a transaction, with the write lock when one is announced; none for a single statement that reads."""
    options = connection.get_execution_options()
    if not options.get("autocommit_reads", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("begin_immediate", False) else "BEGIN")


# NaN is no JSON: PostgreSQL would refuse it, SQLite would keep what no client can read.
to_json = partial(json.dumps, allow_nan=False, separators=(",", ":"))
