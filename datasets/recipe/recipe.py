"""The recipe of a training set: everything that decides which arrays a table becomes."""

from dataclasses import dataclass, field

from datasets.recipe.features import Features
from datasets.recipe.split import SplitSpec


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The same recipe makes the same arrays of a table on every machine."""

    target: str | tuple[str, ...]
    task: str
    split: SplitSpec
    features: Features = field(default_factory=Features)
    weight_by: str | None = None  # column of numbers that say how much each training row counts
