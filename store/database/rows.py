"""Look-ups: an id, or a page with its cursor, becomes rows of a project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from store import ids
from store.database.glances import Glance
from store.database.questions import Question, Transaction, ask, light
from store.database.tables import Checkpoint, Dataset, Evaluation, Job, Model
from store.errors import CursorInvalid, NotFound, WrongKindOfId

Row = TypeVar("Row", Dataset, Job, Model, Checkpoint, Evaluation)
Item = TypeVar("Item")
KINDS: dict[type, str] = {
    Dataset: "dataset",
    Job: "job",
    Model: "model",
    Checkpoint: "checkpoint",
    Evaluation: "evaluation",
}


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


@dataclass(frozen=True)
class Glimpse:
    """Some columns of a row as the driver gave them, not read yet."""

    question: Question
    values: Sequence[Any]

    def told(self, name: str) -> Any:
        """Return what stands in a column, in the form that this kind of database has for it."""
        return self.values[self.question.index[name]]

    def read(self) -> Any:
        """Return the columns as attributes of the row's names and types."""
        return self.question.read(self.values)


def glimpse(glance: Glance, table: type[Row], names: tuple[str, ...], id_: str, project_id: str) -> Glimpse:
    """Fetch some columns of a row, without making an object of it; raises as `find`."""
    check_kind(table, id_)
    question = glance.question(some(table, names))
    found = glance.ask(question, {"id": id_, "project_id": project_id})
    if not found:
        raise NotFound(KINDS[table], id_)
    return Glimpse(question, found[0])


def check_kind(table: type[Row], id_: str) -> None:
    """Raise NotFound for what is no id, which so never reaches the database, and WrongKindOfId for another kind's."""
    kind, got = KINDS[table], ids.kind_of(id_)
    if got is None:
        raise NotFound(kind, id_)
    if got != kind:
        raise WrongKindOfId(kind, got, id_, prefix=ids.PREFIXES[kind])


def refuse_unknown(session: Transaction, table: type[Row], id_: str, project_id: str) -> None:
    """Raise NotFound unless this project has such a row."""
    if not ask(session, some(table, ("id",)), {"id": id_, "project_id": project_id}):
        raise NotFound(KINDS[table], id_)


@cache
def some(table: type[Row], names: tuple[str, ...]) -> Select[Any]:
    """Select some columns of the row of an id and a project.

    The project is written so that only the id can be looked up in an index: a planner that knows nothing of the table
    yet might pick one of projects, and keep walking through it when the project has grown.
    """
    mine = (table.id == bindparam("id"), table.project_id + "" == bindparam("project_id"))
    return select(*columns_of(table, names)).where(*mine)


def columns_of(table: type[Row], names: tuple[str, ...]) -> list[Any]:
    """Name some columns as their attributes are called; documents stay text until they are read."""
    return [light(getattr(table, name)).label(name) for name in names]


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
    found = list(session.scalars(stretch(select(table), table, project_id, limit, after, filters)))
    rows, has_more = found[:limit], len(found) > limit
    return Page(rows, has_more, rows[-1].id if has_more else None)


def glimpses(
    glance: Glance, query: Select[Any], table: type[Row], given: Mapping[str, Any], *, limit: int, after: str | None
) -> Page[Glimpse]:
    """List what a select of `listing` finds for the values of its parameters; see `page`."""
    check_cursor(table, after)
    question = glance.question(query)
    found = [Glimpse(question, row) for row in glance.ask(question, {**given, "after": after, "most": limit + 1})]
    rows, has_more = found[:limit], len(found) > limit
    return Page(rows, has_more, rows[-1].told("id") if has_more else None)


def listing(
    table: type[Row], names: tuple[str, ...], filters: Sequence[ColumnElement[bool]], *, is_first: bool
) -> Select[Any]:
    """Select some columns of a project's rows, newest first: the first page, or what comes after a cursor."""
    query = select(*columns_of(table, names)).where(table.project_id == bindparam("project_id"), *filters)
    if not is_first:
        query = query.where(table.id < bindparam("after"))
    return query.order_by(table.id.desc()).limit(bindparam("most", type_=Integer))


def stretch(
    query: Select[Any],
    table: type[Row],
    project_id: str,
    limit: int,
    after: str | None,
    filters: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    """Select one row more than a page has; raises CursorInvalid."""
    check_cursor(table, after)
    query = query.where(table.project_id == project_id, *filters)
    if after is not None:
        query = query.where(table.id < after)
    return query.order_by(table.id.desc()).limit(limit + 1)


def check_cursor(table: type[Row], after: str | None) -> None:
    """Raise CursorInvalid for what is no id of this table's rows."""
    if after is not None and ids.kind_of(after) != KINDS[table]:
        raise CursorInvalid(f"`{after}` is no cursor of this list; use the `next_cursor` of the page before.")
