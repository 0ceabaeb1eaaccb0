"""The first place where a file stops being a table, by a slow and exact second look."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from datasets.errors import CellTooLong, DatasetError, FilePosition, NulByte, RaggedRow, shorten
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.records import CsvRow, read_records
from datasets.reading.csv.short_header import decimal_comma
from datasets.reading.csv.text_file import TextFile


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
                    return _ragged(row, record, layout)
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


def _ragged(row: int, record: CsvRow, layout: Layout) -> RaggedRow:
    found, expected = len(record.cells), layout.width
    delimiter = "a tab" if layout.dialect.delimiter == "\t" else f"`{layout.dialect.delimiter}`"
    number = decimal_comma(record.cells, layout.dialect.delimiter) if found == expected + 1 else None
    if found == 1 and record.cells[0].count(layout.dialect.delimiter) == expected - 1:
        hint = f"Remove the quotes ({layout.dialect.quote}) around the whole line, and around others like it."
    elif found < expected:
        hint = "Fill the row up with empty cells."
    elif row == 1 and layout.dialect.header_line is not None and number is not None:
        hint = _doubtful_comma(number, layout.dialect.header_line, is_alone=expected == 1)
    elif row == 1 and layout.dialect.header_line is not None and record.cells[-1]:
        above = layout.dialect.header_line
        hint = f"If line {above} is a title, remove it or send `header={record.line}`; if it names the columns, "
        hint += f"a name is missing, or a cell that contains {delimiter} must stand in quotes."
    elif not any(record.cells[expected:]):
        hint = f"Remove {delimiter} at the end of all such lines, or name a column for it."
    else:
        hint = f"A cell that contains {delimiter} must stand in quotes."
    if record.last_line > record.line:
        hint = f"The row runs from line {record.line} to line {record.last_line}: is a quote left open?"
    return RaggedRow(
        f"Line {record.line} (data row {row}) has {found} {'cell' if found == 1 else 'cells'}; "
        f"the first row has {expected}.",
        position=FilePosition(line=record.line, row=row, column=min(found, expected) + (found > expected)),
        found=found,
        expected=expected,
        hint=hint,
    )


def _doubtful_comma(number: str, header_line: int, *, is_alone: bool) -> str:
    """Say how to tell a decimal comma from what R writes: rows that begin with a name of their own."""
    point = "send `delimiter=;`" if is_alone else f"write `{number.replace(',', '.')}`"
    return (
        f"If `{number}` is one number, {point}; if every row begins with its own name, write a name for those at the "
        f"start of line {header_line}, or send `header=false` and `skip_rows={header_line}`."
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
