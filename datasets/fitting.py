"""Fitting the preprocessing to the training rows, and to nothing else."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa

from datasets.arrays import as_numbers, as_texts
from datasets.columns import LEFT_OUT, Column, Kind
from datasets.encodings import (
    MISSING,
    BooleanEncoding,
    CategoryEncoding,
    FeatureEncoding,
    NumberEncoding,
    TargetEncoding,
)
from datasets.errors import (
    NoFeatures,
    NotBoolean,
    Position,
    TargetMissing,
    TargetSingleValue,
    TooManyClasses,
    UnknownColumn,
)
from datasets.preprocessing import Preprocessing
from datasets.values import order_yes_no

TASKS = ("binary", "multiclass", "regression")
MAX_CATEGORIES = 50


def _standard(numbers: np.ndarray) -> tuple[float, float]:
    largest = float(np.abs(numbers).max()) or 1.0
    if 1e-100 < largest < 1e100:
        return float(numbers.mean()), float(numbers.std())
    shrunk = numbers / largest  # squares of what is this large or small would leave the range of floats
    return float(shrunk.mean()) * largest, float(shrunk.std()) * largest


def _range(numbers: np.ndarray) -> tuple[float, float]:
    return float(numbers.min()), float(numbers.max() / 2 - numbers.min() / 2) * 2


def _none(_numbers: np.ndarray) -> tuple[float, float]:
    return 0.0, 1.0


SCALINGS: dict[str, Callable[[np.ndarray], tuple[float, float]]] = {
    "standard": _standard,
    "minmax": _range,
    "none": _none,
}
"""What is subtracted from numbers and what they are divided by."""

FILLS: dict[str, Callable[[np.ndarray], float]] = {
    "median": lambda numbers: float(np.median(numbers)),
    "mean": lambda numbers: _standard(numbers)[0],
    "zero": lambda _numbers: 0.0,
}
"""What stands in for missing numbers; an extra input says where it does."""


def fit_preprocessing(  # noqa: PLR0913 - each is a field of a job's spec
    arrow: pa.Table,
    columns: Sequence[Column],
    *,
    target: str,
    task: str,
    include: Collection[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    scaling: str = "standard",
    missing: str = "median",
    max_categories: int = MAX_CATEGORIES,
    training_rows: np.ndarray,
) -> Preprocessing:
    """Fit to the rows with these indices. Without `include`, features are all columns but the target and LEFT_OUT."""
    kinds = kinds or {}
    chosen = choose_features(columns, target=target, include=include, kinds=kinds)
    rows = arrow.select([*(column.name for column in chosen), target]).take(pa.array(training_rows))
    features = tuple(
        _fit_feature(
            rows.column(column.name),
            column,
            kind=_kind(column, kinds),
            scaling=scaling,
            missing=missing,
            max_categories=max_categories,
        )
        for column in chosen
    )
    used = {column.name for column in chosen} | {target}
    return Preprocessing(
        features=features,
        target=fit_target(rows.column(target), target, task=task),
        ignored=tuple(column.name for column in columns if column.name not in used),
    )


def choose_features(
    columns: Sequence[Column], *, target: str, include: Collection[str] | None, kinds: Mapping[str, str]
) -> list[Column]:
    """Return the columns that are learned from, in the order of the table."""
    names = {column.name for column in columns}
    for name in [target, *(include or ()), *kinds]:
        if name not in names:
            raise UnknownColumn(f"There is no column `{name}`.", found=name, expected=", ".join(sorted(names)[:20]))
    if include is None:
        chosen = [c for c in columns if c.name != target and kinds.get(c.name, c.kind) not in LEFT_OUT]
    else:
        chosen = [column for column in columns if column.name in include and column.name != target]
    if not chosen:
        raise NoFeatures(
            f"Besides the target `{target}` no column is left to learn from.",
            hint="Columns that are constant, empty or identifiers are left out unless they are included by name.",
        )
    return chosen


def _kind(column: Column, kinds: Mapping[str, str]) -> str:
    asked = kinds.get(column.name)
    if asked is not None and asked not in LEFT_OUT:
        return str(asked)
    if column.numeric:
        return Kind.NUMBER
    return Kind.BOOLEAN if column.kind is Kind.BOOLEAN else Kind.CATEGORY


def _fit_feature(
    cells: pa.ChunkedArray, column: Column, *, kind: str, scaling: str, missing: str, max_categories: int
) -> FeatureEncoding:
    if kind == Kind.NUMBER:
        return fit_number(as_numbers(cells, column.name), column.name, scaling=scaling, missing=missing)
    codes, texts = as_texts(cells)
    has_missing = bool((codes == MISSING).any())
    if kind == Kind.BOOLEAN:
        return BooleanEncoding(column=column.name, values=_yes_no_values(column), missing=has_missing)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    return fit_category(counts, texts, column.name, missing=has_missing, max_categories=max_categories)


def _yes_no_values(column: Column) -> tuple[str, ...]:
    values = tuple(sorted(entry["value"] for entry in column.statistics["top"] or ()))
    if column.distinct != 2 or len(values) != 2:
        raise NotBoolean(
            f"`{column.name}` has {column.distinct} different values, so it is no yes/no column.",
            position=Position(name=column.name),
            found=column.distinct,
            expected=2,
            hint="Treat it as a category.",
        )
    return order_yes_no(values) or values


def fit_number(numbers: np.ndarray, name: str, *, scaling: str, missing: str) -> NumberEncoding:
    """Scale and fill from numbers with NaN for missing ones; a column without spread keeps its scale of 1."""
    known = numbers[~np.isnan(numbers)]
    indicator = known.size < numbers.size
    if not known.size:
        return NumberEncoding(column=name, mean=0.0, scale=1.0, fill=0.0, indicator=indicator)
    mean, scale = SCALINGS[scaling](known)
    return NumberEncoding(
        column=name, mean=mean, scale=scale if scale > 0 else 1.0, fill=FILLS[missing](known), indicator=indicator
    )


def fit_category(
    counts: np.ndarray, texts: Sequence[str], name: str, *, missing: bool, max_categories: int
) -> CategoryEncoding:
    """Keep the most frequent values in the order of their text; where there are more, the last place is `other`."""
    seen = np.flatnonzero(counts)
    has_other = len(seen) > max_categories
    if has_other:
        by_count = seen[np.argsort(-counts[seen], kind="stable")]
        seen = np.sort(by_count[: max(1, max_categories - 1)])
    return CategoryEncoding(
        column=name, values=tuple(texts[i] for i in seen.tolist()), other=has_other, missing=missing
    )


def fit_target(cells: pa.ChunkedArray, name: str, *, task: str) -> TargetEncoding:
    """Classes in order (no before yes, numbers by size, else text), or mean and scale of a number."""
    if task not in TASKS:
        raise ValueError(f"task {task!r} is none of {TASKS}")
    if cells.null_count == len(cells):
        raise TargetMissing(f"The target `{name}` has no value in any training row.", found=0)
    if task == "regression":
        numbers = as_numbers(cells, name)
        mean, scale = _standard(numbers[~np.isnan(numbers)])
        if not scale > 0:
            raise _single_value(name)
        return TargetEncoding(column=name, task=task, mean=mean, scale=scale)
    classes = as_texts(cells)[1]
    if len(classes) < 2:
        raise _single_value(name)
    if task == "binary" and len(classes) != 2:
        raise TooManyClasses(
            f"The target `{name}` has {len(classes)} different values; a yes/no task has two.",
            found=len(classes),
            expected=2,
            hint="Use the task `multiclass`.",
        )
    return TargetEncoding(column=name, task=task, classes=order_yes_no(classes) or classes)


def _single_value(name: str) -> TargetSingleValue:
    return TargetSingleValue(
        f"The target `{name}` has the same value in every training row.",
        found=1,
        expected="at least two different values",
        hint="Choose another target, or add rows with another answer.",
    )
