"""Leaks: columns that tell the target without an error, and were probably made from it."""

import itertools
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from datasets.columns.column import Column, DataWarning, Kind
from datasets.columns.targets import FEW, suggest_target, target_candidates
from datasets.preprocessing.arrow_to_numpy import as_numbers, as_texts, is_numeric

CODE = "data.leaking_column"
FEW_ROWS = 100
"""Below this many rows chance alone makes such patterns."""
LOOKED_AT, GLANCED_AT = 100_000, 1_000
"""Rows that are looked at, and those by which most columns are seen to tell nothing."""
MOST_COLUMNS = 200
SURE, LIKELY = 0.9999, 0.999
ROWS_OF_A_VALUE = 10
OTHERS = frozenset({Kind.VECTOR, Kind.IMAGE, Kind.DATE})


def likely_target(columns: Sequence[Column]) -> str | None:
    """Return the column that will most likely be predicted: so called, or the likeliest where it has few values."""
    if (named := suggest_target(columns)) is not None:
        return named
    first = next((name for name, _ in target_candidates(columns)), None)
    found = next((column for column in columns if column.name == first), None)
    has_few = found is not None and found.kind in {Kind.BOOLEAN, Kind.CATEGORY} and found.distinct <= FEW
    return first if has_few else None


def about_leak(name: str, target: str) -> DataWarning:
    """Say that a column alone tells the target."""
    message = f"`{name}` alone tells `{target}` in every row: would it be known before the answer is?"
    return DataWarning(code=CODE, message=message, column=name)


def leaking_columns(columns: Sequence[Column], arrow: pa.Table, target: str) -> tuple[str, ...]:
    """Return the columns that tell the target in every row; none of tables of few rows or many columns."""
    kinds = {column.name: column.kind for column in columns}
    part = arrow.slice(0, LOOKED_AT)
    if part.num_rows < FEW_ROWS or len(columns) > MOST_COLUMNS or kinds[target] in OTHERS:
        return ()
    answers = part[target]
    by_number = is_numeric(answers) and len(np.unique(as_numbers(answers, target))) * ROWS_OF_A_VALUE > len(answers)
    glanced = pa.array(np.arange(0, part.num_rows, max(1, part.num_rows // GLANCED_AT)))
    few = answers.take(glanced)
    found = []
    for column in columns:
        if column.name == target or not _can_tell(column, part.num_rows):
            continue
        cells = part[column.name]
        if by_number:
            tells = _correlates(cells.take(glanced), few, sure=LIKELY) and _correlates(cells, answers, sure=SURE)
        else:
            tells = _may_decide(cells.take(glanced), few) and _decides(cells, answers)
        if tells:
            found.append(column.name)
    return tuple(found)


def _can_tell(column: Column, rows: int) -> bool:
    return column.is_feature and column.kind not in OTHERS and (column.numeric or _has_few(column.distinct, rows))


def _has_few(distinct: int, rows: int) -> bool:
    return distinct * ROWS_OF_A_VALUE <= rows


def _correlates(column: pa.ChunkedArray, answers: pa.ChunkedArray, *, sure: float) -> bool:
    if not is_numeric(column):
        return False
    both = np.column_stack([as_numbers(column, ""), as_numbers(answers, "")])
    both = both[~np.isnan(both).any(axis=1)]
    if len(both) < FEW_ROWS or not both.std(axis=0).all():
        return False
    return bool(abs(np.corrcoef(both.T)[0, 1]) > sure)


def _decides(column: pa.ChunkedArray, answers: pa.ChunkedArray) -> bool:
    """Whether few values, or stretches of numbers as many as there are answers, have one answer each."""
    cells, targets = _known(column, answers)
    return len(cells) >= FEW_ROWS and len(np.unique(targets)) > 1 and _is_told(column, cells, targets)


def _may_decide(column: pa.ChunkedArray, answers: pa.ChunkedArray) -> bool:
    """Whether nothing in some of the rows speaks against it."""
    return _is_told(column, *_known(column, answers))


def _known(column: pa.ChunkedArray, answers: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    cells, targets = _codes(column), _codes(answers)
    known = (cells >= 0) & (targets >= 0)
    return cells[known], targets[known]


def _is_told(column: pa.ChunkedArray, cells: np.ndarray, targets: np.ndarray) -> bool:
    if not len(cells):
        return True
    different = len(np.unique(cells))
    if len(np.unique(cells * (targets.max() + 1) + targets)) > different:
        return False
    if not is_numeric(column):
        return True
    ordered = targets[np.argsort(cells, kind="stable")]
    stretches = 1 + sum(a != b for a, b in itertools.pairwise(ordered.tolist()))
    return bool(stretches == len(np.unique(targets)))


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    """Return a number for each value, in the order of numbers, and -1 where there is none."""
    if not is_numeric(column):
        return as_texts(column)[0]
    numbers = as_numbers(column, "")
    codes = np.full(len(numbers), -1)
    known = ~np.isnan(numbers)
    codes[known] = np.unique(numbers[known], return_inverse=True)[1]
    return codes
