"""The number of network inputs that the columns make, with its reason, and the shape of an image or sequence."""

from collections import Counter
from collections.abc import Mapping
from math import prod

from datasets import Column
from datasets.recipe.features import Features
from specs.facts import DatasetFacts


def input_count(features: Features, facts: DatasetFacts) -> int:
    """Count the network's inputs; those that stand for missing values may turn out fewer."""
    return sum(
        _inputs(column, features.kinds[column.name], features)
        for column in facts.columns
        if column.name in features.kinds
    )


def own_shape(features: Features, facts: DatasetFacts) -> tuple[int, ...] | None:
    """Return the shape of the only feature where that is an image or a sequence."""
    only = facts.column(features.include[0]) if len(features.include) == 1 else None
    if only is None or features.kinds[only.name] not in {"vector", "image"}:
        return None
    shape = tuple(int(size) for size in only.statistics["shape"])
    return shape if len(shape) > 1 else None


def _inputs(column: Column, kind: str, features: Features) -> int:
    is_told = column.missing > 0 and features.missing != "drop"
    if kind == "number":
        return 1 + (is_told and features.indicators)
    if kind == "category" and features.encoding_of(column.name) == "ordinal":
        return 1
    if kind in {"vector", "image"}:
        return prod(column.statistics["shape"])
    if kind == "date":
        return 5 + 2 * _has_times(column) + is_told
    values = min(column.distinct, features.max_categories) if kind == "category" else 1
    return max(1, values + is_told)


def _has_times(column: Column) -> bool:
    told = [column.statistics.get("min"), column.statistics.get("max"), *(column.statistics.get("top") or ())]
    return any(":" in str(found["value"] if isinstance(found, Mapping) else found) for found in told)


def inputs_reason(features: Features, facts: DatasetFacts) -> str:
    """Say how columns become inputs: `4 columns → 6 inputs: 3 numbers, 3 from 1 category`."""
    kinds = Counter(features.kinds.values())
    total = input_count(features, facts)
    parts = [
        f"{count} {'number' if kind == 'number' else kind}{'s' if count > 1 else ''}" for kind, count in kinds.items()
    ]
    return f"{len(features.include)} columns → {total} inputs: {', '.join(parts)}"
