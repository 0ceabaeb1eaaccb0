"""A prepared table as arrays to train on: rows without an answer dropped, split, fitted, encoded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from datasets.columns.column import Column
from datasets.columns.column_store import ColumnStore, are_valid, taken
from datasets.columns.targets import target_names
from datasets.errors import TargetMissing, TooFewRows, UnknownColumn
from datasets.preprocessing.arrow_to_numpy import as_numbers, as_texts, is_numeric
from datasets.preprocessing.date_encoding import as_days
from datasets.preprocessing.fit import choose_features, fit_preprocessing
from datasets.preprocessing.preprocessing import Preprocessing
from datasets.recipe.recipe import Recipe
from datasets.training_sets.splits import Split, small, split


@dataclass(frozen=True, kw_only=True)
class TrainingArrays:
    """Arrays for both parts, what made them, and the split in row indices of the table."""

    preprocessing: Preprocessing
    split: Split
    training_x: np.ndarray
    training_y: np.ndarray
    validation_x: np.ndarray
    validation_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    dropped_rows: int
    training_weights: np.ndarray | None = None  # (training rows,), how much each counts


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """The split in row indices of the table, and what was fitted to its training part."""

    preprocessing: Preprocessing
    split: Split
    dropped_rows: int
    training_weights: np.ndarray | None = None


def labelled_rows(arrow: ColumnStore, target: str | Sequence[str]) -> np.ndarray:
    """Return the indices of the rows that have a value of every target."""
    is_labelled = np.ones(arrow.num_rows, bool)
    for name in target_names(target):
        if name not in arrow.column_names:
            raise UnknownColumn(
                f"There is no column `{name}`.", found=name, expected=", ".join(arrow.column_names[:20])
            )
        is_labelled &= are_valid(arrow, name)
    rows = small(np.flatnonzero(is_labelled))
    if not rows.size:
        named = " and ".join(f"`{name}`" for name in target_names(target))
        lacking = f"target {named} has no value" if isinstance(target, str) else f"targets {named} have no values"
        raise TargetMissing(f"The {lacking} in any row.", found=0, expected="at least 2 rows")
    return rows


def prepare_examples(
    arrow: pa.Table, columns: Sequence[Column], recipe: Recipe, *, validation: pa.Table | None = None
) -> TrainingArrays:
    """Everything between a table and a network: the same arguments give the same arrays on every machine."""
    fitted = fit_examples(arrow, columns, recipe, validation=validation)
    preprocessing, parts = fitted.preprocessing, fitted.split
    training_x, training_y = _arrays(preprocessing, arrow, parts.training)
    validation_x, validation_y = _arrays(preprocessing, arrow if validation is None else validation, parts.validation)
    test_x, test_y = _arrays(preprocessing, arrow, parts.test)
    return TrainingArrays(
        preprocessing=preprocessing,
        split=parts,
        training_x=training_x,
        training_y=training_y,
        validation_x=validation_x,
        validation_y=validation_y,
        test_x=test_x,
        test_y=test_y,
        dropped_rows=fitted.dropped_rows,
        training_weights=fitted.training_weights,
    )


def fit_examples(
    arrow: ColumnStore, columns: Sequence[Column], recipe: Recipe, *, validation: ColumnStore | None = None
) -> Fitted:
    """Drop the rows without an answer, split the others, and fit to the training part.

    With a second table for `validation`, its labelled rows are the validation part, whose indices are into that table.
    """
    rule, weight_by = recipe.split, recipe.weight_by
    rows = labelled_rows(arrow, recipe.target)
    if recipe.features.missing == "drop":
        rows = complete_rows(arrow, rows, [column.name for column in choose_features(columns, recipe)])
    has_classes = recipe.task in {"binary", "multiclass"}
    parts = split(
        recipe.task,
        rule if validation is None else replace(rule, validation_share=None),
        row_count=len(rows),
        labels=small(as_texts(taken(arrow, str(recipe.target), rows))[0]) if has_classes else None,
        groups=None if rule.group_by is None else groups_of(taken(arrow, rule.group_by, rows)),
        times=None if rule.time_by is None else times_of(taken(arrow, rule.time_by, rows), rule.time_by),
    )
    held_out = rows[parts.validation] if validation is None else labelled_rows(validation, recipe.target)
    parts = Split(training=rows[parts.training], validation=held_out, test=rows[parts.test])
    return Fitted(
        preprocessing=fit_preprocessing(arrow, columns, recipe, training_rows=parts.training, labelled_rows=rows),
        split=parts,
        dropped_rows=arrow.num_rows - len(rows),
        training_weights=None if weight_by is None else _weights(arrow, weight_by, parts.training),
    )


def _weights(arrow: ColumnStore, name: str, rows: np.ndarray) -> np.ndarray:
    """Return the numbers of a column for some rows."""
    return as_numbers(taken(arrow, name, rows), name)


def groups_of(cells: pa.ChunkedArray) -> np.ndarray:
    """Number the values of a column; rows without a value are one group."""
    return as_texts(cells)[0]


def times_of(cells: pa.ChunkedArray, name: str) -> np.ndarray:
    """Return numbers that order the rows: of numbers and dates their values, of texts their place in the alphabet.

    Rows without a value come first, as the oldest.
    """
    if pa.types.is_temporal(cells.type):
        times = as_days(cells, name)
    elif is_numeric(cells):
        times = as_numbers(cells, name)
    else:
        times = as_texts(cells)[0].astype(np.float64)
    return np.where(np.isnan(times), -np.inf, times)


def complete_rows(arrow: ColumnStore, rows: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Return those of the rows in which no column of these is missing; raises TooFewRows where none is left."""
    complete = np.ones(arrow.num_rows, bool)
    for name in names:
        complete &= are_valid(arrow, name)
    left: np.ndarray = rows[complete[rows]]
    if len(left) < 2:
        raise TooFewRows(
            f"{len(left)} rows have a value in every column, so dropping the others leaves too few.",
            found=len(left),
            expected="at least 2 complete rows",
            hint='Fill missing values instead: "missing": "median".',
        )
    return left


def _arrays(preprocessing: Preprocessing, table: pa.Table, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets of some rows."""
    names = [*(feature.column for feature in preprocessing.features), *preprocessing.target.columns]
    part = table.select(list(dict.fromkeys(names))).take(pa.array(rows, pa.int64()))
    return preprocessing.transform(part), preprocessing.encode_target(part)
