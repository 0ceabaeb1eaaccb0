"""A database: short transactions for writing, snapshots for reading, the same on SQLite and PostgreSQL."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

BUSY_TIMEOUT_S = 10
POOL_SIZE = 16


class Database:
    """Opens its engine on first use in each process, so that a fork never shares a connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect = make_url(url).get_backend_name()
        self._engine: Engine | None = None
        self._pid = 0
        self._opening = Lock()

    @property
    def engine(self) -> Engine:
        """The engine of this process."""
        if self._engine is None or self._pid != os.getpid():
            with self._opening:
                if self._engine is None or self._pid != os.getpid():
                    if self._engine is not None:
                        self._engine.dispose(close=False)  # the parent's connections stay the parent's
                    self._engine, self._pid = open_engine(self.url), os.getpid()
        return self._engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Write: commit at the end, roll back on any error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            if self.dialect == "sqlite":
                # A read that later writes would be told "locked" at once, or lose an update: take the write lock first.
                session.connection(execution_options={"begin_immediate": True})
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read; nothing is kept."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def ping(self) -> None:
        """Raise when the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close the connections of this process."""
        if self._engine is not None and self._pid == os.getpid():
            self._engine.dispose()
        self._engine = None


def open_engine(url: str) -> Engine:
    """Make an engine with what each database needs to keep its promises."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False})
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
        return engine
    return create_engine(url, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, pool_pre_ping=True, pool_recycle=1800)


def prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Set a connection up: our own BEGIN, readers beside a writer, commits that survive power loss."""
    connection.isolation_level = None  # the driver would begin too late, after the first read
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_S * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_sqlite(connection: Any) -> None:
    """Begin a transaction, with the write lock when one is announced."""
    immediate = connection.get_execution_options().get("begin_immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
