"""Kernels that neither stretch nor shrink what they are given: orthogonal matrices, the identity."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array
from neural.fields import real
from neural.initializers.base import Plain


@dataclass(frozen=True, kw_only=True)
class Orthogonal(Plain):
    """A random matrix whose columns (or rows, if there are fewer of them) are orthonormal. Source: Saxe et al. 2014."""

    key: ClassVar[str] = "orthogonal"
    summary: ClassVar[str] = "A random orthogonal matrix; made for recurrent kernels."

    gain: float = real(1.0, summary="What the matrix is multiplied by.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Take Q of a normal matrix's QR decomposition, with the signs of R's diagonal; the last axis is columns."""
        rows, columns = math.prod(shape[:-1]), shape[-1]
        Q, R = np.linalg.qr(generator.standard_normal((max(rows, columns), min(rows, columns))))
        Q *= np.sign(np.diag(R)) * self.gain
        orthogonal: Array = (Q if rows >= columns else Q.T).reshape(shape)
        return orthogonal


@dataclass(frozen=True, kw_only=True)
class Identity(Plain):
    """Ones on the diagonal of the last two axes; in a kernel with a window at its centre, so that it hands on.

    Keras knows it for matrices alone.
    """

    key: ClassVar[str] = "identity"
    summary: ClassVar[str] = "The identity matrix; in the centre of a convolution's window."

    gain: float = real(1.0, summary="What the ones are multiplied by.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Fill an array; draws nothing."""
        del generator
        values = np.zeros((1, *shape)[-max(2, len(shape)) :])
        centre = tuple(size // 2 for size in values.shape[:-2])
        values[centre] = self.gain * np.eye(values.shape[-2], values.shape[-1])
        return values.reshape(shape)
