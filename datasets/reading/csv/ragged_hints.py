"""What to do about a row that is longer or shorter than the first one."""

from collections import Counter
from collections.abc import Iterator, Sequence

from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.layout.choose_way import MOST_TITLES
from datasets.reading.csv.layout.short_header import decimal_comma
from datasets.reading.csv.records import CsvRow

COMMENT_SIGNS = ("//", "--", "%", "#", "!", "*", "/*")


def hint_for(row: int, record: CsvRow, layout: Layout, below: Sequence[CsvRow]) -> str:
    """Say what would mend a row, or how to tell what it is; `below` are some of the rows that follow."""
    return next(_hints(row, record, layout, below))


def _hints(row: int, record: CsvRow, layout: Layout, below: Sequence[CsvRow]) -> Iterator[str]:
    """Give what may be wrong, the likeliest first."""
    found, expected, sign = len(record.cells), layout.width, layout.dialect.delimiter
    delimiter = "a tab" if sign == "\t" else f"`{sign}`"
    if record.last_line > record.line:
        yield f"The row runs from line {record.line} to line {record.last_line}: is a quote left open?"
    if row <= MOST_TITLES and (line := _below_comments(layout, [record, *below])) is not None:
        yield f"If the lines above line {line} are comments, send `header={line}`."
    if found == 1 and record.cells[0].count(sign) == expected - 1:
        yield f"Remove the quotes ({layout.dialect.quote}) around the whole line, and around others like it."
    if found < expected:
        yield "Fill the row up with empty cells."
    if row == 1 and record.cells[-1] and (header_line := layout.dialect.header_line) is not None:
        number = decimal_comma(record.cells, sign) if found == expected + 1 else None
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


def _below_comments(layout: Layout, rows: Sequence[CsvRow]) -> int | None:
    """Return the first line that begins otherwise than the comment that was taken for the names."""
    first = layout.header[0] if layout.header else ""
    sign = next((sign for sign in COMMENT_SIGNS if first.startswith(sign)), None)
    if sign is None:
        return None
    return next((record.line for record in rows if not record.cells[0].startswith(sign)), None)


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
