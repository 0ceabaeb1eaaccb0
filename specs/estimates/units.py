"""The units in which work is counted: each has a price on a machine."""

from collections.abc import Mapping
from typing import Final

Work = Mapping[str, float]

UNITS: Final = (
    "epochs",
    "steps",
    "calls",  # of NumPy
    "products",  # floating point operations in matrix products
    "columns",  # values laid out for convolutions
    "kernels",  # weights read by products
    "updates",  # weights passed over by the optimizer
    "values",  # passed over by plain arithmetic
    "functions",  # exponentials and the like, random numbers
    "loaded",  # values fetched for batches
    "measured",  # rows times metrics
)
PER_BATCH: Final = frozenset({"calls", "kernels", "updates", "steps", "epochs"})  # however many rows a batch has


def total(*works: Work) -> dict[str, float]:
    """Add what was counted."""
    return {name: sum(work.get(name, 0.0) for work in works) for name in UNITS}


def times(work: Work, *, batches: float, rows: float) -> dict[str, float]:
    """Repeat: what depends on a batch so many times, what depends on its rows by another factor."""
    return {name: count * (batches if name in PER_BATCH else rows) for name, count in work.items()}
