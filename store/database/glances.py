"""Glances: reads without a session and without a transaction, each statement a snapshot of its own."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from store.database.questions import NOTHING, Answers, Parameters, Question, Statement, question_of, told, wrapped


class Glance(Answers):
    """A connection that is borrowed for a moment, on which every statement is committed by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = self._borrowed()

    def execute(self, statement: Statement, parameters: Parameters = NOTHING) -> list[SimpleNamespace]:
        """Return all rows of an answer."""
        question = self.question(statement)
        return [question.read(row) for row in self.ask(question, parameters)]

    def first(self, statement: Statement, parameters: Parameters = NOTHING) -> SimpleNamespace | None:
        """Return the first row; None where there is none."""
        return next(iter(self.execute(statement, parameters)), None)

    def question(self, statement: Statement) -> Question:
        """Write a statement as this database is asked it."""
        return question_of(statement, self._engine.dialect)

    def ask(self, question: Question, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """Return the rows as the driver gives them.

        A connection that has died while it was idle, with a server that was restarted, is replaced once: to ask for a
        sign of life before each question would take as long as the question.
        """
        try:
            return self._answered(question, parameters)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        self._connection.invalidate()
        self._engine.dispose()  # its other connections died with this one
        self._connection = self._borrowed()
        return self._answered(question, parameters)

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _borrowed(self) -> PoolProxiedConnection:
        dialect = self._engine.dialect
        try:
            return self._engine.raw_connection()
        except dialect.loaded_dbapi.Error as error:
            raise wrapped(error, None, dialect) from error

    def _answered(self, question: Question, parameters: Parameters) -> Sequence[Sequence[Any]]:
        with told(self._connection, self._engine.dialect, question, parameters) as cursor:
            found: Sequence[Sequence[Any]] = cursor.fetchall()
        return found
