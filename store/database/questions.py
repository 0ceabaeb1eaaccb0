"""Questions: statements that are used again and again, written once as the text that a driver takes.

SQLAlchemy takes ten times as long to pass a statement through its layers as SQLite to answer it. Here its compiler and
its types are used once; after that a question is a text, the names of its parameters and a reader for each column.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import MappingProxyType, SimpleNamespace
from typing import Any, Protocol

from sqlalchemy import Connection, Dialect, Insert, Select, Text, cast
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.types import JSON, TypeDecorator

Parameters = Mapping[str, Any]
NOTHING: Parameters = MappingProxyType({})
Reader = Callable[[Any], Any]
Statement = Select[*tuple[Any, ...]]


class Wording:
    """A statement as one kind of database is told it."""

    def __init__(self, statement: Statement | Insert, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError(f"The text of a question cannot depend on its values: {statement}")
        self.text = str(compiled)
        self.order: Sequence[str] | None = compiled.positiontup if compiled.positional else None
        self._fixed = dict(compiled.construct_params(_check=False))
        writers = [(name, _writer(bound.type, dialect)) for bound, name in compiled.bind_names.items()]
        self._writers = [(name, writer) for name, writer in writers if writer is not None]

    def arguments(self, given: Mapping[str, Any]) -> Any:
        """Return what goes with the text, as the driver takes it."""
        values = {**self._fixed, **given}
        for name, writer in self._writers:
            values[name] = writer(values[name])
        return values if self.order is None else tuple(values[name] for name in self.order)


class Question(Wording):
    """A select, and how its rows are read."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        super().__init__(statement, dialect)
        columns = list(statement.selected_columns)
        self.index = {str(column.key): place for place, column in enumerate(columns)}
        self._readers = [
            (place, reader) for place, each in enumerate(columns) if (reader := _reader(each.type, dialect)) is not None
        ]

    def read(self, row: Sequence[Any]) -> SimpleNamespace:
        """Return a row as values of Python, under the names of its columns."""
        values = list(row)
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return SimpleNamespace(**dict(zip(self.index, values, strict=True)))


class DocumentText(TypeDecorator[Any]):
    """The text of a JSON document, which is read when somebody looks at it."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002  # SQLAlchemy's signature
        """Read the document."""
        return None if value is None else json.loads(value)


def light(column: Any) -> Any:
    """Have a document given as its text, which no driver decodes before somebody asks for it."""
    return cast(column, DocumentText) if isinstance(column.type, JSON) else column


class Answers(ABC):
    """What answers statements with rows; and with less, where less is wanted."""

    @abstractmethod
    def execute(self, statement: Statement, parameters: Parameters = NOTHING) -> list[SimpleNamespace]:
        """Return all rows of an answer."""

    def scalars(self, statement: Statement, parameters: Parameters = NOTHING) -> list[Any]:
        """Return the first value of each row."""
        return [next(iter(vars(row).values())) for row in self.execute(statement, parameters)]

    def scalar(self, statement: Statement, parameters: Parameters = NOTHING) -> Any:
        """Return the first value of the first row; None where there is none."""
        return next(iter(self.scalars(statement, parameters)), None)


class Transaction(Protocol):
    """What has a connection: a session, or what stands in for one."""

    def connection(self) -> Connection:
        """Return the connection of the transaction."""


def ask(session: Transaction, statement: Statement, parameters: Mapping[str, Any]) -> list[SimpleNamespace]:
    """Return the rows of an answer within a transaction."""
    connection = session.connection()
    question = question_of(statement, connection.dialect)
    with told(connection.connection, connection.dialect, question, parameters) as cursor:
        return [question.read(row) for row in cursor.fetchall()]


def add(session: Transaction, statement: Insert, values: Mapping[str, Any]) -> None:
    """Write a row within a transaction, with all the values that the statement has places for."""
    connection = session.connection()
    with told(connection.connection, connection.dialect, wording_of(statement, connection.dialect), values):
        pass


@contextmanager
def told(driver: PoolProxiedConnection, dialect: Dialect, wording: Wording, values: Mapping[str, Any]) -> Iterator[Any]:
    """Have a driver run a statement; give the cursor. Errors of the driver are wrapped as SQLAlchemy does."""
    arguments = wording.arguments(values)
    try:
        cursor = driver.cursor()
        cursor.execute(wording.text, arguments)
        yield cursor
        cursor.close()
    except dialect.loaded_dbapi.Error as error:
        raise wrapped(error, driver, dialect, wording.text, arguments) from error


def wrapped(error: Any, driver: Any, dialect: Dialect, text: str = "", arguments: Any = None) -> DBAPIError:
    """Wrap a driver's error, and tell whether the connection died of it."""
    wrap: Callable[..., Any] = DBAPIError.instance
    is_dead = driver is not None and dialect.is_disconnect(error, driver.dbapi_connection, None)
    kind = dialect.loaded_dbapi.Error
    found: DBAPIError = wrap(text, arguments, error, kind, connection_invalidated=is_dead, dialect=dialect)
    return found


@lru_cache(maxsize=64)
def wording_of(statement: Insert, dialect: Dialect) -> Wording:
    """Return the wording of an insert, known by its identity."""
    return Wording(statement, dialect)


@lru_cache(maxsize=256)
def question_of(statement: Statement, dialect: Dialect) -> Question:
    """Return the question of a statement, which is known by its identity: one that is made anew is written anew."""
    return Question(statement, dialect)


def _reader(type_: Any, dialect: Dialect) -> Reader | None:
    found: Reader | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return found


def _writer(type_: Any, dialect: Dialect) -> Reader | None:
    found: Reader | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return found
