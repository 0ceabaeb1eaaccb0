"""The first place where a file stops being a table, by a slow and exact second look."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from datasets.errors import CellTooLong, DatasetError, FilePosition, NulByte, RaggedRow, shorten
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.ragged_hints import hint_for
from datasets.reading.csv.records import CsvRow, read_records
from datasets.reading.csv.text_file import TextFile

LOOKED_AT = 100
"""Rows below a ragged one that say which rows are usual."""


@contextmanager
def _rows(source: TextFile, layout: Layout, limits: Limits) -> Iterator[Iterator[tuple[int, CsvRow]]]:
    """Rows with their data row number; the header is row 0."""
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        first = 0 if layout.dialect.has_header else 1
        yield enumerate(read_records(file, layout.way, limits), start=first)


def find_fault(source: TextFile, layout: Layout, limits: Limits) -> DatasetError | None:
    """Return the first ragged row, over-long cell, NUL or open quote; None when there is none."""
    try:
        with _rows(source, layout, limits) as rows:
            for row, record in rows:
                if len(record.cells) != layout.width:
                    return _ragged(row, record, layout, _first_of(rows), source.path)
                for number, cell in enumerate(record.cells):
                    if "\0" in cell:
                        return _nul(_place(row, record.line, number, layout), cell)
                    if len(cell) > limits.max_cell_chars:
                        return _too_long(_place(row, record.line, number, layout), len(cell), limits)
    except DatasetError as error:
        return error
    return None


def find_lines(source: TextFile, layout: Layout, limits: Limits, wanted: Iterable[int]) -> dict[int, int]:
    """Return the line on which each of these data rows begins."""
    left = set(wanted)
    lines: dict[int, int] = {}
    with _rows(source, layout, limits) as rows:
        for row, record in rows:
            if row in left:
                lines[row] = record.line
                left.remove(row)
            if not left:
                break
    return lines


def find_cell(source: TextFile, layout: Layout, limits: Limits, *, row: int, column: int) -> FilePosition:
    """Return the place of a cell, given its data row and its column's index."""
    line = find_lines(source, layout, limits, [row]).get(row)
    return FilePosition(line=line, row=row, column=column + 1, name=layout.names[column])


def _place(row: int, line: int, index: int, layout: Layout) -> FilePosition:
    return FilePosition(line=line, row=row or None, column=index + 1, name=layout.names[index] if row else None)


def _first_of(rows: Iterator[tuple[int, CsvRow]]) -> list[CsvRow]:
    """Return some of the rows that follow, up to a fault."""
    found: list[CsvRow] = []
    with suppress(DatasetError):
        for _, record in islice(rows, LOOKED_AT):
            found.append(record)
    return found


def _ragged(row: int, record: CsvRow, layout: Layout, below: Sequence[CsvRow], path: Path) -> RaggedRow:
    found, expected = len(record.cells), layout.width
    return RaggedRow(
        f"Line {record.line} (data row {row}) has {found} {'cell' if found == 1 else 'cells'}; "
        f"the first row has {expected}.",
        position=FilePosition(line=record.line, row=row, column=min(found, expected) + (found > expected)),
        found=found,
        expected=expected,
        hint=hint_for(row, record, layout, below, path=path),
    )


def _nul(position: FilePosition, cell: str) -> NulByte:
    return NulByte(
        f"There is a NUL byte at {position}.",
        position=position,
        found=ascii(shorten(cell)),
        expected="text",
        hint="Remove the NUL bytes; if the file is UTF-16, save it as UTF-8.",
    )


def _too_long(position: FilePosition, length: int, limits: Limits) -> CellTooLong:
    return CellTooLong(
        f"The cell at {position} has {length} characters; the limit is {limits.max_cell_chars}.",
        position=position,
        found=length,
        expected=limits.max_cell_chars,
        hint='Is a quote (") left open before it?',
    )
