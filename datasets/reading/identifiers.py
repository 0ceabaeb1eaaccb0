"""Identifiers: columns of whole numbers that count or name the rows, and tell nothing else about them."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from datasets.columns.column import Column, DataWarning, Kind

NAMES = frozenset(
    {"id", "_id", "uid", "idx", "index", "level_0", "row", "row_id", "rowid", "row_number", "rownumber", "rownames"}
    | {"row.names", "no", "nr", "#", "...1"}
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
    `Unnamed: 0`), is an identifier in any order. Of another one it is written down that each of its numbers is above
    the one before it, gaps or not: that may be an index, or a table that is sorted by what was measured.
    """
    return tuple(_looked_at(column, arrow, is_unnamed=column.name in unnamed) for column in columns)


def without_doubt(column: Column) -> Column:
    """Return a column of which its owner has said that its numbers measure something, or count."""
    return replace(column, statistics={key: told for key, told in column.statistics.items() if key != "rises"})


def unnamed_columns(warnings: Iterable[DataWarning]) -> frozenset[str]:
    """Return the columns that warnings tell to have had no name."""
    return frozenset(str(warning.column) for warning in warnings if warning.code == "data.unnamed_column")


def counts_rows(name: str) -> bool:
    """Tell whether a column is named as numbers of rows are."""
    plain = name.strip().lower()
    return plain in NAMES or UNNAMED.fullmatch(plain) is not None


def _looked_at(column: Column, arrow: pa.Table, *, is_unnamed: bool) -> Column:
    rows = arrow.num_rows
    if column.kind is not Kind.NUMBER or column.missing or not column.statistics.get("whole") or rows < LEAST_NAMED:
        return column
    if column.distinct_exact and column.distinct < rows:
        return column
    names_rows = is_unnamed or counts_rows(column.name) or (rows >= LEAST_ROWS and SUFFIX.search(column.name.strip()))
    if names_rows and (column.distinct_exact or _never_repeats(arrow[column.name])):
        return replace(column, kind=Kind.ID)
    if rows >= LEAST_ROWS and _rises(arrow[column.name]):
        return replace(column, statistics={**column.statistics, "rises": True})
    return column


def _never_repeats(column: pa.ChunkedArray) -> bool:
    """Look at as many cells as fit into memory beside everything else."""
    cells = column.slice(0, MOST_COMPARED).to_numpy()
    return len(np.unique(cells)) == len(cells)


def _rises(column: pa.ChunkedArray) -> bool:
    """Read piece by piece, up to the first number that is not above the one before it."""
    last = -np.inf
    for chunk in column.iterchunks():
        cells = chunk.to_numpy(zero_copy_only=False)
        if len(cells) and not (cells[0] > last and (np.diff(cells) > 0).all()):
            return False
        last = cells[-1] if len(cells) else last
    return True
