"""Fitting the preprocessing to the training rows, and to nothing else."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa

from datasets.answers import Target
from datasets.array_cells import ArrayEncoding, as_array, fit_array
from datasets.arrays import as_numbers, as_texts
from datasets.columns import LEFT_OUT, Column, Kind
from datasets.dates import as_days, fit_dates
from datasets.encodings import (
    MISSING,
    BooleanEncoding,
    CategoryEncoding,
    FeatureEncoding,
    NumberEncoding,
    OrdinalEncoding,
    TargetEncoding,
    signed_log,
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
from datasets.prepared_file import Source, taken
from datasets.preprocessing import Preprocessing
from datasets.several import SeveralTargets, VectorTarget
from datasets.targets import target_names
from datasets.values import order_yes_no

TASKS = ("binary", "multiclass", "multilabel", "regression", "translation")
MAX_CATEGORIES = 50


def _standard(numbers: np.ndarray) -> tuple[float, float]:
    largest = float(max(numbers.max(), -numbers.min())) or 1.0
    if 1e-100 < largest < 1e100:
        return float(numbers.mean()), float(numbers.std())
    shrunk = numbers / largest  # squares of what is this large or small would leave the range of floats
    return float(shrunk.mean()) * largest, float(shrunk.std()) * largest


def _range(numbers: np.ndarray) -> tuple[float, float]:
    return float(numbers.min()), float(numbers.max() / 2 - numbers.min() / 2) * 2


def _none(_numbers: np.ndarray) -> tuple[float, float]:
    return 0.0, 1.0


def _middle(numbers: np.ndarray) -> tuple[float, float]:
    low, median, high = np.quantile(numbers, (0.25, 0.5, 0.75))
    return float(median), float(high / 2 - low / 2) * 2


SCALINGS: dict[str, Callable[[np.ndarray], tuple[float, float]]] = {
    "standard": _standard,
    "minmax": _range,
    "robust": _middle,
    "log": lambda numbers: _standard(signed_log(numbers)),
    "none": _none,
}
"""What is subtracted from numbers and what they are divided by; `log` works on their logarithms."""

TARGET_SCALINGS = ("standard", "minmax", "robust", "none")
ENCODINGS = ("one_hot", "ordinal")


def _most_frequent(numbers: np.ndarray) -> float:
    values, counts = np.unique(numbers, return_counts=True)
    return float(values[np.argmax(counts)])


FILLS: dict[str, Callable[[np.ndarray], float]] = {
    "median": lambda numbers: float(np.median(numbers)),
    "mean": lambda numbers: _standard(numbers)[0],
    "most_frequent": _most_frequent,
    "zero": lambda _numbers: 0.0,
    "constant": lambda _numbers: 0.0,
    "drop": lambda numbers: float(np.median(numbers)),
}
"""What stands in for missing numbers; an extra input says where it does. Rows that `drop` left out of training are
answered with the median at predict."""

Chosen = str | Mapping[str, str]  # a name for all columns, or names by column with one under "default"


def chosen(choice: Chosen, column: str, otherwise: str) -> str:
    """Return what was chosen for a column."""
    return choice if isinstance(choice, str) else choice.get(column, choice.get("default", otherwise))


def fit_preprocessing(  # noqa: PLR0913 - each is a field of a job's spec
    arrow: Source,
    columns: Sequence[Column],
    *,
    target: str | Sequence[str],
    task: str,
    include: Collection[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    scaling: Chosen = "standard",
    missing: str = "median",
    fill_value: float = 0.0,
    indicators: bool = True,
    encoding: Chosen = "one_hot",
    max_categories: int = MAX_CATEGORIES,
    reshape: Sequence[int] | None = None,
    target_scaling: str = "standard",
    training_rows: np.ndarray,
    labelled_rows: np.ndarray | None = None,
) -> Preprocessing:
    """Fit to the rows with these indices. Without `include`, features are all columns but the target and LEFT_OUT.

    The names of classes are taken from all `labelled_rows`, where given: a class that only a held-out part shows still
    has its output.
    """
    kinds = kinds or {}
    targets = target_names(target)
    learned = choose_features(columns, target=target, include=include, kinds=kinds)
    features = tuple(
        _fit_feature(
            taken(arrow, column.name, training_rows),  # one at a time: all together might fill the memory
            column,
            kind=_kind(column, kinds),
            scaling=chosen(scaling, column.name, "standard"),
            missing=missing,
            fill_value=fill_value,
            indicators=indicators and missing != "drop",
            encoding=chosen(encoding, column.name, "one_hot"),
            max_categories=max_categories,
        )
        for column in learned
    )
    used = {column.name for column in learned} | set(targets)
    answered = training_rows if task == "regression" or labelled_rows is None else labelled_rows
    answers = pa.table({name: taken(arrow, name, answered) for name in targets})
    return Preprocessing(
        features=features,
        target=_fit_answers(answers, target, task=task, scaling=target_scaling),
        ignored=tuple(column.name for column in columns if column.name not in used),
        shape=tuple(reshape) if reshape is not None else _own_shape(features),
    )


def _fit_answers(answers: pa.Table, target: str | Sequence[str], *, task: str, scaling: str) -> Target:
    names = target_names(target)
    if isinstance(target, str) and pa.types.is_fixed_size_list(answers.schema.field(target).type):
        return fit_vector_target(as_array(answers.column(target)), target, task=task, scaling=scaling)
    if isinstance(target, str):
        return fit_target(answers.column(target), target, task=task, scaling=scaling)
    each = "binary" if task == "multilabel" else task
    parts = tuple(fit_target(answers.column(name), name, task=each, scaling=scaling) for name in names)
    return SeveralTargets(task=task, parts=parts)


def _own_shape(features: Sequence[FeatureEncoding]) -> tuple[int, ...] | None:
    """Return the shape of the only feature where that is an image or a sequence."""
    only = features[0] if len(features) == 1 else None
    return only.shape if isinstance(only, ArrayEncoding) and len(only.shape) > 1 else None


def choose_features(
    columns: Sequence[Column], *, target: str | Sequence[str], include: Collection[str] | None, kinds: Mapping[str, str]
) -> list[Column]:
    """Return the columns that are learned from, in the order of the table."""
    names = {column.name for column in columns}
    targets = target_names(target)
    for name in [*targets, *(include or ()), *kinds]:
        if name not in names:
            raise UnknownColumn(f"There is no column `{name}`.", found=name, expected=", ".join(sorted(names)[:20]))
    if include is None:
        found = [c for c in columns if c.name not in targets and kinds.get(c.name, c.kind) not in LEFT_OUT]
    else:
        found = [column for column in columns if column.name in include and column.name not in targets]
    if not found:
        raise NoFeatures(
            f"Besides the target {' and '.join(f'`{name}`' for name in targets)} no column is left to learn from.",
            hint="Columns that are constant, empty or identifiers are left out unless they are included by name.",
        )
    return found


def _kind(column: Column, kinds: Mapping[str, str]) -> str:
    asked = kinds.get(column.name)
    if asked is not None and asked not in LEFT_OUT:
        return str(asked)
    if column.kind in {"boolean", "date", "vector", "image"}:
        return str(column.kind)
    return Kind.NUMBER if column.numeric else Kind.CATEGORY


def _fit_feature(  # noqa: PLR0913 - each is a field of a job's spec
    cells: pa.ChunkedArray,
    column: Column,
    *,
    kind: str,
    scaling: str,
    missing: str,
    fill_value: float,
    indicators: bool,
    encoding: str,
    max_categories: int,
) -> FeatureEncoding:
    if kind == Kind.NUMBER:
        numbers = as_numbers(cells, column.name)
        del cells  # as large as the numbers
        return fit_number(
            numbers, column.name, scaling=scaling, missing=missing, fill_value=fill_value, indicators=indicators
        )
    if kind in {Kind.VECTOR, Kind.IMAGE}:
        shape = tuple(column.statistics["shape"])
        return fit_array(as_array(cells), column.name, shape=shape, is_image=kind == Kind.IMAGE, scaling=scaling)
    if kind == "date":
        return fit_dates(as_days(cells, column.name), column.name)
    codes, texts = as_texts(cells)
    has_missing = bool((codes == MISSING).any())
    if kind == Kind.BOOLEAN:
        return BooleanEncoding(column=column.name, values=_yes_no_values(column), missing=has_missing)
    if encoding == "ordinal":
        mean, scale = SCALINGS["none" if scaling == "log" else scaling]((codes + 1).clip(0).astype(np.float64))
        return OrdinalEncoding(column=column.name, values=texts, mean=mean, scale=scale if scale > 0 else 1.0)
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


def fit_number(
    numbers: np.ndarray,
    name: str,
    *,
    scaling: str,
    missing: str,
    fill_value: float = 0.0,
    indicators: bool = True,
) -> NumberEncoding:
    """Scale and fill from numbers with NaN for missing ones; a column without spread keeps its scale of 1."""
    missing_ones = np.isnan(numbers)
    known = numbers[~missing_ones] if missing_ones.any() else numbers
    indicator = indicators and known.size < numbers.size
    constant = fill_value if missing == "constant" else 0.0
    if not known.size:
        return NumberEncoding(column=name, mean=0.0, scale=1.0, fill=constant, indicator=indicator)
    mean, scale = SCALINGS[scaling](known)
    return NumberEncoding(
        column=name,
        mean=mean,
        scale=scale if scale > 0 else 1.0,
        fill=constant if missing == "constant" else FILLS[missing](known),
        indicator=indicator,
        logarithmic=scaling == "log",
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


def fit_target(cells: pa.ChunkedArray, name: str, *, task: str, scaling: str = "standard") -> TargetEncoding:
    """Classes in order (no before yes, numbers by size, else text), or mean and scale of a number."""
    if task not in TASKS:
        raise ValueError(f"task {task!r} is none of {TASKS}")
    if cells.null_count == len(cells):
        raise TargetMissing(f"The target `{name}` has no value in any training row.", found=0)
    if task == "regression":
        numbers = as_numbers(cells, name)
        known = numbers[~np.isnan(numbers)]
        if not _standard(known)[1] > 0:
            raise _single_value(name)
        mean, scale = SCALINGS[scaling](known)
        scale = scale if scale > 0 else 1.0
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


def fit_vector_target(vectors: np.ndarray, name: str, *, task: str, scaling: str = "standard") -> VectorTarget:
    """Scale each place of the vectors (rows, width) by itself; 0 and 1, and what never changes, stay as they are."""
    numbers = vectors.astype(np.float64)
    if not (numbers != numbers[0]).any():
        raise _single_value(name)
    fits = [SCALINGS["none" if task == "multilabel" else scaling](place) for place in numbers.T]
    means, scales = zip(*fits, strict=True)
    return VectorTarget(
        column=name, task=task, means=means, scales=tuple(scale if scale > 0 else 1.0 for scale in scales)
    )


def _single_value(name: str) -> TargetSingleValue:
    return TargetSingleValue(
        f"The target `{name}` has the same value in every training row.",
        found=1,
        expected="at least two different values",
        hint="Choose another target, or add rows with another answer.",
    )
