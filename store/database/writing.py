"""Writing without a session: a transaction whose statements are questions, for what is written all the time."""

from functools import cached_property
from types import SimpleNamespace

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from store.database.questions import NOTHING, Answers, Parameters, Statement, ask


class Writing(Answers):
    """A transaction. SQLAlchemy's session keeps track of objects, which takes longer than to write two rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def connection(self) -> Connection:
        """Return the connection of the transaction, as a session does."""
        return self._connection

    def execute(self, statement: Statement, parameters: Parameters = NOTHING) -> list[SimpleNamespace]:
        """Return all rows of an answer."""
        return ask(self, statement, parameters)

    @cached_property
    def session(self) -> Session:
        """A session within the transaction, for what is written now and then. It may roll back, but not commit."""
        return Session(bind=self._connection, expire_on_commit=False, join_transaction_mode="rollback_only")

    def close(self) -> None:
        """Write what the session still holds."""
        if "session" in vars(self):
            self.session.commit()
            self.session.close()
