"""Prepared tables mapped from this machine's disk, so that looking at rows does not fetch whole tables again."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from datasets import open_prepared
from store import Store
from store.blobs.local_copies import opened
from store.database.tables import Dataset
from store.errors import is_full


def rows(store: Store, dataset: Dataset, offset: int, limit: int) -> list[dict[str, Any]]:
    """Return rows as JSON values; whole numbers without a decimal point where the whole column has none."""
    return values(table(store, dataset).slice(offset, limit), dataset.columns)


def values(part: pa.Table, columns: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of a table as JSON values."""
    whole = {column["name"] for column in columns if (column.get("statistics") or {}).get("whole")}
    cells = {name: _values(part.column(name).to_pylist(), is_whole=name in whole) for name in part.column_names}
    return [{name: values[index] for name, values in cells.items()} for index in range(part.num_rows)]


def table(store: Store, dataset: Dataset) -> pa.Table:
    """Return the whole table, verified: mapped from disk, or in memory while there is no room for a file."""
    try:
        return opened(partial(store.tables.path, dataset.prepared_digest), open_prepared)
    except OSError as error:
        if not is_full(error):
            raise
        return open_prepared(store.tables.read(dataset.prepared_digest))


def column(store: Store, dataset: Dataset, name: str) -> pa.ChunkedArray:
    """Return all cells of a column."""
    return table(store, dataset).column(name)


def forget(store: Store, digest: str) -> None:
    """Remove the copy of a table that was deleted."""
    store.copies.forget(digest)


def _values(values: list[Any], *, is_whole: bool) -> list[Any]:
    return [_plain(value, is_whole=is_whole) for value in values]


def _plain(value: Any, *, is_whole: bool) -> Any:
    """Return a cell as JSON has it: dates in ISO 8601, the rest as it is."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return int(value) if is_whole and isinstance(value, float) else value
