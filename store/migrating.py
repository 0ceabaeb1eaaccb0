"""Bringing a database to the present form of its tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from store.database import Database

ROOT = Path(__file__).parent.parent
LOCK = 0x636861696E  # any number, the same for every process that migrates


def migrate(database: Database, revision: str = "head") -> None:
    """Migrate up to a revision; safe when two processes start at once."""
    if database.dialect == "sqlite" and database.engine.url.database:
        Path(database.engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with database.engine.connect() as connection:
        begin_alone(connection)
        config = configuration(connection)
        command.upgrade(config, revision)
        connection.commit()


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to a revision."""
    with database.engine.connect() as connection:
        begin_alone(connection)
        command.downgrade(configuration(connection), revision)
        connection.commit()


def begin_alone(connection: Connection) -> None:
    """Begin a transaction in which nobody else migrates."""
    if connection.dialect.name == "sqlite":
        connection = connection.execution_options(begin_immediate=True)
        connection.execute(text("SELECT 1"))
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, on our connection."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def current_revision(database: Database) -> str | None:
    """Tell which revision the database has; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Tell which revision the code expects."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def is_current(database: Database) -> bool:
    """Tell whether the database has the form the code expects."""
    return current_revision(database) == newest_revision()
