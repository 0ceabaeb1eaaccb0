"""From a resolved spec and its table to the arrays that are trained on."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from datasets import Column, Fitted, Prepared, Source, fit_examples, prepare_examples
from datasets.pairs import TRANSLATION, prepare_pairs
from specs.values import Spec


def prepare(arrow: pa.Table, columns: Sequence[Column], spec: Spec, validation: pa.Table | None = None) -> Prepared:
    """Split, fit and encode as the spec says; `validation` is the table of `split.validation_dataset_id`."""
    features, split = spec.features, spec.split
    if spec.task == TRANSLATION:
        return prepare_pairs(
            arrow,
            columns,
            source=features.include[0],
            target=str(spec.target),
            unit=str(features.tokenizer),
            max_tokens=int(features.max_vocabulary or 0),
            split_seed=split.seed,
            validation_share=split.validation_share or 0.0,
            test_share=split.test_share,
            group_by=split.group_by,
            time_by=split.time_by,
            validation=validation,
        )
    return prepare_examples(arrow, columns, validation=validation, **_how(spec))


def fit(table: Source, columns: Sequence[Column], spec: Spec, validation: Source | None = None) -> Fitted:
    """Split and fit as the spec says; nothing is encoded yet, and large tables stay on the disk."""
    return fit_examples(table, columns, validation=validation, **_how(spec))


def _how(spec: Spec) -> dict[str, Any]:
    features, split = spec.features, spec.split
    return {
        "target": spec.target,
        "task": spec.task,
        "include": features.include,
        "kinds": features.kinds,
        "scaling": features.scaling,
        "missing": features.missing,
        "fill_value": features.fill_value or 0.0,
        "indicators": features.indicators,
        "encoding": features.encoding,
        "max_categories": features.max_categories,
        "reshape": features.reshape,
        "target_scaling": features.target_scaling,
        "split_seed": split.seed,
        "validation_share": split.validation_share or 0.0,
        "test_share": split.test_share,
        "stratify": split.stratify,
        "group_by": split.group_by,
        "time_by": split.time_by,
        "weight_by": spec.training.sample_weight,
    }
