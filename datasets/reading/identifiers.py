"""Identifiers: columns of whole numbers that count or name the rows, and tell nothing else about them."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from datasets.columns.column import Column, DataWarning, Kind

NAMES = frozenset(
    {"id", "_id", "uid", "idx", "index", "level_0", "row", "row_id", "rowid", "row_number", "rownumber", "rownames"}
    | {"row.names", "row_names", "no", "nr", "#", "...1"}
)
"""What tables call the number of a row, in lower case; also what pandas and R call a column without a name."""
UNNAMED = re.compile(r"unnamed: \d+(\.\d+)*")
SUFFIX = re.compile(r"(?i:[ _-]id)$|[a-z]I[dD]$")
LEAST_NAMED, LEAST_ROWS = 5, 20
"""Fewer rows may hold numbers that rise, or that never repeat, by chance."""
MOST_COMPARED = 1_000_000


def find_identifiers(columns: Sequence[Column], arrow: pa.Table, unnamed: Collection[str] = ()) -> tuple[Column, ...]:
    """Return the columns, with what their names and the order of their whole numbers tell; none of these repeats.

    A column without a name (`unnamed` holds the names that were made up), or named as rows are counted (`id`,
    `Unnamed: 0`), is an identifier in any order. It is written down of every other column that counts up or down by
    one, and, where there is nothing of this, of the first one that rises or falls in steps of any size: that may be an
    index, or what the table is sorted by.
    """
    found = [_named(column, arrow, is_unnamed=column.name in unnamed) for column in columns]
    if arrow.num_rows < LEAST_ROWS:
        return tuple(found)
    is_told_apart = any(column.kind is Kind.ID and column.numeric for column in found)
    for place, column in enumerate(found):
        if not _never_repeats(column, arrow):
            continue
        counts = _counts(column, arrow.num_rows)
        if (is_told_apart and not counts) or (order := _order(arrow[column.name])) is None:
            continue
        found[place] = replace(column, statistics={**column.statistics, order: True})
        is_told_apart = True
    return tuple(found)


def without_doubt(column: Column) -> Column:
    """Return a column of which its owner has said that its numbers measure something, or count."""
    return replace(
        column, statistics={key: told for key, told in column.statistics.items() if key not in {"rises", "falls"}}
    )


def unnamed_columns(warnings: Iterable[DataWarning]) -> frozenset[str]:
    """Return the columns that warnings tell to have had no name."""
    return frozenset(str(warning.column) for warning in warnings if warning.code == "data.unnamed_column")


def counts_rows(name: str) -> bool:
    """Tell whether a column is named as numbers of rows are."""
    plain = name.strip().lower()
    return plain in NAMES or UNNAMED.fullmatch(plain) is not None


def _named(column: Column, arrow: pa.Table, *, is_unnamed: bool) -> Column:
    """Return the column as an identifier where its name says that it is one, and its numbers can be."""
    rows = arrow.num_rows
    names_rows = is_unnamed or counts_rows(column.name) or (rows >= LEAST_ROWS and SUFFIX.search(column.name.strip()))
    if not names_rows or rows < LEAST_NAMED or not _never_repeats(column, arrow):
        return column
    if not column.distinct_exact:  # look at as many cells as fit into memory beside everything else
        cells = arrow[column.name].slice(0, MOST_COMPARED).to_numpy()
        if len(np.unique(cells)) < len(cells):
            return column
    return replace(column, kind=Kind.ID)


def _never_repeats(column: Column, arrow: pa.Table) -> bool:
    """Tell whether a column holds a whole number of its own in every row, as far as its statistics know."""
    is_whole = column.kind is Kind.NUMBER and not column.missing and bool(column.statistics.get("whole"))
    return is_whole and (not column.distinct_exact or column.distinct == arrow.num_rows)


def _counts(column: Column, rows: int) -> bool:
    """Tell whether a column of different whole numbers has as many of them as there are between its bounds."""
    low, high = column.statistics.get("min"), column.statistics.get("max")
    return low is not None and high is not None and high - low == rows - 1


def _order(column: pa.ChunkedArray) -> str | None:
    """Tell whether a column rises or falls: piece by piece, up to the first number that does not go on so."""
    return next((name for name, sign in (("rises", 1), ("falls", -1)) if _goes_up(column, sign)), None)


def _goes_up(column: pa.ChunkedArray, sign: int) -> bool:
    last = -np.inf
    for chunk in column.iterchunks():
        cells = sign * chunk.to_numpy(zero_copy_only=False)
        if len(cells) and not (cells[0] > last and (np.diff(cells) > 0).all()):
            return False
        last = cells[-1] if len(cells) else last
    return True
