"""Use cases of datasets: upload, preview, list, find, read rows, rename, read in another way, delete."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.services import prepared_files
from app.services.idempotency import Repeats, SaveReply
from app.services.uploads.instructions import Instructions, key_of, merged
from app.services.uploads.uploads import Received, receive
from app.services.uploads.workspaces import workspace
from app.views import pages
from app.views.dataset import View, present, present_briefly, present_preview
from datasets import Limits, Overrides, Table, digest_file, parse_table
from store import Store, ids
from store.blobs.blobs import Stored
from store.database import rows
from store.database.tables import Dataset, Job, Model
from store.database.written_once import WrittenOnce
from store.errors import InUse
from store.states import JobStatus, is_final

MOST_NAMED = 3
PREVIEWED_ROWS = 20
EMPTY: Mapping[str, Any] = MappingProxyType({})


def upload(
    store: Store,
    project_id: str,
    pieces: Iterable[bytes],
    told_of: Callable[[], Instructions],
    repeats: Repeats = Repeats(),  # noqa: B008  # frozen
) -> tuple[View, bool]:
    """Store a table; the same bytes, told to be read in the same way, give the dataset that is there.

    Tells whether it is new. `told_of` is asked after the pieces are through: a form may put the name last. Raises
    DatasetError; then, and whatever else happens, nothing is left behind.
    """
    with workspace(store.settings.home) as folder:
        received, prepared = receive(pieces, folder), folder / "prepared.arrow"
        told = told_of()
        repeats.recognize([received.digest, told.name, told.key])
        if (known := _same(store, project_id, received, told, repeats.keep)) is not None:
            return known, False
        table = _parsed(store, received.path, told.reading, prepared)
        new = _new(project_id, received, told, table)
        parts = _settled(store, received, prepared)
        try:
            return _keep(store, new, received.path, prepared, parts, repeats.keep), True
        except IntegrityError:  # the same file was uploaded twice at once, and the other one was first
            if (known := _same(store, project_id, received, told, repeats.keep)) is not None:
                return known, False
            new = _new(project_id, received, told, table)
            return _keep(store, new, received.path, prepared, parts, repeats.keep), True


def preview(store: Store, pieces: Iterable[bytes], told_of: Callable[[], Instructions]) -> View:
    """Show what would be read; nothing is stored. Raises DatasetError as `upload` does."""
    with workspace(store.settings.home) as folder:
        received = receive(pieces, folder)
        reading = told_of().reading
        table = _parsed(store, received.path, reading, folder / "prepared.arrow")
        columns = [column.to_json() for column in table.columns]
        rows = prepared_files.values(table.arrow.slice(0, PREVIEWED_ROWS), columns)
        return present_preview(table, reading, size=received.size, digest=received.digest, rows=rows)


def _parsed(store: Store, path: Path, overrides: Overrides, prepared: Path) -> Table:
    limits = Limits(max_bytes=store.settings.max_upload_bytes)
    return parse_table(path, limits=limits, prepared=prepared, overrides=overrides)


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
    store: Store, project_id: str, dataset_id: str, *, name: str | None = None, told: Mapping[str, Any] = EMPTY
) -> View:
    """Change a dataset's name and how its file is read; its bytes never change.

    Raises DatasetError for what does not fit the file, InUse while unfinished jobs read it.
    """
    dataset = row(store, project_id, dataset_id)
    if told:
        _read_again(store, dataset, merged(dataset.overrides or {}, told))
    with store.database.transaction() as session:
        dataset = rows.find(session, Dataset, dataset_id, project_id)
        dataset.name = name or dataset.name
        session.flush()
        return present(dataset)


def _read_again(store: Store, dataset: Dataset, told: Mapping[str, Any]) -> None:
    """Read the file in another way, and put what was read into the place of what was there."""
    overrides = Overrides.from_json(told)
    with store.database.reading() as session:
        _refuse_if_read(session, dataset)
    with workspace(store.settings.home) as folder:
        prepared = folder / "prepared.arrow"
        table = _parsed(store, store.copies.path(dataset.content_digest), overrides, prepared)
        stored = _measured(store, prepared)
        with prepared.open("rb") as file, store.database.transaction() as session:
            now = rows.find(session, Dataset, dataset.id, dataset.project_id)
            _refuse_if_read(session, now)
            if now.prepared_digest != dataset.prepared_digest:
                raise InUse(
                    f"Dataset `{dataset.id}` was changed by another request meanwhile; look at it, and try again."
                )
            store.blobs.keep(session, stored, file, may_be_file=True)
            _refuse_if_there(session, now, key_of(overrides))
            now.prepared_digest, now.overrides, now.read_as = stored.digest, overrides.to_json(), key_of(overrides)
            now.row_count, now.dialect, now.columns, now.warnings = _what_was_read(table)
            session.flush()
            if stored.digest != dataset.prepared_digest:
                with suppress(InUse):  # another dataset was read to the same table
                    store.blobs.delete(session, dataset.prepared_digest)
    store.blobs.sweep()


def _refuse_if_there(session: Session, dataset: Dataset, key: str) -> None:
    """Raise InUse where the same bytes are another dataset already, read in this way."""
    same = (Dataset.project_id == dataset.project_id, Dataset.digest == dataset.digest, Dataset.read_as == key)
    other = session.scalar(select(Dataset.id).where(*same, Dataset.id != dataset.id))
    if other is not None:
        raise InUse(f"Dataset `{other}` is the same file, read in this way; use it, or delete it first.")


def _refuse_if_read(session: Session, dataset: Dataset) -> None:
    busy = next(_readers(session, dataset), None)
    if busy is not None:
        raise InUse(
            f"Dataset `{dataset.id}` is being read by job `{busy}`; cancel it, or ask for `features.kinds` in a job."
        )


def _readers(session: Session, dataset: Dataset) -> Iterator[str]:
    """List the unfinished jobs that learn from a dataset, or are validated on it."""
    unfinished = Job.status.in_([status for status in JobStatus if not is_final(status)])
    mine = select(Job.id, Job.dataset_id, Job.resolved).where(Job.project_id == dataset.project_id, unfinished)
    for job in session.execute(mine):
        if dataset.id in {job.dataset_id, (job.resolved.get("split") or {}).get("validation_dataset_id")}:
            yield job.id


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


def _same(store: Store, project_id: str, received: Received, told: Instructions, keep: SaveReply) -> View | None:
    same = (Dataset.project_id == project_id, Dataset.digest == received.digest, Dataset.read_as == told.key)
    with store.database.transaction() as session:
        found = session.scalar(select(Dataset).where(*same))
        if found is None or not _is_in(found, told.reading.encoding):
            return None
        shown = present(found)
        keep(session, shown, is_new=False)
        return shown


def _is_in(dataset: Dataset, encoding: str | None) -> bool:
    """Whether the dataset was read in the encoding that is told now; UTF-8 told of another one is a fault to name."""
    return encoding is None or encoding == (dataset.dialect or {}).get("encoding", encoding)


def _new(project_id: str, received: Received, told: Instructions, table: Table) -> Dataset:
    row_count, dialect, columns, warnings = _what_was_read(table)
    return Dataset(
        id=ids.new("dataset"),
        project_id=project_id,
        name=told.name,
        digest=received.digest,
        read_as=told.key,
        overrides=told.reading.to_json() or None,
        size_bytes=received.size,
        row_count=row_count,
        format=table.format,
        dialect=dialect,
        columns=columns,
        warnings=warnings,
    )


def _what_was_read(table: Table) -> tuple[int, View | None, list[View], list[View]]:
    return (
        table.row_count,
        table.dialect.to_json() if table.dialect else None,
        WrittenOnce(column.to_json() for column in table.columns),
        [warning.to_json() for warning in table.warnings],
    )


def _settled(store: Store, received: Received, prepared: Path) -> tuple[Stored, Stored]:
    """Name both files by their bytes and bring large ones to the disk, before others have to wait for it."""
    store.blobs.sweep()
    store.blobs.settle(received.path)
    return Stored(received.digest, received.size), _measured(store, prepared)


def _measured(store: Store, prepared: Path) -> Stored:
    store.blobs.settle(prepared)
    return Stored(digest_file(prepared), prepared.stat().st_size)


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
        what: list(session.scalars(select(table.id).where(table.dataset_id == dataset.id).order_by(table.id)))
        for what, table in (("job", Job), ("model", Model))
    }
    used["job"] = list(dict.fromkeys((*used["job"], *_readers(session, dataset))))
    if any(used.values()):
        counts = [f"{len(found)} {what}{'s' if len(found) > 1 else ''}" for what, found in used.items() if found]
        named = [f"`{each}`" for found in used.values() for each in found[:MOST_NAMED]]
        message = f"Dataset `{dataset.id}` is used by {' and '.join(counts)} ({', '.join(named)}"
        raise InUse(message + (" …)." if sum(map(len, used.values())) > len(named) else ")."))
