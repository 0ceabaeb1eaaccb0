"""Questions: statements that are used again and again, written once as the text that a driver takes.

SQLAlchemy takes ten times as long to pass a statement through its layers as SQLite to answer it. Here its compiler and
its types are used once; after that a question is a text, the names of its parameters and a reader for each column.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Dialect, Insert, Select, Text, cast
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON, TypeDecorator

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


def ask(session: Session, statement: Statement, parameters: Mapping[str, Any]) -> list[SimpleNamespace]:
    """Return the rows of an answer within a transaction."""
    connection = session.connection()
    question = question_of(statement, connection.dialect)
    return [question.read(row) for row in connection.exec_driver_sql(question.text, question.arguments(parameters))]


def add(session: Session, statement: Insert, values: Mapping[str, Any]) -> None:
    """Write a row within a transaction, with all the values that the statement has places for."""
    connection = session.connection()
    wording = wording_of(statement, connection.dialect)
    connection.exec_driver_sql(wording.text, wording.arguments(values))


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
