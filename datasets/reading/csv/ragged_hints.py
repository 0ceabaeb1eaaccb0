"""What to do about a row that is longer or shorter than the first one."""

import mmap
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from datasets.columns.cells import is_number
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.layout.choose_way import MOST_TITLES
from datasets.reading.csv.layout.short_header import decimal_comma
from datasets.reading.csv.records import CsvRow
from datasets.reading.overrides import LONGEST_COMMENT

FEW = 2
"""Rows below that have to agree."""
COMMENT_SIGNS = ("//", "--", "%", "#", "!", "*", "/*")


def hint_for(row: int, record: CsvRow, layout: Layout, below: Sequence[CsvRow], *, path: Path) -> str:
    """Say what would mend a row of the file at `path`, or how to tell what it is; `below` are some rows that follow."""
    return next(_hints(row, record, layout, below, path))


def own_beginning(path: Path, record: CsvRow) -> str | None:
    """Return the first letters of a line that begin no other, by which it can be told to be no row."""
    text = record.cells[0].strip()[:LONGEST_COMMENT].strip()
    if record.last_line > record.line or not text.isprintable() or not text or is_number(text):
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = content.find(b"\n" + text.encode())
        return text if found >= 0 and content.find(b"\n" + text.encode(), found + 1) < 0 else None


def _hints(row: int, record: CsvRow, layout: Layout, below: Sequence[CsvRow], path: Path) -> Iterator[str]:
    """Give what may be wrong, the likeliest first."""
    found, expected, sign = len(record.cells), layout.width, layout.dialect.delimiter
    delimiter = "a tab" if sign == "\t" else f"`{sign}`"
    if record.last_line > record.line:
        yield f"The row runs from line {record.line} to line {record.last_line}: is a quote left open?"
    if row <= MOST_TITLES and (comment := _comment(layout, [record, *below])) is not None:
        mark, line = comment
        yield (
            f"If the lines above line {line} are comments, send `header={line}` where it names the columns, else "
            f"`comment={mark}`."
        )
    if found == 1 and record.cells[0].count(sign) == expected - 1:
        yield f"Remove the quotes ({layout.dialect.quote}) around the whole line, and around others like it."
    if row > 1 and found > 1 and (start := _begins_another(record, below)) is not None:
        yield (
            f"From line {start} on the rows have {found} cells: if the table begins there, send `header={start}`; if "
            "another one does, send it as a file of its own."
        )
    yield from _too_few(record, layout, path, delimiter) if found < expected else ()
    yield from _too_many(row, record, layout, below, delimiter)


def _too_few(record: CsvRow, layout: Layout, path: Path, delimiter: str) -> Iterator[str]:
    if len(record.cells) == layout.width - 1 and layout.header and layout.names[-1] == f"column_{layout.width}":
        yield f"Line {layout.dialect.header_line} ends with {delimiter}, and the rows do not: remove it there."
    sign = own_beginning(path, record)
    other = "" if sign is None else f"; if it is no row of the table, remove the line or send `comment={sign}`"
    yield f"Fill the row up with empty cells{other}."


def _too_many(row: int, record: CsvRow, layout: Layout, below: Sequence[CsvRow], delimiter: str) -> Iterator[str]:
    expected = layout.width
    if any(cell.endswith("\\") for cell in record.cells[:-1]):
        yield "If `\\` takes the meaning from the character behind it, send `escape=\\`."
    if row == 1 and record.cells[-1] and (header_line := layout.dialect.header_line) is not None:
        is_one_more = len(record.cells) == expected + 1
        number = decimal_comma(record.cells, layout.dialect.delimiter) if is_one_more else None
        if number is not None:
            yield _doubtful_comma(number, header_line, is_alone=expected == 1)
        yield _title_or_names(header_line, _first_usual([record, *below]), record.line, delimiter)
    if not any(record.cells[expected:]):
        yield f"Remove {delimiter} at the end of the line, as of all such lines, or name a column for it."
    yield f"A cell that contains {delimiter} must stand in quotes."


def _title_or_names(header_line: int, first: int, here: int, delimiter: str) -> str:
    title = f"line {header_line} is a title" if first == here else f"what stands above line {first} is no row"
    return (
        f"If {title}, remove it or send `header={first}`; if line {header_line} names the columns, "
        f"a name is missing, or a cell that contains {delimiter} must stand in quotes."
    )


def _comment(layout: Layout, rows: Sequence[CsvRow]) -> tuple[str, int] | None:
    """Return the sign with which what was taken for the names begins as comments do, and the first line without it."""
    first = layout.header[0] if layout.header else ""
    sign = next((sign for sign in COMMENT_SIGNS if first.startswith(sign)), None)
    if sign is None:
        return None
    line = next((record.line for record in rows if not record.cells[0].startswith(sign)), None)
    return None if line is None else (sign, line)


def _begins_another(record: CsvRow, below: Sequence[CsvRow]) -> int | None:
    """Return the line of a row from which on all have as many cells as it."""
    is_so = len(below) >= FEW and all(len(each.cells) == len(record.cells) for each in below)
    return record.line if is_so else None


def _first_usual(rows: Sequence[CsvRow]) -> int:
    """Return the first line that has as many cells as most of the rows."""
    usual = Counter(len(record.cells) for record in rows).most_common(1)[0][0]
    return next(record.line for record in rows if len(record.cells) == usual)


def _doubtful_comma(number: str, header_line: int, *, is_alone: bool) -> str:
    """Say how to tell a decimal comma from what R writes: rows that begin with a name of their own."""
    point = "send `delimiter=;`" if is_alone else f"write `{number.replace(',', '.')}`"
    return (
        f"If `{number}` is one number, {point}; if every row begins with its own name, write a name for those at the "
        f"start of line {header_line}, or send `header=false` and `skip_rows={header_line}`."
    )
