"""A prepared table that stays on disk: one column or one block of rows is read at a time, and nothing stays mapped."""

import mmap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from datasets.columns.prepared_table import open_prepared

LARGE_BYTES = 64 << 20
"""Larger files are read piece by piece: pages of a mapped file count as the process's memory while they are mapped."""
BLOCKS_MAPPED = 4


class PreparedFile:
    """As much of a table as fitting needs: names, length, and cells that are read when they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with pa.memory_map(str(path)) as file:
            reader = pa.ipc.open_file(file)
            self.column_names: list[str] = reader.schema.names
            self.num_rows = sum(reader.get_batch(place).num_rows for place in range(reader.num_record_batches))

    def take(self, name: str, rows: np.ndarray) -> pa.ChunkedArray:
        """Copy the cells of a column in some rows, whose indices are sorted, into memory: never the whole column."""
        parts = [block.column(0).take(places) for block, places in within(self.blocks([name]), rows)]
        return pa.chunked_array(parts)

    def are_valid(self, name: str) -> np.ndarray:
        """Tell for each row whether a column has a value there."""
        return np.concatenate([np.asarray(block.column(0).is_valid()) for block in self.blocks([name])])

    def blocks(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Read some columns block by block, in the order of the rows; pages that were read are let go."""
        with self._path.open("rb") as file:
            pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        reader = pa.ipc.open_file(pa.py_buffer(pages))
        for place in range(reader.num_record_batches):
            # With `included_fields` arrow would copy whole batches; here, what is not looked at is never read.
            yield reader.get_batch(place).select(list(names))
            if place % BLOCKS_MAPPED == BLOCKS_MAPPED - 1:
                pages.madvise(mmap.MADV_DONTNEED)
        pages.madvise(mmap.MADV_DONTNEED)  # who keeps a list of texts keeps the mapping


ColumnStore: TypeAlias = pa.Table | PreparedFile


def open_column_store(path: Path) -> ColumnStore:
    """Map a small table, and leave a large one on the disk."""
    return PreparedFile(path) if path.stat().st_size > LARGE_BYTES else open_prepared(path)


def taken(source: ColumnStore, name: str, rows: np.ndarray) -> pa.ChunkedArray:
    """Return the cells of a column in some rows, whose indices are sorted."""
    return source.take(name, rows) if isinstance(source, PreparedFile) else source.column(name).take(pa.array(rows))


def are_valid(source: ColumnStore, name: str) -> np.ndarray:
    """Tell for each row whether a column has a value there."""
    if isinstance(source, PreparedFile):
        return source.are_valid(name)
    return np.asarray(pc.is_valid(source.column(name)).combine_chunks())


def within(blocks: Iterator[pa.RecordBatch], rows: np.ndarray) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
    """Yield each block with the places in it of those rows, whose indices are sorted, that it holds."""
    start = 0
    for block in blocks:
        first, last = np.searchsorted(rows, (start, start + block.num_rows))
        yield block, pa.array(rows[first:last] - start)
        start += block.num_rows


def blocks_of(source: ColumnStore, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield some columns block by block."""
    if isinstance(source, PreparedFile):
        yield from source.blocks(names)
    else:
        yield from source.select(list(names)).to_batches()
