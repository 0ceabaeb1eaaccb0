"""A row of names that is one short: as R writes tables, or because a comma stands in numbers or at the end of rows."""

import re
from collections.abc import Sequence
from itertools import pairwise

from datasets.columns.column import DataWarning
from datasets.errors import FilePosition
from datasets.reading.csv.records import CsvRow

ROW_NAMES = "row_names"
FEW = 2
"""Rows that must follow before something unusual is believed of those above them."""
WHOLE = re.compile(r"\s*[+-]?\d+", re.ASCII)
DECIMALS = re.compile(r"\d+\s*", re.ASCII)


def may_be_named_by_rows(cells: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Whether every row has a name of its own in front, and neither reason for a cell too many is as likely.

    These are a delimiter at the end of rows, and decimal commas.
    """
    first, rows = cells[0], cells[1:]
    if len(rows) < FEW or any(len(row) != len(first) + 1 for row in rows):
        return False
    names = [row[0].strip() for row in rows]
    if not all(names) or len(set(names)) < len(names) or any(row[-1].startswith(" ") for row in rows):
        return False
    return any(row[-1].strip() for row in rows) and not _may_have_decimal_commas(rows, delimiter)


def counts_up(cells: Sequence[Sequence[str]]) -> bool:
    """Whether the rows below the first are numbered from 1 up."""
    return [row[0].strip() for row in cells[1:]] == [str(number) for number in range(1, len(cells))]


def decimal_comma(row: Sequence[str], delimiter: str) -> str | None:
    """Return the first number that two cells of a row would be with a decimal comma; None where there is none."""
    if delimiter != ",":
        return None
    return next((f"{a},{b}".strip() for a, b in pairwise(row) if WHOLE.fullmatch(a) and DECIMALS.fullmatch(b)), None)


def _may_have_decimal_commas(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Whether the same two cells of all rows could be one number."""
    if decimal_comma(rows[0], delimiter) is None:
        return False
    places = range(len(rows[0]) - 1)
    return any(all(decimal_comma(row[place : place + 2], delimiter) for row in rows) for place in places)


def short_header(header: CsvRow) -> DataWarning:
    """Tell what the first cells are taken for."""
    return DataWarning(
        code="data.header_short",
        message=f"The rows have one cell more than the {len(header.cells)} names of line {header.line}: "
        f"the first one is taken for the names of rows, and called `{ROW_NAMES}`.",
        position=FilePosition(line=header.line),
        patch={"header": False, "skip_rows": header.last_line},
    )
