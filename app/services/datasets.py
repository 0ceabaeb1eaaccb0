"""Use cases of datasets: upload, list, find, read rows, rename, change kinds, delete."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.services import prepared_files
from app.services.idempotency import Repeats, SaveReply
from app.services.uploads.uploads import Received, receive
from app.services.uploads.workspaces import workspace
from app.views import pages
from app.views.dataset import View, present, present_briefly
from datasets import Column, Kind, Limits, Table, digest_file, parse_table, read_as
from datasets.errors import UnknownColumn, shorten
from store import Store, ids
from store.blobs.blobs import Stored
from store.database import rows
from store.database.tables import Dataset, Job, Model
from store.errors import InUse
from store.states import is_final

MOST_NAMED = 3


def upload(
    store: Store,
    project_id: str,
    pieces: Iterable[bytes],
    name_of: Callable[[], str],
    repeats: Repeats = Repeats(),  # noqa: B008  # frozen
) -> tuple[View, bool]:
    """Store a table; the same bytes again give the dataset that is there. Tells whether it is new.

    `name_of` is asked after the pieces are through: a form may put the name last. Raises DatasetError; then, and
    whatever else happens, nothing is left behind.
    """
    with workspace(store.settings.home) as folder:
        received, prepared = receive(pieces, folder), folder / "prepared.arrow"
        name = name_of()
        repeats.recognize([received.digest, name])
        if (known := _same(store, project_id, received, repeats.keep)) is not None:
            return known, False
        table = parse_table(received.path, limits=Limits(max_bytes=store.settings.max_upload_bytes), prepared=prepared)
        new = _new(project_id, name, received, table)
        parts = _settled(store, received, prepared)
        try:
            return _keep(store, new, received.path, prepared, parts, repeats.keep), True
        except IntegrityError:  # the same file was uploaded twice at once, and the other one was first
            if (known := _same(store, project_id, received, repeats.keep)) is not None:
                return known, False
            new = _new(project_id, name, received, table)
            return _keep(store, new, received.path, prepared, parts, repeats.keep), True


def listed(store: Store, project_id: str, *, limit: int, after: str | None) -> dict[str, Any]:
    """List datasets without their columns, newest first."""
    with store.database.reading() as session:
        return pages.present(rows.page(session, Dataset, project_id, limit=limit, after=after), present_briefly)


def find(store: Store, project_id: str, dataset_id: str) -> View:
    """Show one dataset; raises NotFound and WrongKindOfId."""
    with store.database.reading() as session:
        return present(rows.find(session, Dataset, dataset_id, project_id))


def read_rows(store: Store, project_id: str, dataset_id: str, *, offset: int, limit: int) -> View:
    """Return rows as they were understood: numbers as numbers, missing values as `null`."""
    dataset = row(store, project_id, dataset_id)
    data = prepared_files.rows(store, dataset, offset, limit)
    return {
        "object": "list",
        "data": data,
        "offset": offset,
        "row_count": dataset.row_count,
        "has_more": offset + len(data) < dataset.row_count,
    }


def row(store: Store, project_id: str, dataset_id: str) -> Dataset:
    """Find the row of a dataset; raises NotFound and WrongKindOfId."""
    with store.database.reading() as session:
        return rows.find(session, Dataset, dataset_id, project_id)


def change(
    store: Store, project_id: str, dataset_id: str, *, name: str | None = None, kinds: Mapping[str, str] | None = None
) -> View:
    """Change a dataset's name and how its columns are read; its bytes never change.

    Raises UnknownColumn, NotNumeric and NotBoolean for kinds that do not fit, InUse while unfinished jobs read it.
    """
    dataset = row(store, project_id, dataset_id)
    columns = _as_asked(store, dataset, kinds or {})
    with store.database.transaction() as session:
        dataset = rows.find(session, Dataset, dataset_id, project_id)
        if kinds:
            _refuse_if_read(session, dataset)
            dataset.columns = columns
        dataset.name = name or dataset.name
        session.flush()
        return present(dataset)


def _as_asked(store: Store, dataset: Dataset, kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    columns = {column["name"]: Column.from_json(column) for column in dataset.columns}
    for name, kind in kinds.items():
        if name not in columns:
            raise UnknownColumn(
                f"There is no column `{shorten(name)}`.", found=name, expected=shorten(", ".join(columns))
            )
        columns[name] = read_as(columns[name], Kind(kind), prepared_files.column(store, dataset, name))
    return [column.to_json() for column in columns.values()]


def _refuse_if_read(session: Session, dataset: Dataset) -> None:
    jobs = session.scalars(sa.select(Job).where(Job.dataset_id == dataset.id))
    busy = next((job.id for job in jobs if not is_final(job.status)), None)
    if busy is not None:
        raise InUse(
            f"Dataset `{dataset.id}` is being read by job `{busy}`; cancel it, or ask for `features.kinds` in a job."
        )


def delete(store: Store, project_id: str, dataset_id: str) -> None:
    """Forget a dataset and its bytes; raises InUse while jobs or models refer to it."""
    with store.database.transaction() as session:
        dataset = rows.find(session, Dataset, dataset_id, project_id)
        _refuse_if_used(session, dataset)
        session.delete(dataset)
        session.flush()
        for digest in {dataset.content_digest, dataset.prepared_digest}:
            with suppress(InUse):  # another project has the same bytes
                store.blobs.delete(session, digest)
    store.blobs.sweep()
    prepared_files.forget(store, dataset.prepared_digest)


def _same(store: Store, project_id: str, received: Received, keep: SaveReply) -> View | None:
    query = sa.select(Dataset).where(Dataset.project_id == project_id, Dataset.digest == received.digest)
    with store.database.transaction() as session:
        found = session.scalar(query)
        if found is None:
            return None
        shown = present(found)
        keep(session, shown, is_new=False)
        return shown


def _new(project_id: str, name: str, received: Received, table: Table) -> Dataset:
    return Dataset(
        id=ids.new("dataset"),
        project_id=project_id,
        name=name,
        digest=received.digest,
        size_bytes=received.size,
        row_count=table.row_count,
        format=table.format,
        dialect=table.dialect.to_json() if table.dialect else None,
        columns=[column.to_json() for column in table.columns],
        warnings=[warning.to_json() for warning in table.warnings],
    )


def _settled(store: Store, received: Received, prepared: Path) -> tuple[Stored, Stored]:
    """Name both files by their bytes and bring large ones to the disk, before others have to wait for it."""
    store.blobs.sweep()
    for path in (received.path, prepared):
        store.blobs.settle(path)
    stored = Stored(digest_file(prepared), prepared.stat().st_size)
    return Stored(received.digest, received.size), stored


def _keep(
    store: Store,
    dataset: Dataset,
    content_file: Path,
    prepared_file: Path,
    parts: tuple[Stored, Stored],
    keep: SaveReply,
) -> View:
    """Write both files and the row, all or nothing."""
    with (
        content_file.open("rb") as original,
        prepared_file.open("rb") as prepared,
        store.database.transaction() as session,
    ):
        for stored, file in zip(parts, (original, prepared), strict=True):
            store.blobs.keep(session, stored, file, may_be_file=True)
        dataset.content_digest, dataset.prepared_digest = (stored.digest for stored in parts)
        session.add(dataset)
        session.flush()
        shown = present(dataset)
        keep(session, shown)
        return shown


def _refuse_if_used(session: Session, dataset: Dataset) -> None:
    used = {
        what: list(session.scalars(sa.select(table.id).where(table.dataset_id == dataset.id).order_by(table.id)))
        for what, table in (("job", Job), ("model", Model))
    }
    if any(used.values()):
        counts = [f"{len(found)} {what}{'s' if len(found) > 1 else ''}" for what, found in used.items() if found]
        named = [f"`{each}`" for found in used.values() for each in found[:MOST_NAMED]]
        message = f"Dataset `{dataset.id}` is used by {' and '.join(counts)} ({', '.join(named)}"
        raise InUse(message + (" …)." if sum(map(len, used.values())) > len(named) else ")."))
