"""Idempotency keys: the first answer is written with what it created, and given again for a day.

No request is marked as begun: a process that dies in the middle leaves nothing behind, so its client's next try simply
does the work. Two tries at once both do it, and the commit decides: the key is unique, the loser is rolled back whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.clock import now
from store.database.database import Database
from store.database.tables import StoredReply
from store.errors import AnsweredBefore, KeyReused

KEPT = timedelta(hours=24)
SWEPT_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Once:
    """A request that is to have its effect once: the client's key, and a digest of all that it asks."""

    project_id: str
    key: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: str


def find(session: Session, once: Once) -> Reply | None:
    """Return what was answered to this request within the last day; raise `KeyReused` when it was another request."""
    found = session.scalar(
        select(StoredReply).where(
            StoredReply.project_id == once.project_id,
            StoredReply.key == once.key,
            StoredReply.created_at > now() - KEPT,
        )
    )
    if found is None:
        return None
    if found.digest != once.digest:
        raise KeyReused(once.key)
    return Reply(status=found.status, headers=found.headers, body=found.body)


def keep(session: Session, once: Once, reply: Reply) -> None:
    """Write an answer in the transaction that creates what it tells of.

    Raises `AnsweredBefore` when another try was first: let the transaction be rolled back, then `find`.
    """
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"digest": once.digest, "created_at": now(), **vars(reply)}
    row = make(StoredReply).values(project_id=once.project_id, key=once.key, **values)
    expired = StoredReply.created_at <= now() - KEPT
    written = row.on_conflict_do_update(index_elements=["project_id", "key"], set_=values, where=expired)
    if session.scalar(written.returning(StoredReply.key)) is None:
        raise AnsweredBefore(once.key)


def sweep(database: Database) -> int:
    """Forget answers older than a day, so many at once that nobody waits long; tell how many they were."""
    with database.transaction() as session:
        old = (
            select(StoredReply.project_id, StoredReply.key)
            .where(StoredReply.created_at <= now() - KEPT)
            .limit(SWEPT_AT_ONCE)
        )
        rows = session.execute(old.with_for_update(skip_locked=True)).all()
        for project_id, key in rows:
            session.execute(delete(StoredReply).where(StoredReply.project_id == project_id, StoredReply.key == key))
        return len(rows)
