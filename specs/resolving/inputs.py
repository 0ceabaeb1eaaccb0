"""How many inputs the columns make."""

from collections import Counter

from datasets import Column
from specs.facts import DatasetFacts
from specs.values import Features


def input_count(features: Features, facts: DatasetFacts) -> int:
    """Count the network's inputs; those that stand for missing values may turn out fewer."""
    return sum(
        _inputs(column, features.kinds[column.name], features.max_categories)
        for column in facts.columns
        if column.name in features.kinds
    )


def _inputs(column: Column, kind: str, max_categories: int) -> int:
    values = min(column.distinct, max_categories) if kind == "category" else 1
    return max(1, values + (column.missing > 0))


def inputs_reason(features: Features, facts: DatasetFacts) -> str:
    """Say how columns become inputs: `4 columns → 6 inputs: 3 numbers, 3 from 1 category`."""
    kinds = Counter(features.kinds.values())
    total = input_count(features, facts)
    parts = [
        f"{count} {'number' if kind == 'number' else kind}{'s' if count > 1 else ''}" for kind, count in kinds.items()
    ]
    return f"{len(features.include)} columns → {total} inputs: {', '.join(parts)}"
