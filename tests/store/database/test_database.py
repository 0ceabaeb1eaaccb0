"""The database keeps its promises on SQLite and PostgreSQL."""

import os
import signal
import sqlite3
import time
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from store.database.database import Database
from store.database.outages import explained
from store.database.tables import Project
from store.errors import DatabaseAway, StorageFull, StoreError
from tests.observing import PROMPTLY
from tests.servers import running_postgres
from tests.store.samples import at_once, count_up

ROUNDS = 40


def counted(database: Database) -> int:
    """Read the count."""
    with database.reading() as session:
        return int(session.scalars(select(Project.name)).one())


@pytest.fixture
def counter(database: Database) -> Database:
    """A database with a count of nought."""
    with database.transaction() as session:
        session.scalars(select(Project)).one().name = "0"
    return database


def test_threads_lose_no_update(counter: Database) -> None:
    """Without a lock taken before the first read, SQLite loses updates and raises nothing."""
    at_once(*[partial(count_up, counter.url, ROUNDS)] * 4)

    assert counted(counter) == 4 * ROUNDS


def test_processes_lose_no_update(counter: Database, processes: Pool) -> None:
    """The same across processes, which is how workers meet."""
    processes.starmap(count_up, [(counter.url, ROUNDS)] * 2, chunksize=1)

    assert counted(counter) == 2 * ROUNDS


def test_an_error_undoes_the_transaction(counter: Database) -> None:
    """Half a use case must never be seen."""

    def change_and_fail() -> None:
        with counter.transaction() as session:
            session.scalars(select(Project)).one().name = "7"
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert counted(counter) == 0


def test_a_reader_sees_a_snapshot_while_others_write(sqlite_url: str) -> None:
    """In SQLite's older mode a reader would block every writer."""
    database = Database(sqlite_url)

    with database.reading() as reader:
        before = reader.scalars(select(Project.name)).one()
        with database.transaction() as session:
            session.scalars(select(Project)).one().name = "new"
        after = reader.scalars(select(Project.name)).one()

    database.close()
    assert before == after == "default"


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_sqlite_is_set_up_for_durability(sqlite_url: str, pragma: str, value: object) -> None:
    """A 202 must survive a power cut: WAL alone may lose the last commits."""
    database = Database(sqlite_url)
    with database.engine.connect() as connection:
        found = connection.execute(text(f"PRAGMA {pragma}")).scalar()

    database.close()
    assert found == value


FORKING = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # that it is risky is why it is tested


@FORKING
def test_a_forked_child_opens_its_own_connections(counter: Database) -> None:
    """Two processes on one connection read each other's answers; Celery and gunicorn fork."""
    of_parent = counter.engine
    assert counted(counter) == 0
    child = os.fork()
    if not child:
        with counter.transaction() as session:
            session.scalars(select(Project)).one().name = "1"
        os._exit(2 if counter.engine is of_parent else 0)

    _, status = os.waitpid(child, 0)

    assert status == 0
    assert counted(counter) == 1


def test_an_absent_database_is_told_as_such(tmp_path: Path) -> None:
    """The API answers 503 to this, and 500 to faults of our own."""
    for url in (f"sqlite:///{tmp_path}/none/x.db", "postgresql://chainrule@127.0.0.1:1/x"):
        with pytest.raises(DatabaseAway, match="does not answer"):
            Database(url).ping()


def test_a_database_that_dies_is_told_and_found_again() -> None:
    """A restart of the server must cost one answer, not the process."""
    with running_postgres() as server:
        database = Database(server.url)
        with pytest.raises(DatabaseAway), database.reading() as session:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        database.ping()

        database.close()


def test_waiting_for_the_lock_of_sqlite_ends(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that hangs must not hang everybody else for ever."""
    monkeypatch.setattr("store.database.database.BUSY_SECONDS", 0.2)
    database = Database(sqlite_url)
    started = time.monotonic()

    with database.transaction(), pytest.raises(DatabaseAway, match="locked"), database.transaction():
        pass

    database.close()
    assert time.monotonic() - started < PROMPTLY


def test_a_full_disk_is_told_as_such(sqlite_url: str) -> None:
    """The API answers 507 to this; nothing may be half written."""
    database = Database(sqlite_url)

    def fill() -> None:
        with database.transaction() as session:
            session.scalars(select(Project)).one().name = "half"
            session.flush()
            session.execute(text("PRAGMA max_page_count=1"))
            session.execute(text("CREATE TABLE big AS SELECT zeroblob(10000000)"))

    with pytest.raises(StorageFull):
        fill()

    with database.reading() as session:
        assert session.scalars(select(Project.name)).one() == "default"
    database.close()


def test_wrong_sql_stays_a_fault_of_ours(database: Database) -> None:
    """Answering 503 to a bug would hide it behind retries."""
    with pytest.raises(SQLAlchemyError) as caught, database.reading() as session:
        session.execute(text("SELECT * FROM nowhere"))

    assert not isinstance(caught.value, StoreError)


def test_what_is_away_is_still_an_error_of_sqlalchemy() -> None:
    """Whoever outlives an outage by catching SQLAlchemy's errors must not be surprised."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR"

    with pytest.raises(SQLAlchemyError), explained():
        raise OperationalError("SELECT 1", {}, error)


@FORKING
def test_a_writer_that_is_killed_leaves_the_lock(sqlite_url: str) -> None:
    """A worker killed inside a transaction must not stop the service."""
    child = os.fork()
    if not child:
        with Database(sqlite_url).transaction() as session:
            session.scalars(select(Project)).one().name = "half"
            session.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    database = Database(sqlite_url)

    with database.transaction() as session:
        name = session.scalars(select(Project.name)).one()

    database.close()
    assert name == "default"


def test_a_removed_file_of_sqlite_is_missed_and_a_new_one_is_opened(sqlite_url: str, tmp_path: Path) -> None:
    """Writes into a file that has no name any more would be lost; a backup that is put back is used at once."""
    database = Database(sqlite_url)
    file, aside = tmp_path / "chainrule.db", tmp_path / "aside.db"
    with database.transaction() as session:
        session.scalars(select(Project)).one().name = "before"

    file.rename(aside)
    with pytest.raises(DatabaseAway, match="is gone"):
        database.ping()
    with pytest.raises(DatabaseAway, match="is gone"), database.transaction():
        pass
    assert not file.exists()
    aside.rename(file)
    with database.reading() as session:
        assert session.scalars(select(Project.name)).one() == "before"
    database.close()
