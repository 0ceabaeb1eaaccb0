"""Figures as JSON has them: `null` where something is not defined."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def known(value: float) -> float | None:
    """Return a number, or None where it is none."""
    return value if math.isfinite(value) else None


def listed(values: np.ndarray) -> list[float | None]:
    """Return numbers, with None where they are none."""
    return [known(value) for value in values.tolist()]


def by_name(figures: Mapping[str, float]) -> dict[str, Any]:
    """Return figures by their names."""
    return {name: known(value) for name, value in figures.items()}
