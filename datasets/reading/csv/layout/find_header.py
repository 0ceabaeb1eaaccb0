"""The row that names the columns, and what stands around it: titles above, units below, one name too few."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from datasets.columns.cells import is_number
from datasets.columns.column import DataWarning
from datasets.columns.forms.missing_words import OF_NUMBERS
from datasets.errors import BadOverride, FilePosition, shorten
from datasets.reading.csv.layout.choose_way import MOST_TITLES
from datasets.reading.csv.layout.short_header import FEW, counts_up, may_be_named_by_rows, short_header
from datasets.reading.csv.records import CsvRow
from datasets.reading.overrides import Overrides

YEARS = range(1500, 2301)
UNIT = re.compile(r"[\[(][^\])]{0,20}[\])]|(?=\D)[^\s.,;]{1,3}[²³]?([/·*^][^\s]{1,5})*|deg[cfk]?|%|\S+/\S+")
VALUE = re.compile(r"\W{0,3}\d[\d.,:/\s%'-]*\W{0,2}")
"""A date, a time, an amount: digits and what stands between and around them."""
WORDS_FOR_UNITS = frozenset(
    {
        "count", "number", "units", "unit", "percent", "ratio", "index", "years", "months", "days", "hours",
        "minutes", "seconds", "metres", "meters", "grams", "litres", "usd", "eur", "gbp", "jpy", "watts", "volts",
        "kelvin", "celsius", "fahrenheit", "pascal", "newton", "joule", "hertz", "mmhg", "psi", "mbar", "ppm",
        "ppb", "text", "string", "category", "categorical", "date", "n/a", "-", "none", "unitless",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Header:
    """Which of the first records names the columns (None for none), which lines hold no row, and what is doubted.

    `is_short` where R has written the names of rows in front and no name for them.
    """

    row: int | None
    first: int
    dropped: frozenset[int] = frozenset()
    is_short: bool = False
    warnings: tuple[DataWarning, ...] = ()
    is_sure: bool = True
    is_above_numbers: bool = False


def find_header(records: Sequence[CsvRow], overrides: Overrides, *, delimiter: str = ",") -> Header:
    """Find out which row names the columns; raises BadOverride where there is no row on the line that was told."""
    if overrides.header is False:
        return Header(None, 0)
    told = overrides.header is not None
    start, warnings = _below_titles(records) if overrides.header is None else (_told(records, overrides.header), ())
    cells = [record.cells for record in records[start:]]
    is_short = _is_short(cells, delimiter)
    has_header = told or is_short or bool(warnings) or looks_like_header(cells[0], cells[1:])
    if not has_header:
        return Header(None, start, is_sure=not _may_be_header(cells))
    dropped = frozenset(record.line for record in records[:start])
    if is_short:
        warnings = (*warnings, short_header(records[start]))
    elif (units := _units(records[start:])) is not None:
        dropped, warnings = dropped | {units.line}, (*warnings, _skipped_units(units))
    return Header(start, start, dropped, is_short, warnings, told or _is_above_numbers(cells), _is_above_numbers(cells))


def _told(records: Sequence[CsvRow], header: int) -> int:
    if header is True:
        return 0
    for place, record in enumerate(records):
        if record.line <= header <= record.last_line:
            return place
    lines = records[-1].last_line
    raise BadOverride(
        f"`header` is line {header}, and no row of names stands there.",
        found=header,
        expected=f"a line with text among the first {lines}",
    )


def looks_like_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns.

    It does when it holds no number, unless its words come again as values below; when it stands as text above
    numbers; when it counts 0, 1, 2 … as tables without names are written; or when its numbers are years in a row.
    """
    if all(cell in OF_NUMBERS for cell in first):
        return False
    if len(first) >= 4 and [cell.strip() for cell in first] == [str(i) for i in range(len(first))]:
        return True
    columns = [[row[i] for row in rows if len(row) > i] for i in range(len(first))]
    others = [[row[i] for row in rows if len(row) > i and row != first] for i in range(len(first))]  # it may come again
    if any(map(_stands_above_numbers, first, others)) or _are_years(first, columns):
        return True
    if any(is_number(cell) or VALUE.fullmatch(cell.strip()) for cell in first):
        return False
    below = others if _comes_again_as_names(first, rows) else columns
    repeated = sum(Counter(column)[cell] > 0 for cell, column in zip(first, below, strict=True) if cell.strip())
    return repeated * 2 < len(first)


