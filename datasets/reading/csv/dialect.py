"""Delimiter, header and column names, found out from the first rows."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from datasets.columns.cells import is_missing, is_number
from datasets.columns.column import DataWarning
from datasets.columns.table import Dialect
from datasets.errors import DatasetError, EmptyFile, FilePosition, LineTooLong, TooManyColumns
from datasets.limits import Limits
from datasets.reading.column_names import name_columns
from datasets.reading.csv.records import CsvRow, read_records
from datasets.reading.csv.text_file import TextFile

DELIMITERS = ",;\t|"
SAMPLE_CHARS = 256 * 1024
SAMPLE_ROWS = 1000


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How to read the file: its dialect, its columns' names, and the line on which its first row ends."""

    dialect: Dialect
    names: tuple[str, ...]
    first_line: int
    warnings: tuple[DataWarning, ...]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names)


def sniff(source: TextFile, limits: Limits) -> Layout:
    """Find out how the file is written; raises when its first row alone shows that it is no table."""
    text, is_whole = _sample(source, limits)
    delimiter, records = _choose_delimiter(text, is_whole=is_whole, limits=limits)
    _check_width(len(records[0].cells), limits)
    has_header = looks_like_header(records[0].cells, [record.cells for record in records[1:]])
    names, warnings = name_columns(records[0].cells, limits, line=records[0].line, has_header=has_header)
    dialect = Dialect(delimiter=delimiter, encoding=source.encoding.removesuffix("-sig"), has_header=has_header)
    return Layout(dialect=dialect, names=names, first_line=records[0].last_line, warnings=warnings)


def _sample(source: TextFile, limits: Limits) -> tuple[str, bool]:
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read(SAMPLE_CHARS)
        if len(text) < SAMPLE_CHARS:
            return text, True
        return text + file.readline(limits.max_line_chars + 1), False


def _choose_delimiter(text: str, *, is_whole: bool, limits: Limits) -> tuple[str, list[CsvRow]]:
    _check_first_line(text, is_whole=is_whole, limits=limits)
    best: tuple[float, int, str, list[CsvRow]] | None = None
    for delimiter in DELIMITERS:
        records = _parse_sample(text, delimiter, limits)
        if not records:
            raise EmptyFile("The file holds nothing but blank lines.", found="no text", expected="a header and rows")
        width = len(records[0].cells)
        agreement = sum(len(record.cells) == width for record in records) / len(records) if width > 1 else 0.0
        if best is None or (agreement, width) > best[:2]:
            best = agreement, width, delimiter, records
    assert best is not None  # noqa: S101 - DELIMITERS is not empty
    return best[2], best[3]


def _check_first_line(text: str, *, is_whole: bool, limits: Limits) -> None:
    first = text.lstrip("\r\n").partition("\n")[0]
    if is_whole or len(first) <= limits.max_line_chars:
        return
    cells = max(first.count(delimiter) for delimiter in DELIMITERS) + 1
    _check_width(cells, limits)
    raise LineTooLong(
        f"Line 1 has more than {limits.max_line_chars} characters.",
        position=FilePosition(line=1),
        expected=limits.max_line_chars,
    )


def _check_width(cells: int, limits: Limits) -> None:
    if cells > limits.max_columns:
        raise TooManyColumns(
            f"The first row has {cells} or more cells; the limit is {limits.max_columns} columns.",
            position=FilePosition(line=1),
            found=cells,
            expected=limits.max_columns,
        )


def _parse_sample(text: str, delimiter: str, limits: Limits) -> list[CsvRow]:
    """Parse the first rows; a quote that the sample cuts open ends them, faults are found later with their place."""
    records: list[CsvRow] = []
    try:
        for record in islice(read_records(io.StringIO(text, newline=""), delimiter, limits), SAMPLE_ROWS):
            records.append(record)  # noqa: PERF402 - the rows before a fault are kept
    except DatasetError:
        if not records:
            raise
    return records


def looks_like_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns.

    It does when it holds no number, unless its words come again as values below; when it stands as text above
    numbers; or when it counts 0, 1, 2 … as tables without names are written.
    """
    if all(is_missing(cell) for cell in first):
        return False
    if len(first) >= 4 and [cell.strip() for cell in first] == [str(i) for i in range(len(first))]:
        return True
    columns = [[row[i] for row in rows if len(row) > i] for i in range(len(first))]
    above_numbers = sum(_stands_above_numbers(cell, column) for cell, column in zip(first, columns, strict=True))
    if above_numbers:
        return True
    if any(is_number(cell) for cell in first):
        return False
    repeated = sum(Counter(column)[cell] > 0 for cell, column in zip(first, columns, strict=True))
    return repeated * 2 < len(first)


def _stands_above_numbers(cell: str, column: Sequence[str]) -> bool:
    values = [value for value in column if not is_missing(value)]
    return bool(values) and not is_missing(cell) and not is_number(cell) and all(map(is_number, values))
