"""Datasets as the resolver sees them, made without files."""

from typing import Any

import specs
from datasets import Column, Kind

SEED = 1729


def number(
    name: str, *, distinct: int = 100, whole: bool = False, missing: int = 0, top: dict[str, int] | None = None
) -> Column:
    """Describe a column of numbers."""
    listed = [{"value": value, "count": count} for value, count in top.items()] if top else None
    statistics = {"min": 0.0, "max": 9.0, "mean": 4.0, "std": 2.0, "whole": whole, "top": listed}
    return Column(name=name, kind=Kind.NUMBER, missing=missing, distinct=distinct, numeric=True, statistics=statistics)


def category(name: str, counts: dict[str, int], *, missing: int = 0, kind: Kind = Kind.CATEGORY) -> Column:
    """Describe a column of texts."""
    top = [{"value": value, "count": count} for value, count in counts.items()]
    return Column(name=name, kind=kind, missing=missing, distinct=len(counts), statistics={"top": top[:20]})


def of_kind(name: str, kind: Kind, *, distinct: int, missing: int = 0) -> Column:
    """Describe a column that is left out unless it is named."""
    return Column(name=name, kind=kind, missing=missing, distinct=distinct, statistics={"top": []})


IRIS = specs.DatasetFacts(
    "ds_iris",
    150,
    (
        *(number(name) for name in ("sepal_length", "sepal_width", "petal_length", "petal_width")),
        category("species", {"setosa": 50, "versicolor": 50, "virginica": 50}),
    ),
)
CHURN = specs.DatasetFacts(
    "ds_churn",
    1000,
    (
        of_kind("customer_id", Kind.ID, distinct=1000),
        number("age", missing=12),
        number("income"),
        category("plan", {"basic": 600, "plus": 300, "pro": 100}, missing=0),
        category("news", {"no": 500, "yes": 500}, kind=Kind.BOOLEAN),
        of_kind("country", Kind.CONSTANT, distinct=1),
        of_kind("notes", Kind.EMPTY, distinct=0, missing=1000),
        category("churned", {"no": 950, "yes": 50}, kind=Kind.BOOLEAN),
    ),
)
HOUSES = specs.DatasetFacts(
    "ds_houses",
    400,
    (number("rooms", distinct=8, whole=True), number("area"), number("price", distinct=390, whole=True)),
)
TINY = specs.DatasetFacts("ds_tiny", 2, (number("x"), number("y", distinct=2)))
DATASETS = {"iris": (IRIS, "species"), "churn": (CHURN, "churned"), "houses": (HOUSES, "price"), "tiny": (TINY, "y")}


def resolve(body: object, facts: specs.DatasetFacts = IRIS, **options: Any) -> specs.Resolved:
    """Resolve a body with a fixed draw, all faults in one."""
    return specs.resolve(specs.read(body), facts, draw_seed=lambda: SEED, **options)


def faults_of(body: object, facts: specs.DatasetFacts = IRIS, **options: Any) -> tuple[specs.Fault, ...]:
    """Return what is wrong with a body; nothing if it is right."""
    given = specs.read(body)
    if "dataset_id" not in given.body:
        return given.faults
    try:
        specs.resolve(given, facts, draw_seed=lambda: SEED, **options)
    except specs.SpecFaults as error:
        return error.faults
    return ()


def body(name: str = "iris", **more: Any) -> dict[str, Any]:
    """Make the two-field body for a dataset, with more fields as asked."""
    facts, target = DATASETS[name]
    return {"dataset_id": facts.id, "target": target, **more}