def _comes_again_as_names(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row comes again as a whole where no other row does, and none of its words stands elsewhere."""
    others = [tuple(row) for row in rows if row != first]
    if len(others) == len(rows) or len(others) < FEW or len(first) == 1 or len(set(others)) < len(others):
        return False
    return {cell for row in others for cell in row}.isdisjoint(first)


def _stands_above_numbers(cell: str, column: Sequence[str]) -> bool:
    return cell not in OF_NUMBERS and not is_number(cell) and _is_of_numbers(column)


def _are_years(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether words, or nothing, stand beside different years that their columns do not go on with."""
    numbers = [(cell.strip(), column) for cell, column in zip(first, columns, strict=True) if is_number(cell)]
    others = [(cell, column) for cell, column in zip(first, columns, strict=True) if not is_number(cell)]
    years = {cell for cell, _ in numbers if cell.isdigit() and int(cell) in YEARS}
    if not numbers or not others or len(years) < len(numbers) or any(cell in column for cell, column in others):
        return False
    return not any(_goes_on(column) for _, column in numbers)


def _goes_on(column: Sequence[str]) -> bool:
    """Whether a column is of years itself: then a year above it is its first value."""
    values = [value.strip() for value in column if value not in OF_NUMBERS]
    return bool(values) and all(value.isdigit() and int(value) in YEARS for value in values)


def _may_be_header(cells: Sequence[Sequence[str]]) -> bool:
    """Whether some cell of the first row is a word that its column does not have again."""
    return any(
        not is_number(cell) and cell not in OF_NUMBERS and all(len(row) <= i or row[i] != cell for row in cells[1:])
        for i, cell in enumerate(cells[0])
    )


def _is_above_numbers(cells: Sequence[Sequence[str]]) -> bool:
    """Whether names stand above numbers: words above words could be a row."""
    rows = [row for row in cells[1:] if len(row) == len(cells[0]) and row != cells[0]]
    return any(map(_stands_above_numbers, cells[0], zip(*rows, strict=True)))


def _below_titles(records: Sequence[CsvRow]) -> tuple[int, tuple[DataWarning, ...]]:
    """Return the place of the first row of the table: titles have one text where the rows below have more cells."""
    usual = Counter(len(record.cells) for record in records).most_common(1)[0][0]
    start = 0
    while start < min(len(records) - FEW, MOST_TITLES) and _is_title(records[start].cells, usual):
        start += 1
    rest = [record.cells for record in records[start:]]
    if not start or any(len(cells) != usual for cells in rest) or not _are_names(rest[0], rest[1:]):
        return 0, ()
    lines = "Line 1" if start == 1 else f"What stands above line {records[start].line}"
    message = (
        f"{lines} (`{shorten(' '.join(filter(None, records[0].cells)))}`) is no row of the table, "
        f"so the names are taken from line {records[start].line}."
    )
    patch = {"header": records[0].line} if len(records[0].cells) == usual else None
    return start, (DataWarning(code="data.title_skipped", message=message, position=FilePosition(line=1), patch=patch),)


def _is_title(cells: Sequence[str], usual: int) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) <= 1 and bool(cells[0].strip() or not filled) and usual > (2 if len(cells) == usual else 1)


def _are_names(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row below titles names the columns: different words, each of which stands there alone."""
    words = [cell.strip() for cell in first if cell.strip()]
    if len(set(words)) < len(words) or len(words) < len(first) - 1 or any(cell != cell.strip() for cell in first):
        return False
    return looks_like_header(first, rows)


def _is_short(cells: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Whether the first row is one name short, as R writes tables: every row begins with a name of its own."""
    if not may_be_named_by_rows(cells, delimiter):
        return False
    columns = zip(*(row[1:] for row in cells[1:]), strict=True)
    return counts_up(cells) or any(map(_stands_above_numbers, cells[0], columns))


def _units(records: Sequence[CsvRow]) -> CsvRow | None:
    """Return the row below the names when it holds units: words above numbers, and nothing much above texts."""
    rows = [record.cells for record in records[2:] if len(record.cells) == len(records[0].cells)]
    if len(rows) < FEW or len(records[1].cells) != len(records[0].cells) or any(map(is_number, records[1].cells)):
        return None  # the last is so for nearly every table, and costs less than to look at all of its columns
    above: dict[bool, list[str]] = {True: [], False: []}
    for cell, column in zip(records[1].cells, zip(*rows, strict=True), strict=True):
        above[_is_of_numbers(column)].append("" if cell in OF_NUMBERS else cell.strip().lower())
    units = [cell for cell in above[True] if cell]
    if len(units) * 2 <= len(above[True]) or any(cell and cell not in WORDS_FOR_UNITS for cell in above[False]):
        return None
    return records[1] if all(cell in WORDS_FOR_UNITS or UNIT.fullmatch(cell) for cell in units) else None


def _is_of_numbers(column: Sequence[str]) -> bool:
    values = [value for value in column if value not in OF_NUMBERS]
    return bool(values) and all(map(is_number, values))


def _skipped_units(row: CsvRow) -> DataWarning:
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    shown = shorten(", ".join(filled))
    return DataWarning(
        code="data.units_skipped",
        message=f"Line {row.line} (`{shown}`) holds units above numbers; it is no row of the table.",
        position=FilePosition(line=row.line),
        patch={"header": row.line} if len(set(filled)) == len(filled) else None,
    )
