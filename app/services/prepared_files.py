"""Prepared tables on this machine's disk, by digest, so that looking at rows does not fetch whole tables again."""

import datetime as dt
import os
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa

from datasets import open_prepared
from store import Store
from store.tables import Dataset

KEPT = 32


def rows(store: Store, dataset: Dataset, offset: int, limit: int) -> list[dict[str, Any]]:
    """Return rows as JSON values; whole numbers without a decimal point where the whole column has none."""
    table = open_prepared(_path(store, dataset.prepared_digest)).slice(offset, limit)
    whole = {column["name"] for column in dataset.columns if (column.get("statistics") or {}).get("whole")}
    columns = {name: _values(table.column(name).to_pylist(), is_whole=name in whole) for name in table.column_names}
    return [{name: values[index] for name, values in columns.items()} for index in range(table.num_rows)]


def table(store: Store, dataset: Dataset) -> pa.Table:
    """Return the whole table, mapped from disk."""
    return open_prepared(_path(store, dataset.prepared_digest))


def column(store: Store, dataset: Dataset, name: str) -> pa.ChunkedArray:
    """Return all cells of a column, mapped from disk."""
    return open_prepared(_path(store, dataset.prepared_digest)).column(name)


def forget(store: Store, digest: str) -> None:
    """Remove the copy of a table that was deleted."""
    (_folder(store) / f"{digest}.arrow").unlink(missing_ok=True)


def _values(values: list[Any], *, is_whole: bool) -> list[Any]:
    return [_plain(value, is_whole=is_whole) for value in values]


def _plain(value: Any, *, is_whole: bool) -> Any:
    """Return a cell as JSON has it: dates in ISO 8601, the rest as it is."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return int(value) if is_whole and isinstance(value, float) else value


def _folder(store: Store) -> Path:
    return store.settings.home / "cache" / "rows"


def _path(store: Store, digest: str) -> Path:
    if (local := store.blobs.local(digest)) is not None:
        return local
    path = _folder(store) / f"{digest}.arrow"
    if not path.exists():
        _fetch(store, digest, path)
        _trim(path.parent, keep=path)
    return path


def _fetch(store: Store, digest: str, path: Path) -> None:
    """Write beside, then rename: another request may be fetching the same table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f"{digest}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in store.blobs.stream(digest):
                file.write(chunk)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _trim(folder: Path, *, keep: Path) -> None:
    """Let the oldest copies go; who has one mapped keeps it until done."""
    copies = sorted(folder.glob("*.arrow"), key=lambda path: path.stat().st_mtime if path.exists() else 0.0)
    for path in copies[:-KEPT]:
        if path != keep:
            path.unlink(missing_ok=True)
