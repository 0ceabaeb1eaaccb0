"""Normal values of a given spread, whole or cut at two standard deviations."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array
from neural.fields import real
from neural.initializers.base import Plain

CUT_DEVIATION = 0.87962566103423978  # of a standard normal cut at ±2


@dataclass(frozen=True, kw_only=True)
class RandomNormal(Plain):
    """Normal values, whatever the shape."""

    key: ClassVar[str] = "random_normal"
    summary: ClassVar[str] = "Normal values of a given spread."

    mean: float = real(0.0, summary="Mean of the values.")
    stddev: float = real(0.05, minimum=0, summary="Standard deviation of the values.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw μ + σ·n."""
        return self.mean + self.stddev * generator.standard_normal(shape)


@dataclass(frozen=True, kw_only=True)
class TruncatedNormal(Plain):
    """Normal values, drawn again where they lie further than two standard deviations from the mean.

    The values' own standard deviation is 0.88 times `stddev`, as in Keras.
    """

    key: ClassVar[str] = "truncated_normal"
    summary: ClassVar[str] = "Normal values of a given spread, none further out than two standard deviations."

    mean: float = real(0.0, summary="Mean of the values.")
    stddev: float = real(0.05, minimum=0, summary="Standard deviation before the cut.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw μ + σ·n with |n| ≤ 2."""
        return self.mean + self.stddev * cut_normal(shape, generator)


def cut_normal(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """Draw standard normal values, again where they lie further than 2 from 0; their deviation is `CUT_DEVIATION`."""
    values = generator.standard_normal(shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = generator.standard_normal(np.count_nonzero(outside))
    return values
