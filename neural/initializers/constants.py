"""Arrays that start with one value everywhere; they draw nothing, so they move no other draw."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array
from neural.fields import real
from neural.initializers.base import Plain


@dataclass(frozen=True, kw_only=True)
class Zeros(Plain):
    """Every value 0."""

    key: ClassVar[str] = "zeros"
    summary: ClassVar[str] = "All zeros."

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Fill an array; draws nothing."""
        del generator
        return np.zeros(shape)


@dataclass(frozen=True, kw_only=True)
class Ones(Plain):
    """Every value 1."""

    key: ClassVar[str] = "ones"
    summary: ClassVar[str] = "All ones."

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Fill an array; draws nothing."""
        del generator
        return np.ones(shape)


@dataclass(frozen=True, kw_only=True)
class Constant(Plain):
    """Every value the same."""

    key: ClassVar[str] = "constant"
    summary: ClassVar[str] = "Every value the same."

    value: float = real(0.0, summary="The value.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Fill an array; draws nothing."""
        del generator
        return np.full(shape, float(self.value))
