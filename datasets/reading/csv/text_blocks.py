"""Delimited text as a stream of Arrow text columns."""

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from datasets.errors import CellTooLong, FilePosition, LineTooLong, Malformed, NoRows, TooManyRows
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.locate_fault import find_fault
from datasets.reading.csv.records import END
from datasets.reading.csv.text_file import TextFile

BLOCK_BYTES = 1_000_000
"""Arrow reads up to 32 blocks ahead, so blocks are small; a row must fit into one, and no cell of it is too long."""
MANY_COLUMNS, WIDE_BLOCK_BYTES = 1000, 4_000_000
"""Each block costs a fixed time for each column, so those of wide tables are larger."""
FEW_ROWS = 1000
GATHERED_BYTES = 1 << 23
"""Blocks of wide tables hold few rows; they are joined, since each column costs a fixed time per block."""


class RowExceedsBlock(Exception):
    """A row is longer than a block: read again with larger ones."""


def read_text(
    source: TextFile, layout: Layout, limits: Limits, *, block_bytes: int = BLOCK_BYTES
) -> Iterator[list[pa.Array]]:
    """Yield blocks of rows, each a list of text arrays, one per column; the header is not among them.

    Raises RowExceedsBlock when a row within the limits does not fit into `block_bytes`.
    """
    waiting: list[pa.RecordBatch] = []
    for batch in _rows(source, layout, limits, block_bytes):
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= FEW_ROWS or len(waiting) * block_bytes >= GATHERED_BYTES:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> list[pa.Array]:
    return (
        batches[0].columns if len(batches) == 1 else [pa.concat_arrays(parts) for parts in zip(*batches, strict=True)]
    )


def _rows(source: TextFile, layout: Layout, limits: Limits, block_bytes: int) -> Iterator[pa.RecordBatch]:
    rows, is_whole = 0, False
    for batch in _below_header(source, layout, limits, block_bytes):
        is_whole = batch.num_rows > 0 and batch.column(0)[-1].as_py() == END
        block = batch.slice(0, batch.num_rows - is_whole)
        rows += block.num_rows
        if rows > limits.max_rows:
            raise TooManyRows(f"The file has more than {limits.max_rows} rows.", found=rows, expected=limits.max_rows)
        if block.num_rows:
            if block_bytes > limits.max_cell_chars:
                _refuse_long_cells(block, source, layout, limits)
            yield block
    if not is_whole:
        raise find_fault(source, layout, limits) or Malformed("The file ends in the middle of a row.")
    if not rows:
        raise _no_rows(layout)


def _below_header(source: TextFile, layout: Layout, limits: Limits, block_bytes: int) -> Iterator[pa.RecordBatch]:
    skip = int(layout.dialect.has_header)
    for batch in _batches(source, layout, limits, block_bytes):
        yield batch.slice(skip)
        skip -= min(skip, batch.num_rows)


def _batches(source: TextFile, layout: Layout, limits: Limits, block_bytes: int) -> Iterator[pa.RecordBatch]:
    names = [str(i) for i in range(layout.width)]
    delimiter = layout.dialect.delimiter
    end = ("\n" + END + delimiter * (layout.width - 1) + "\n").encode()
    with source.path.open("rb") as file:
        try:
            yield from pyarrow.csv.open_csv(
                pa.PythonFile(_WithEnd(file, end), mode="r"),
                # One thread: rows come in order and memory stays at a few blocks.
                pyarrow.csv.ReadOptions(use_threads=False, block_size=block_bytes, column_names=names),
                pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=source.has_quotes),
                pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
            )
        except pa.ArrowInvalid as error:
            if "straddl" in str(error) and block_bytes < largest_block(limits):
                raise RowExceedsBlock from error
            raise (find_fault(source, layout, limits) or _unnamed_fault(error, limits)) from error


def _no_rows(layout: Layout) -> NoRows:
    return NoRows(
        "The file has a header and no rows.",
        position=FilePosition(line=layout.first_line),
        found=0,
        expected="at least one row below the header",
    )


def largest_block(limits: Limits) -> int:
    """Return the bytes that hold the longest row that is allowed."""
    return max(BLOCK_BYTES, 4 * limits.max_line_chars)


def _unnamed_fault(error: pa.ArrowInvalid, limits: Limits) -> Malformed | LineTooLong:
    if "straddl" in str(error):
        return LineTooLong(f"A row has more than {limits.max_line_chars} characters.", expected=limits.max_line_chars)
    return Malformed(f"The file cannot be read as CSV: {error}")


def _refuse_long_cells(batch: pa.RecordBatch, source: TextFile, layout: Layout, limits: Limits) -> None:
    if batch.num_columns >= MANY_COLUMNS and _longest(pa.concat_arrays(batch.columns)) <= limits.max_cell_chars:
        return
    for column in batch.columns:
        if column.nbytes <= limits.max_cell_chars:
            continue
        if _longest(column) > limits.max_cell_chars and pc.max(pc.utf8_length(column)).as_py() > limits.max_cell_chars:
            raise find_fault(source, layout, limits) or CellTooLong(
                "A cell is too long.", expected=limits.max_cell_chars
            )


def _longest(cells: pa.Array) -> int:
    """Return the most bytes of a cell."""
    return int(pc.max(pc.binary_length(cells)).as_py())


class _WithEnd(io.RawIOBase):
    """A file followed by some more bytes."""

    def __init__(self, file: io.BufferedReader, end: bytes) -> None:
        super().__init__()
        self._parts: list[io.BufferedIOBase] = [file, io.BytesIO(end)]

    def readable(self) -> bool:
        """Say that this is a file to read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer from the file, then from the end."""
        while self._parts:
            count = self._parts[0].readinto(buffer)
            if count:
                return count
            del self._parts[0]
        return 0
