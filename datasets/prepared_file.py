"""A prepared table that stays on disk: one column or one block of rows is read at a time, and nothing stays mapped."""

import mmap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.ipc

from datasets.prepared import open_prepared

LARGE_BYTES = 64 << 20
"""Larger files are read piece by piece: pages of a mapped file count as the process's memory while they are mapped."""
BLOCKS_MAPPED = 4


class PreparedFile:
    """As much of a table as fitting needs: names, length, and columns that are read when they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with pa.memory_map(str(path)) as file:
            reader = pa.ipc.open_file(file)
            self.column_names: list[str] = reader.schema.names
            self.num_rows = sum(reader.get_batch(place).num_rows for place in range(reader.num_record_batches))

    def column(self, name: str) -> pa.ChunkedArray:
        """Copy one column into memory."""
        chunks = [batch.column(0) for batch in self.blocks([name])]
        column = pa.chunked_array([pa.concat_arrays([chunks[0].slice(0, 0), *chunks])])
        pa.default_memory_pool().release_unused()  # arrow keeps what it has freed, and a column is large
        return column

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


Source: TypeAlias = pa.Table | PreparedFile


def open_source(path: Path) -> Source:
    """Map a small table, and leave a large one on the disk."""
    return PreparedFile(path) if path.stat().st_size > LARGE_BYTES else open_prepared(path)


def blocks_of(source: Source, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield some columns block by block."""
    if isinstance(source, PreparedFile):
        yield from source.blocks(names)
    else:
        yield from source.select(list(names)).to_batches()
