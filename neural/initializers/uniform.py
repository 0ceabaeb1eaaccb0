"""Uniform values between two bounds."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array
from neural.errors import ParameterOutOfRange
from neural.fields import check, real
from neural.initializers.base import Plain


@dataclass(frozen=True, kw_only=True)
class RandomUniform(Plain):
    """Uniform values between two bounds, whatever the shape; `minval` may not lie above `maxval`."""

    key: ClassVar[str] = "random_uniform"
    summary: ClassVar[str] = "Uniform values between two bounds; made for embeddings."

    minval: float = real(-0.05, summary="Lower bound of the values.")
    maxval: float = real(0.05, summary="Upper bound of the values.")

    def __post_init__(self) -> None:
        check(self)
        if self.minval > self.maxval:
            raise ParameterOutOfRange(self.key, "minval", self.minval, expected=f"at most `maxval`, {self.maxval:g}")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw uniform values."""
        return generator.uniform(self.minval, self.maxval, shape)
