"""From a resolved spec and its table to the arrays that are trained on."""

from collections.abc import Sequence

import pyarrow as pa

from datasets import Column, ColumnStore, Fitted, TrainingArrays, fit_examples, prepare_examples
from datasets.training_sets.translation import TRANSLATION, prepare_pairs
from specs.values import Spec


def prepare(
    arrow: pa.Table, columns: Sequence[Column], spec: Spec, validation: pa.Table | None = None
) -> TrainingArrays:
    """Split, fit and encode as the spec says; `validation` is the table of `split.validation_dataset_id`."""
    make = prepare_pairs if spec.task == TRANSLATION else prepare_examples
    return make(arrow, columns, spec.recipe, validation=validation)


def fit(table: ColumnStore, columns: Sequence[Column], spec: Spec, validation: ColumnStore | None = None) -> Fitted:
    """Split and fit as the spec says; nothing is encoded yet, and large tables stay on the disk."""
    return fit_examples(table, columns, spec.recipe, validation=validation)
