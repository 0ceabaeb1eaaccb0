"""Migrations bring any database to the form the code expects."""

import threading
from collections.abc import Iterator
from multiprocessing.pool import Pool
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from store.database import migrations
from store.database.database import Database
from store.database.tables import DEFAULT_PROJECT, Project, Table
from store.errors import DatabaseAway, IntegrityLost
from tests.store.samples import migrate


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a database without tables, of each kind in turn."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/new/folder/chainrule.db")
    else:
        database = Database(request.getfixturevalue("empty_postgres_url"))
    yield database
    database.close()


def test_an_empty_database_is_migrated(empty: Database) -> None:
    """The one command starts on nothing."""
    migrations.migrate(empty)

    assert migrations.is_current(empty)
    with empty.reading() as session:
        assert session.scalars(select(Project.id)).all() == [DEFAULT_PROJECT]


def test_migrating_twice_changes_nothing(database: Database) -> None:
    """Every start migrates."""
    migrations.migrate(database)

    assert migrations.is_current(database)


def test_processes_may_migrate_at_once(empty: Database, processes: Pool) -> None:
    """Containers start together; one of them must win and the others wait."""
    revisions = processes.map(migrate, [empty.url] * 4, chunksize=1)

    assert revisions == [migrations.newest_revision()] * 4


def test_who_migrates_waits_longer_than_a_writer(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a migration takes longer than anybody should wait for an order; the next one must not fail."""
    monkeypatch.setattr("store.database.database.BUSY_SECONDS", 0.05)
    database, other = Database(sqlite_url), Database(sqlite_url)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with other.transaction():
            held.set()
            done.wait(0.5)

    holding = threading.Thread(target=hold)
    holding.start()
    held.wait(5)
    with pytest.raises(DatabaseAway), database.transaction():
        pass
    migrations.migrate(database)
    holding.join()

    assert migrations.is_current(database)
    for each in (database, other):
        each.close()


def test_migrations_give_the_tables_of_the_code(database: Database) -> None:
    """A table changed in code without a migration would work on a developer's machine only."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        differences = compare_metadata(context, Table.metadata)

    assert differences == []


def test_migrations_go_back_and_forth(database: Database) -> None:
    """An operator must be able to undo an upgrade."""
    migrations.downgrade(database, "base")
    with database.engine.connect() as connection:
        left = inspect(connection).get_table_names()

    migrations.migrate(database)

    assert left == ["alembic_version"]
    assert migrations.is_current(database)


def test_a_failed_migration_leaves_nothing(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a migration can be neither repeated nor undone."""
    database = Database(sqlite_url)

    def break_rows(*_: object) -> None:
        with database.engine.connect() as other:
            assert other.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        raise RuntimeError

    monkeypatch.setattr("alembic.command.upgrade", break_rows)
    with pytest.raises(RuntimeError):
        migrations.migrate(database)

    with database.transaction() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
    database.close()


def test_a_migration_that_orphans_rows_is_undone(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Foreign keys are off while SQLite migrates, so what they protect is checked at the end."""
    database = Database(sqlite_url)

    def orphan(config: object, _revision: str) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        connection.execute(
            text("INSERT INTO keys VALUES ('key_x', 'prj_none', 'x', 'x', 'x', '2026-01-01', NULL, NULL)")
        )

    monkeypatch.setattr("alembic.command.upgrade", orphan)
    with pytest.raises(IntegrityLost, match="keys"):
        migrations.migrate(database)

    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM keys")) == 0
    database.close()
