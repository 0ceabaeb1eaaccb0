"""Fitting the target: the names of its classes, or the mean and scale of its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa

from datasets.columns.cells import order_yes_no
from datasets.columns.column import Column
from datasets.columns.forms.guess import amount_form
from datasets.columns.targets import target_names
from datasets.errors import TargetMissing, TargetSingleValue, TooManyClasses
from datasets.preprocessing.array_encoding import as_array
from datasets.preprocessing.arrow_to_numpy import as_numbers, as_texts, is_numeric
from datasets.preprocessing.encodings import BOOLEAN, NUMBER, TEXT, TargetEncoding
from datasets.preprocessing.multi_target import SeveralTargets, VectorTarget
from datasets.preprocessing.target import Target
from datasets.recipe.scalings import SCALINGS, standard

TASKS = ("binary", "multiclass", "multilabel", "regression", "translation")


PIXELS = 255.0  # what pixels that are not scaled are divided by, as where they are read


@dataclass(frozen=True)
class TargetShape:
    """How the numbers of a cell lie; () where it is one."""

    sizes: tuple[int, ...] = ()
    is_image: bool = False


def fit_targets(
    cells: pa.Table,
    target: str | Sequence[str],
    *,
    task: str,
    scaling: str,
    shapes: Mapping[str, TargetShape] = MappingProxyType({}),
    may_rest: bool = False,
    clips: bool = False,
    columns: Sequence[Column] = (),
) -> Target:
    """Fit to the columns of one target or of several; `scaling` is that of numbers.

    `may_rest` tells that some of several columns may have one value in all rows, `clips` that answers to a single
    number stay within those that it has. The descriptions of the `columns` say how their cells are written.
    """
    names = target_names(target)
    if isinstance(target, str) and pa.types.is_fixed_size_list(cells.schema.field(target).type):
        shape = shapes.get(target, TargetShape())
        return fit_vector_target(as_array(cells.column(target)), target, task=task, scaling=scaling, shape=shape)
    told = {column.name: column for column in columns}
    if isinstance(target, str):
        return fit_target(
            cells.column(target), target, task=task, scaling=scaling, clips=clips, column=told.get(target)
        )
    each = "binary" if task == "multilabel" else task
    parts = tuple(
        fit_target(cells.column(name), name, task=each, scaling=scaling, may_rest=may_rest, column=told.get(name))
        for name in names
    )
    return SeveralTargets(task=task, parts=parts)


def fit_target(
    cells: pa.ChunkedArray,
    name: str,
    *,
    task: str,
    scaling: str = "standard",
    may_rest: bool = False,
    clips: bool = False,
    column: Column | None = None,
) -> TargetEncoding:
    """Classes in order (no before yes, numbers by size, else text), or mean and scale of a number."""
    words = None if column is None else own_words(column)
    if task not in TASKS:
        raise ValueError(f"task {task!r} is none of {TASKS}")
    if cells.null_count == len(cells):
        raise TargetMissing(f"The target `{name}` has no value in any training row.", found=0)
    if task == "regression":
        form = None if column is None else amount_form(format_of(column))
        numbers = as_numbers(cells, name, form=form)
        known = numbers[~np.isnan(numbers)]
        if not standard(known)[1] > 0 and not may_rest:
            raise _single_value(name)
        mean, scale = SCALINGS[scaling](known)
        scale = scale if scale > 0 else 1.0
        bounds = (float(known.min()), float(known.max())) if clips else None
        return TargetEncoding(
            column=name, task=task, mean=mean, scale=scale, bounds=bounds, form=form, missing_words=words
        )
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
    found = order_yes_no(classes) or classes
    label_type = _label_type(cells, classes)
    return TargetEncoding(column=name, task=task, classes=found, missing_words=words, label_type=label_type)


def format_of(column: Column) -> Mapping[str, Any] | None:
    """Return how the numbers of a column are written, None where they are plain."""
    return column.statistics.get("format") if column.numeric else None


def own_words(column: Column) -> tuple[str, ...] | None:
    """Return the words for no value that the owner of a column has said."""
    words = column.statistics.get("missing_words")
    return None if words is None else tuple(words)


def _label_type(cells: pa.ChunkedArray, classes: Sequence[str]) -> str:
    """Tell what labels are: a file of text has no booleans, but `true` and `false` are meant as such."""
    if is_numeric(cells):
        return NUMBER
    return BOOLEAN if {text.lower() for text in classes} == {"false", "true"} else TEXT


def fit_vector_target(
    vectors: np.ndarray,
    name: str,
    *,
    task: str,
    scaling: str = "standard",
    shape: TargetShape = TargetShape(),  # frozen
) -> VectorTarget:
    """Scale each place of the vectors (rows, width) by itself; 0 and 1, and what never changes, stay as they are.

    Pixels that are not scaled are brought to 0 … 1.
    """
    numbers = vectors.astype(np.float64)
    if not (numbers != numbers[0]).any():
        raise _single_value(name)
    fits = [SCALINGS["none" if task == "multilabel" else scaling](place) for place in numbers.T]
    means, scales = zip(*fits, strict=True)
    if shape.is_image and scaling == "none":
        scales = (PIXELS,) * len(scales)
    return VectorTarget(
        column=name,
        task=task,
        means=means,
        scales=tuple(scale if scale > 0 else 1.0 for scale in scales),
        shape=shape.sizes if len(shape.sizes) > 1 else (),
    )


def _single_value(name: str) -> TargetSingleValue:
    return TargetSingleValue(
        f"The target `{name}` has the same value in every training row.",
        found=1,
        expected="at least two different values",
        hint="Choose another target, or add rows with another answer.",
    )
