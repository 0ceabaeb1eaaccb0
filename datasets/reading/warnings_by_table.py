"""Warnings about a table's columns taken together: copies, answers given away, lopsided classes, scales far apart."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from datasets.columns.column import Column, DataWarning, Kind
from datasets.reading.leaks import FEW_ROWS, about_leak, leaking_columns, likely_target
from datasets.reading.warnings_by_value import Lines, about_values

LOPSIDED = 0.95
"""Above this share of one value a column says little, and a network that always answers it looks good."""
FIRST = 4
"""Of their most frequent values so many tell most columns apart; the rest takes longer to write than to compare."""
FAR_APART = 1e4
"""Ratio of the largest to the smallest spread of columns of numbers."""


def about_tables(columns: Sequence[Column], arrow: pa.Table, lines: Lines | None = None) -> tuple[DataWarning, ...]:
    """Return the warnings; those about columns as a whole need more than a few rows."""
    values = about_values(columns, arrow, lines)
    if arrow.num_rows < FEW_ROWS:
        return values
    return (
        *values,
        *_copies(columns, arrow),
        *_lopsided(columns, arrow.num_rows),
        *_far_apart(columns),
        *_giving_away(columns, arrow),
    )


def _copies(columns: Sequence[Column], arrow: pa.Table) -> Iterator[DataWarning]:
    """Compare columns whose facts are equal with each other, cell by cell."""
    known: dict[tuple[object, ...], list[str]] = {}
    for column in columns:
        if not column.is_feature:
            continue
        facts = map(column.statistics.get, ("min", "max", "mean", "std"))
        key = (column.kind, column.missing, column.distinct, *facts, str((column.statistics.get("top") or ())[:FIRST]))
        same = known.setdefault(key, [])
        original = next((name for name in same if arrow[name].equals(arrow[column.name])), None)
        if original is None:
            same.append(column.name)
            continue
        message = f"`{column.name}` is a copy of `{original}`: it adds nothing to learn from."
        yield DataWarning(code="data.duplicate_column_values", message=message, column=column.name)


def _lopsided(columns: Sequence[Column], rows: int) -> Iterator[DataWarning]:
    for column in columns:
        top = column.statistics.get("top") if column.kind in {Kind.CATEGORY, Kind.BOOLEAN} else None
        if top and column.distinct > 1 and top[0]["count"] > LOPSIDED * (rows - column.missing):
            share = top[0]["count"] / (rows - column.missing)
            message = f"{share:.1%} of `{column.name}` is `{top[0]['value']}`; as a target, watch recall, not accuracy."
            yield DataWarning(code="data.imbalanced_column", message=message, column=column.name)


def _far_apart(columns: Sequence[Column]) -> Iterator[DataWarning]:
    spreads = [
        (column.statistics["std"], column.name)
        for column in columns
        if column.kind is Kind.NUMBER and column.statistics.get("std")
    ]
    if len(spreads) > 1 and max(spreads)[0] > FAR_APART * min(spreads)[0]:
        (low, small), (high, large) = min(spreads), max(spreads)
        message = f"`{large}` spreads {high / low:.0e} times as far as `{small}`; keep scaling on (it is by default)."
        yield DataWarning(code="data.scales_differ", message=message, column=large)


def _giving_away(columns: Sequence[Column], arrow: pa.Table) -> Iterator[DataWarning]:
    """Find columns that tell the likely target; a job looks again when its target is known."""
    target = likely_target(columns)
    if target is not None:
        yield from (about_leak(name, target) for name in leaking_columns(columns, arrow, target))
