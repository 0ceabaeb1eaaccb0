"""Warnings about a table's columns taken together: copies, answers given away, lopsided classes, scales far apart."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from datasets.columns.column import Column, DataWarning, Kind
from datasets.columns.targets import suggest_target
from datasets.preprocessing.arrow_to_numpy import as_numbers, as_texts, is_numeric

LOPSIDED = 0.95
"""Above this share of one value a column says little, and a network that always answers it looks good."""
FAR_APART = 1e4
"""Ratio of the largest to the smallest spread of columns of numbers."""
FEW_ROWS = 100
"""Below this many rows chance alone makes such patterns."""
LOOKED_AT = 100_000
MOST_COLUMNS = 200
SURE = 0.9999


def about_tables(columns: Sequence[Column], arrow: pa.Table) -> tuple[DataWarning, ...]:
    """Return the warnings; tables of few rows give none."""
    if arrow.num_rows < FEW_ROWS:
        return ()
    return (
        *_copies(columns, arrow),
        *_lopsided(columns, arrow.num_rows),
        *_far_apart(columns),
        *_giving_away(columns, arrow.slice(0, LOOKED_AT)),
    )


def _copies(columns: Sequence[Column], arrow: pa.Table) -> Iterator[DataWarning]:
    """Compare columns whose facts are equal with each other, cell by cell."""
    known: dict[str, list[str]] = {}
    for column in columns:
        if not column.is_feature:
            continue
        same = known.setdefault(str({**column.to_json(), "name": ""}), [])
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
    """Find columns that tell the likely target without an error."""
    target = suggest_target(columns)
    if target is None or len(columns) > MOST_COLUMNS:
        return
    targets, values = as_texts(arrow[target])
    by_number = is_numeric(arrow[target]) and len(values) > len(targets) // 10
    for column in columns:
        if column.name == target or not column.is_feature or column.kind in {Kind.VECTOR, Kind.IMAGE, Kind.DATE}:
            continue
        if _correlates(arrow, column.name, target) if by_number else _decides(arrow[column.name], targets):
            message = f"`{column.name}` alone tells `{target}` in every row: would it be known before the answer is?"
            yield DataWarning(code="data.leaking_column", message=message, column=column.name)


def _correlates(arrow: pa.Table, name: str, target: str) -> bool:
    if not is_numeric(arrow[name]):
        return False
    both = np.column_stack([as_numbers(arrow[name], name), as_numbers(arrow[target], target)])
    both = both[~np.isnan(both).any(axis=1)]
    if len(both) < FEW_ROWS or not both.std(axis=0).all():
        return False
    return bool(abs(np.corrcoef(both.T)[0, 1]) > SURE)


def _decides(column: pa.ChunkedArray, targets: np.ndarray) -> bool:
    """Whether few values, or stretches of numbers as many as there are answers, have one answer each."""
    codes, values = as_texts(column)
    known = (codes >= 0) & (targets >= 0)
    codes, targets = codes[known], targets[known]
    count = len(np.unique(targets))
    if count < 2 or len(codes) < FEW_ROWS:
        return False
    pairs = np.unique(codes * (targets.max() + 1) + targets)
    is_function = len(pairs) == len(np.unique(codes))
    if not is_function:
        return False
    if not is_numeric(column):
        return bool(len(values) <= len(codes) // 10)
    ordered = targets[np.argsort(codes, kind="stable")]
    return bool(1 + sum(a != b for a, b in itertools.pairwise(ordered.tolist())) == count)
