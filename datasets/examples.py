"""A prepared table as arrays to train on: rows without an answer dropped, split, fitted, encoded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.arrays import as_texts
from datasets.columns import Column
from datasets.errors import TargetMissing, UnknownColumn
from datasets.fitting import MAX_CATEGORIES, fit_preprocessing
from datasets.preprocessing import Preprocessing
from datasets.splits import Split, split


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Arrays for both parts, what made them, and the split in row indices of the table."""

    preprocessing: Preprocessing
    split: Split
    training_x: np.ndarray
    training_y: np.ndarray
    validation_x: np.ndarray
    validation_y: np.ndarray
    dropped_rows: int


def labelled_rows(arrow: pa.Table, target: str) -> np.ndarray:
    """Return the indices of the rows that have a target value."""
    if target not in arrow.column_names:
        raise UnknownColumn(
            f"There is no column `{target}`.", found=target, expected=", ".join(arrow.column_names[:20])
        )
    rows = np.flatnonzero(np.asarray(pc.is_valid(arrow.column(target)).combine_chunks()))
    if not rows.size:
        raise TargetMissing(f"The target `{target}` has no value in any row.", found=0, expected="at least 2 rows")
    return rows


def prepare_examples(  # noqa: PLR0913 - each is a field of a job's spec
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
    split_seed: int,
    validation_share: float = 0.2,
    stratify: bool = True,
) -> Prepared:
    """Everything between a table and a network: the same arguments give the same arrays on every machine."""
    rows = labelled_rows(arrow, target)
    labels = None if task == "regression" else as_texts(arrow.column(target).take(pa.array(rows)))[0]
    parts = split(
        task,
        split_seed,
        labels=labels,
        row_count=len(rows),
        validation_share=validation_share,
        stratify=stratify,
    )
    parts = Split(training=rows[parts.training], validation=rows[parts.validation])
    preprocessing = fit_preprocessing(
        arrow,
        columns,
        target=target,
        task=task,
        include=include,
        kinds=kinds,
        scaling=scaling,
        missing=missing,
        max_categories=max_categories,
        training_rows=parts.training,
    )
    used = arrow.select([*(feature.column for feature in preprocessing.features), target])
    training, validation = used.take(pa.array(parts.training)), used.take(pa.array(parts.validation))
    return Prepared(
        preprocessing=preprocessing,
        split=parts,
        training_x=preprocessing.transform(training),
        training_y=preprocessing.encode_target(training),
        validation_x=preprocessing.transform(validation),
        validation_y=preprocessing.encode_target(validation),
        dropped_rows=arrow.num_rows - len(rows),
    )
