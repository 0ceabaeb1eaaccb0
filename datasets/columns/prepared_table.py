"""The prepared form of a table: an Arrow IPC file, the same bytes for the same values, mapped from disk to be read."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.ipc

from datasets.columns.table import Table

CELLS_PER_BATCH = 1 << 21
ROWS_PER_BATCH = 1 << 16


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_prepared(table: Table, path: Path) -> None:
    """Write the table's values; equal tables give equal bytes."""
    with PreparedWriter(path, table.arrow.schema) as writer:
        for batch in table.arrow.to_batches(max_chunksize=writer.batch_rows):
            writer.add(batch.columns)


def open_prepared(source: Path | bytes) -> pa.Table:
    """Return the table's values: a file's are mapped from disk, so that nothing is read before it is used."""
    file = pa.BufferReader(source) if isinstance(source, bytes) else pa.memory_map(str(source))
    return pa.ipc.open_file(file).read_all()


class PreparedWriter:
    """Writes blocks of columns in batches of one size, whatever the size of the blocks."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.schema = schema
        self.batch_rows = max(1, min(ROWS_PER_BATCH, CELLS_PER_BATCH // max(1, sum(map(_width, schema.types)))))
        self._writer = pa.ipc.new_file(str(path), schema)
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._write(self._rows)
        self._writer.close()

    def add(self, columns: Sequence[pa.Array]) -> None:
        """Append a block of rows."""
        batch = pa.record_batch(list(columns), schema=self.schema)
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= self.batch_rows:
            self._write(self._rows - self._rows % self.batch_rows)

    def _write(self, rows: int) -> None:
        """Write this many of the waiting rows."""
        waiting = pa.Table.from_batches(self._waiting, self.schema)
        for start in range(0, rows, self.batch_rows):
            self._writer.write_batch(self._batch(waiting.slice(start, min(self.batch_rows, rows - start))))
        rest = waiting.slice(rows)
        self._waiting, self._rows = rest.to_batches(), rest.num_rows

    def _batch(self, rows: pa.Table) -> pa.RecordBatch:
        return pa.record_batch([_canonical(column) for column in rows.columns], schema=self.schema)


def _width(kind: pa.DataType) -> int:
    return int(kind.list_size) if pa.types.is_fixed_size_list(kind) else 1


def _is_of_numbers(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_dictionary(kind) or pa.types.is_timestamp(kind))


def _canonical(column: pa.ChunkedArray) -> pa.Array:
    """Copy into fresh buffers: what stands under a null or beyond a slice would otherwise be written too."""
    if _is_of_numbers(column.type) and column.num_chunks == 1 and not column.null_count:
        return column.chunk(0)  # the writer takes exactly its numbers
    if pa.types.is_string(column.type):
        return pa.array(column.to_pylist(), pa.string())
    if pa.types.is_fixed_size_list(column.type):
        flat = np.concatenate([np.asarray(chunk.flatten()) for chunk in column.chunks])
        return pa.FixedSizeListArray.from_arrays(pa.array(flat), type=column.type)
    mask = np.concatenate([np.asarray(chunk.is_null()) for chunk in column.chunks] or [np.zeros(0, bool)])
    if pa.types.is_dictionary(column.type):
        indices = np.concatenate([np.asarray(chunk.indices.fill_null(0)) for chunk in column.chunks])
        dictionary = column.chunk(0).dictionary
        return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32(), mask=mask), dictionary)
    if pa.types.is_timestamp(column.type):
        timestamps = np.asarray(column.cast(pa.int64()).fill_null(0))
        return pa.array(timestamps, pa.int64(), mask=mask).cast(column.type)
    return pa.array(np.asarray(column.fill_null(0.0)), pa.float64(), mask=mask)
