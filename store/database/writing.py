"""Writing without a session: a transaction whose statements are questions, for what is written all the time."""

from collections.abc import Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from store.database.questions import NOTHING, Statement, ask


class Writing:
    """A transaction. SQLAlchemy's session keeps track of objects, which takes longer than to write two rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def connection(self) -> Connection:
        """Return the connection of the transaction, as a session does."""
        return self._connection

    def execute(self, statement: Statement, parameters: Mapping[str, Any] = NOTHING) -> list[SimpleNamespace]:
        """Return all rows of an answer."""
        return ask(self, statement, parameters)

    def scalars(self, statement: Statement, parameters: Mapping[str, Any] = NOTHING) -> list[Any]:
        """Return the first value of each row."""
        return [next(iter(vars(row).values())) for row in self.execute(statement, parameters)]

    def scalar(self, statement: Statement, parameters: Mapping[str, Any] = NOTHING) -> Any:
        """Return the first value of the first row; None where there is none."""
        return next(iter(self.scalars(statement, parameters)), None)

    @cached_property
    def session(self) -> Session:
        """A session within the transaction, for what is written now and then. It may roll back, but not commit."""
        return Session(bind=self._connection, expire_on_commit=False, join_transaction_mode="rollback_only")

    def close(self) -> None:
        """Write what the session still holds."""
        if "session" in vars(self):
            self.session.commit()
            self.session.close()
