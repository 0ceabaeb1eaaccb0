"""Look-ups: an id, or a page with its cursor, becomes rows of a project."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store import ids
from store.database.tables import Checkpoint, Dataset, Job, Model
from store.errors import CursorInvalid, NotFound, WrongKindOfId

Row = TypeVar("Row", Dataset, Job, Model, Checkpoint)
Item = TypeVar("Item")
KINDS: dict[type, str] = {Dataset: "dataset", Job: "job", Model: "model", Checkpoint: "checkpoint"}


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A stretch of a list, newest first."""

    rows: Sequence[Item]
    has_more: bool
    next_cursor: str | None


def find(session: Session, table: type[Row], id_: str, project_id: str) -> Row:
    """Fetch a row of this project; another project's id does not exist."""
    kind = KINDS[table]
    got = ids.kind_of(id_)
    if got is None:  # it never reaches the database, which may refuse its characters
        raise NotFound(kind, id_)
    if got != kind:
        raise WrongKindOfId(kind, got, id_, prefix=ids.PREFIXES[kind])
    row = session.scalar(select(table).where(table.id == id_, table.project_id == project_id))
    if row is None:
        raise NotFound(kind, id_)
    return row


def page(
    session: Session,
    table: type[Row],
    project_id: str,
    *,
    limit: int = 20,
    after: str | None = None,
    filters: Sequence[ColumnElement[bool]] = (),
) -> Page[Row]:
    """List rows newest first; a page stays the same while rows are added, because ids sort by age."""
    if after is not None and ids.kind_of(after) != KINDS[table]:
        raise CursorInvalid(f"`{after}` is no cursor of this list; use the `next_cursor` of the page before.")
    query = select(table).where(table.project_id == project_id, *filters)
    if after is not None:
        query = query.where(table.id < after)
    found: list[Any] = list(session.scalars(query.order_by(table.id.desc()).limit(limit + 1)))
    rows, has_more = found[:limit], len(found) > limit
    return Page(rows, has_more, rows[-1].id if has_more else None)
