"""Fitting the preprocessing to the training rows, and to nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from datasets.columns.cells import order_yes_no
from datasets.columns.column import LEFT_OUT, Column, Kind
from datasets.columns.column_store import ColumnStore, taken
from datasets.columns.forms.guess import amount_form
from datasets.columns.targets import target_names
from datasets.errors import FilePosition, NoFeatures, NotBoolean, UnknownColumn
from datasets.preprocessing.array_encoding import ArrayEncoding, as_array, fit_array
from datasets.preprocessing.arrow_to_numpy import as_numbers, as_texts
from datasets.preprocessing.date_encoding import as_days, fit_dates
from datasets.preprocessing.encodings import (
    MISSING,
    BooleanEncoding,
    CategoryEncoding,
    FeatureEncoding,
    NumberEncoding,
    OrdinalEncoding,
)
from datasets.preprocessing.fit_target import TargetShape, fit_targets, format_of, own_words
from datasets.preprocessing.preprocessing import Preprocessing
from datasets.recipe.features import Features
from datasets.recipe.recipe import Recipe
from datasets.recipe.scalings import FILLS, SCALINGS


def fit_preprocessing(
    arrow: ColumnStore,
    columns: Sequence[Column],
    recipe: Recipe,
    *,
    training_rows: np.ndarray,
    labelled_rows: np.ndarray | None = None,
) -> Preprocessing:
    """Fit to the rows with these indices.

    The names of classes are taken from all `labelled_rows`, where given: a class that only a held-out part shows still
    has its output.
    """
    targets, reshape = target_names(recipe.target), recipe.features.reshape
    learned = choose_features(columns, recipe)
    features = tuple(
        # one column at a time: all together might fill the memory
        _fit_feature(taken(arrow, column.name, training_rows), column, recipe.features)
        for column in learned
    )
    used = {column.name for column in learned} | set(targets)
    answered = training_rows if recipe.task == "regression" or labelled_rows is None else labelled_rows
    target_table = pa.table({name: taken(arrow, name, answered) for name in targets})
    scaling, clips = recipe.features.target_scaling, recipe.features.target_clipping
    return Preprocessing(
        features=features,
        target=fit_targets(
            target_table,
            recipe.target,
            task=recipe.task,
            scaling=scaling,
            shapes={column.name: _shape(column) for column in columns if column.name in targets},
            may_rest=is_given_back(recipe, columns),
            clips=clips,
            columns=columns,
        ),
        ignored=tuple(column.name for column in columns if column.name not in used),
        shape=tuple(reshape) if reshape is not None else _own_shape(features),
    )


def _own_shape(features: Sequence[FeatureEncoding]) -> tuple[int, ...] | None:
    """Return the shape of the only feature where that is an image or a sequence."""
    only = features[0] if len(features) == 1 else None
    return only.shape if isinstance(only, ArrayEncoding) and len(only.shape) > 1 else None


def is_given_back(recipe: Recipe, columns: Sequence[Column]) -> bool:
    """Tell whether the network gives back what it reads, as an autoencoder does: many numbers of each row."""
    targets = target_names(recipe.target)
    kinds = {column.kind for column in columns if column.name in targets}
    holds_many = len(targets) > 1 or not kinds.isdisjoint({Kind.VECTOR, Kind.IMAGE})
    return holds_many and set(recipe.features.include) == set(targets)


def _shape(column: Column) -> TargetShape:
    shape = column.statistics.get("shape") or () if column.kind in {Kind.VECTOR, Kind.IMAGE} else ()
    return TargetShape(tuple(shape), is_image=column.kind == Kind.IMAGE)


def choose_features(columns: Sequence[Column], recipe: Recipe) -> list[Column]:
    """Return the columns that are learned from, in the order of `include`; without it, all of use, as in the table."""
    names = {column.name: column for column in columns}
    targets, include, kinds = target_names(recipe.target), recipe.features.include, recipe.features.kinds
    for name in [*targets, *include, *kinds]:
        if name not in names:
            raise UnknownColumn(f"There is no column `{name}`.", found=name, expected=", ".join(sorted(names)[:20]))
    if not include:
        found = [c for c in columns if c.name not in targets and kinds.get(c.name, c.kind) not in LEFT_OUT]
    else:
        found = [names[name] for name in include if name not in targets or is_given_back(recipe, columns)]
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


def _fit_feature(cells: pa.ChunkedArray, column: Column, features: Features) -> FeatureEncoding:
    kind, scaling = _kind(column, features.kinds), features.scaling_of(column.name)
    words = own_words(column)
    if kind == Kind.NUMBER:
        numbers = as_numbers(cells, column.name, form=amount_form(format_of(column)))
        del cells  # as large as the numbers
        fitted = fit_number(numbers, column.name, features)
        return replace(fitted, form=amount_form(format_of(column)), missing_words=words)
    if kind in {Kind.VECTOR, Kind.IMAGE}:
        shape = tuple(column.statistics["shape"])
        array = fit_array(as_array(cells), column.name, shape=shape, is_image=kind == Kind.IMAGE, scaling=scaling)
        return replace(array, padded="padded" in column.statistics)
    if kind == "date":
        format_ = str(column.statistics.get("format", "")) if column.kind == Kind.DATE else ""
        return fit_dates(as_days(cells, column.name, format_), column.name, format_=format_, missing_words=words)
    codes, texts = as_texts(cells)
    has_missing = bool((codes == MISSING).any())
    if kind == Kind.BOOLEAN:
        values = _yes_no_values(column)
        fill = 0 if has_missing else _more_frequent(values, codes, texts)
        return BooleanEncoding(column=column.name, values=values, missing=has_missing, fill=fill, missing_words=words)
    if features.encoding_of(column.name) == "ordinal":
        mean, scale = SCALINGS["none" if scaling == "log" else scaling]((codes + 1).clip(0).astype(np.float64))
        scale = scale if scale > 0 else 1.0
        return OrdinalEncoding(column=column.name, values=texts, mean=mean, scale=scale, missing_words=words)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    category = fit_category(counts, texts, column.name, missing=has_missing, max_categories=features.max_categories)
    return replace(category, missing_words=words)


def _yes_no_values(column: Column) -> tuple[str, ...]:
    values = tuple(sorted(entry["value"] for entry in column.statistics["top"] or ()))
    if column.distinct != 2 or len(values) != 2:
        raise NotBoolean(
            f"`{column.name}` has {column.distinct} different values, so it is no yes/no column.",
            position=FilePosition(name=column.name),
            found=column.distinct,
            expected=2,
            hint="Treat it as a category.",
        )
    return order_yes_no(values) or values


def _more_frequent(values: tuple[str, ...], codes: np.ndarray, texts: Sequence[str]) -> int:
    """Return the place of the more frequent of two values; of equals the first."""
    counts = dict(zip(texts, np.bincount(codes, minlength=len(texts)).tolist(), strict=True))
    return int(counts.get(values[1], 0) > counts.get(values[0], 0))


def fit_number(numbers: np.ndarray, name: str, features: Features) -> NumberEncoding:
    """Scale and fill from numbers with NaN for missing ones; a column without spread keeps its scale of 1."""
    scaling = features.scaling_of(name)
    missing_ones = np.isnan(numbers)
    known = numbers[~missing_ones] if missing_ones.any() else numbers
    indicator = features.indicators and features.missing != "drop" and known.size < numbers.size
    constant = (features.fill_value or 0.0) if features.missing == "constant" else 0.0
    if not known.size:
        return NumberEncoding(column=name, mean=0.0, scale=1.0, fill=constant, indicator=indicator)
    mean, scale = SCALINGS[scaling](known)
    return NumberEncoding(
        column=name,
        mean=mean,
        scale=scale if scale > 0 else 1.0,
        fill=constant if features.missing == "constant" else FILLS[features.missing](known),
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
