"""Recipes in one line: options of features and split by their names, each where it belongs."""

from dataclasses import fields
from typing import Any

from datasets import Features, Recipe, SplitSpec


def recipe(target: str | list[str], task: str, *, weight_by: str | None = None, **options: Any) -> Recipe:
    """Make a recipe; a seed of 1 unless `seed` is given."""
    names = {field.name for field in fields(Features)}
    features = {name: value for name, value in options.items() if name in names}
    rule = {"seed": 1, **{name: value for name, value in options.items() if name not in names}}
    return Recipe(
        target=target if isinstance(target, str) else tuple(target),
        task=task,
        features=Features(**features),
        split=SplitSpec(**rule),
        weight_by=weight_by,
    )
