"""Prepared tables mapped from this machine's disk, so that looking at rows does not fetch whole tables again."""

import datetime as dt
from typing import Any

import pyarrow as pa

from datasets import open_prepared
from store import Store
from store.database.tables import Dataset


def rows(store: Store, dataset: Dataset, offset: int, limit: int) -> list[dict[str, Any]]:
    """Return rows as JSON values; whole numbers without a decimal point where the whole column has none."""
    table = open_prepared(store.copies.path(dataset.prepared_digest)).slice(offset, limit)
    whole = {column["name"] for column in dataset.columns if (column.get("statistics") or {}).get("whole")}
    columns = {name: _values(table.column(name).to_pylist(), is_whole=name in whole) for name in table.column_names}
    return [{name: values[index] for name, values in columns.items()} for index in range(table.num_rows)]


def table(store: Store, dataset: Dataset) -> pa.Table:
    """Return the whole table, mapped from disk."""
    return open_prepared(store.copies.path(dataset.prepared_digest))


def column(store: Store, dataset: Dataset, name: str) -> pa.ChunkedArray:
    """Return all cells of a column, mapped from disk."""
    return open_prepared(store.copies.path(dataset.prepared_digest)).column(name)


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
