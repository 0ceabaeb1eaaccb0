"""Database errors: away or full, told apart from faults of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from store.errors import DatabaseAway, StorageFull

FULL = {"SQLITE_FULL", "53100"}  # SQLite's name and PostgreSQL's code of "no room left"


@contextmanager
def explained() -> Iterator[None]:
    """Raise `DatabaseAway` or `StorageFull` where the database could not do its work; all else passes."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseAway("The database is too busy: no connection became free in time.") from error
    except DBAPIError as error:
        if code(error) in FULL:
            raise StorageFull("The database has no room left.") from error
        if is_away(error):
            raise DatabaseAway(f"The database does not answer: {first_line(error)}") from error
        raise


def is_away(error: DBAPIError) -> bool:
    """Tell whether a statement failed for the database's sake and not for its own."""
    if isinstance(error.orig, sqlite3.Error):
        return isinstance(error, OperationalError) and code(error) != "SQLITE_ERROR"  # that one is wrong SQL
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def code(error: DBAPIError) -> str | None:
    """Return SQLite's name or PostgreSQL's code of an error."""
    return getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)


def first_line(error: DBAPIError) -> str:
    """Return what the driver said, without statement and values."""
    return str(error.orig).partition("\n")[0]
