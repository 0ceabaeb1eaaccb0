"""Schema migrations with Alembic, safe when two processes start at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text

from store.database.database import BUSY_SECONDS, Database
from store.database.outages import explained
from store.errors import IntegrityLost

ROOT = Path(__file__).parents[2]
LOCK = 0x636861696E  # any number, the same for every process that migrates
PATIENCE_SECONDS = 300  # for another one that migrates: on a busy machine it takes longer than a writer should wait


def migrate(database: Database, revision: str = "head") -> None:
    """Migrate up to a revision; safe when two processes start at once."""
    if database.dialect == "sqlite" and (file := make_url(database.url).database):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    with explained(), alone(database) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to a revision."""
    with explained(), alone(database) as connection:
        command.downgrade(configuration(connection), revision)


@contextmanager
def alone(database: Database) -> Iterator[Connection]:
    """Give a connection in a transaction during which nobody else migrates; commit at the end."""
    with database.engine.connect() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection
            connection.commit()
            return
        with unchecked(connection):
            connection.execution_options(begin_immediate=True).execute(text("SELECT 1"))
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise IntegrityLost(f"A migration left rows that refer to nothing: {broken[:5]}.")
            connection.commit()


@contextmanager
def unchecked(connection: Connection) -> Iterator[None]:
    """Switch foreign keys off, and wait with patience for whoever migrates already.

    SQLite changes a table by dropping its old form, which would cascade to its children.
    """
    driver = connection.connection.cursor()  # a pragma has no effect inside a transaction: below SQLAlchemy's BEGIN
    driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        driver.execute("PRAGMA foreign_keys=ON")
        driver.close()


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, on our connection."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def current_revision(database: Database) -> str | None:
    """Tell which revision the database has; None for an empty one."""
    with explained(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Tell which revision the code expects."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def is_current(database: Database) -> bool:
    """Tell whether the database has the form the code expects."""
    return current_revision(database) == newest_revision()
