"""Look-ups: an id, or a page with its cursor, becomes rows of a project."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

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


def find(session: Session, table: type[Row], id_: str, project_id: str, *options: ORMOption) -> Row:
    """Fetch a row of this project, all of it or what options say; another project's id does not exist."""
    check_kind(table, id_)
    row: Row | None = session.scalar(one(table, options), {"id": id_, "project_id": project_id})
    if row is None:
        raise NotFound(KINDS[table], id_)
    return row


def glance(connection: Connection, table: type[Row], names: tuple[str, ...], id_: str, project_id: str) -> Any:
    """Fetch some columns of a row under their attributes' names, without making an object of it; raises as `find`."""
    check_kind(table, id_)
    row = connection.execute(some(table, names), {"id": id_, "project_id": project_id}).one_or_none()
    if row is None:
        raise NotFound(KINDS[table], id_)
    return row


def check_kind(table: type[Row], id_: str) -> None:
    """Raise NotFound for what is no id, which so never reaches the database, and WrongKindOfId for another kind's."""
    kind, got = KINDS[table], ids.kind_of(id_)
    if got is None:
        raise NotFound(kind, id_)
    if got != kind:
        raise WrongKindOfId(kind, got, id_, prefix=ids.PREFIXES[kind])


def refuse_unknown(session: Session, table: type[Row], id_: str, project_id: str) -> None:
    """Raise NotFound unless this project has such a row."""
    if session.execute(some(table, ("id",)), {"id": id_, "project_id": project_id}).one_or_none() is None:
        raise NotFound(KINDS[table], id_)


@cache
def some(table: type[Row], names: tuple[str, ...]) -> Select[Any]:
    """Select some columns of the row of an id and a project."""
    columns = [getattr(table, name).label(name) for name in names]
    return select(*columns).where(table.id == bindparam("id"), table.project_id == bindparam("project_id"))


@cache
def one(table: type[Row], options: tuple[ORMOption, ...]) -> Select[Any]:
    """Select the row of an id and a project; written once, since writing it takes longer than asking."""
    mine = (table.id == bindparam("id"), table.project_id == bindparam("project_id"))
    return select(table).where(*mine).options(*options)


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
    return page_of(list(session.scalars(stretch(select(table), table, project_id, limit, after, filters))), limit)


def glance_page(
    connection: Connection,
    table: type[Row],
    names: tuple[str, ...],
    project_id: str,
    *,
    limit: int = 20,
    after: str | None = None,
    filters: Sequence[ColumnElement[bool]] = (),
) -> Page[Any]:
    """List some columns of rows newest first, under their attributes' names; see `page`."""
    query = select(*(getattr(table, name).label(name) for name in names))
    return page_of(connection.execute(stretch(query, table, project_id, limit, after, filters)).all(), limit)


def stretch(
    query: Select[Any],
    table: type[Row],
    project_id: str,
    limit: int,
    after: str | None,
    filters: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    """Select one row more than a page has; raises CursorInvalid."""
    if after is not None and ids.kind_of(after) != KINDS[table]:
        raise CursorInvalid(f"`{after}` is no cursor of this list; use the `next_cursor` of the page before.")
    query = query.where(table.project_id == project_id, *filters)
    if after is not None:
        query = query.where(table.id < after)
    return query.order_by(table.id.desc()).limit(limit + 1)


def page_of(found: Sequence[Any], limit: int) -> Page[Any]:
    """Make a page of what was found."""
    rows, has_more = found[:limit], len(found) > limit
    return Page(rows, has_more, rows[-1].id if has_more else None)
