"""The database keeps its promises on SQLite and PostgreSQL."""

import threading

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from store import migrating
from store.database import Database
from store.tables import Project, Table


def test_migrations_give_the_tables_of_the_code(database: Database) -> None:
    """A table changed in code without a migration would work on a developer's machine only."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        differences = compare_metadata(context, Table.metadata)

    assert differences == []


def test_migrations_go_back_and_forth(database: Database) -> None:
    """An operator must be able to undo an upgrade."""
    migrating.downgrade(database, "base")
    assert migrating.current_revision(database) is None

    migrating.migrate(database)

    assert migrating.is_current(database)


def test_concurrent_read_modify_write_loses_nothing(database: Database) -> None:
    """Without a lock taken before the first read, SQLite loses updates and raises nothing."""

    def add_ten() -> None:
        for _ in range(10):
            with database.transaction() as session:
                project = session.scalars(select(Project).with_for_update()).one()
                project.name = str(int(project.name) + 1)

    with database.transaction() as session:
        session.scalars(select(Project)).one().name = "0"
    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert session.scalars(select(Project.name)).one() == "40"
