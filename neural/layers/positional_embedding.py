"""The positional embedding: a vector for each time step."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.errors import ShapeError
from neural.fields import check, choice, real
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.shared.base import Bound, Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse

KINDS = {"learned": None, "sinusoidal": None}


@dataclass(frozen=True, kw_only=True)
class PositionalEmbedding(Layer):
    """y[t] = x[t] + P[t], with a P of shape (time, features) that is learned, or made of sines and cosines.

    The fixed one is P[t, 2i] = sin(t / w^(2i/features)), P[t, 2i + 1] = cos(t / w^(2i/features)) for a longest
    wavelength of 2π·w. Source: Vaswani et al. 2017.
    """

    key: ClassVar[str] = "positional_embedding"
    summary: ClassVar[str] = "Adds to each time step a vector that tells its position."
    aliases: ClassVar[tuple[str, ...]] = ("position_embedding", "positional_encoding")
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    kind: str = choice("learned", lambda: KINDS, summary="learned: a vector for each step; sinusoidal: fixed waves.")
    initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How learned vectors start."
    )
    max_wavelength: float = real(10_000.0, exclusive_minimum=1, summary="w of the fixed waves.")

    def __post_init__(self) -> None:
        check(self)
        initializer(self.initializer)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        if len(input_shape) != 2:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="a sequence, (time, features)")
        return input_shape

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """The learned vectors."""
        if self.kind == "sinusoidal":
            return ()
        return (ParameterShape("position_embeddings", input_shape, self.initializer),)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x + P; backward dx = dy, dP = Σ dy over the rows."""
        time, features = buffers.input_shape
        leave: Calls = [] if buffers.dx is None else [partial(np.copyto, buffers.dx, buffers.dy)]
        x, y = buffers.x_values, buffers.y_values
        if self.kind == "sinusoidal":
            fixed = np.ascontiguousarray(waves(time, features, self.max_wavelength).T, y.dtype)
            return Bound([partial(np.add, x, fixed[:, :, None], y)], leave)
        P, dP = (flat.reshape(time, features) for flat in (buffers.parameters, buffers.gradients))
        sums = buffers.scratch("sums", (features, time))
        collect: Calls = [partial(np.add.reduce, buffers.dy, 2, None, sums), partial(np.copyto, dP, sums.T)]
        return Bound([partial(np.add, x, P.T[:, :, None], y)], [*collect, *leave])


def waves(time: int, features: int, longest: float) -> Array:
    """Make the fixed vectors, (time, features), in float64."""
    angles = np.arange(time)[:, None] / longest ** (np.arange(features) // 2 * 2 / features)
    table: Array = np.where(np.arange(features) % 2 == 0, np.sin(angles), np.cos(angles))
    return table
