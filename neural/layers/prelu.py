"""The parametric rectifier (PReLU), which learns its slope below zero."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.constraints import Constraint, constrained
from neural.engine.arrays import Array, Calls, scalar
from neural.fields import choice
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.shared.base import Bound, Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.regularizers import Regularizer, regularized


@dataclass(frozen=True, kw_only=True)
class PReLU(Layer):
    """y = max(x, 0) + a·min(x, 0), with an a of its own for every value of a row; da = Σ dy·min(x, 0).

    Source: He et al. 2015; as in Keras, nothing is shared between places.
    """

    key: ClassVar[str] = "prelu"
    summary: ClassVar[str] = "Rectifier that learns its slope below zero, one for each value of a row."
    aliases: ClassVar[tuple[str, ...]] = ("p_relu",)
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    initializer: str | Initializer = choice("zeros", lambda: INITIALIZERS, summary="How the slopes start.")
    alpha_regularizer: str | Regularizer = regularized("the slopes")
    alpha_constraint: str | Constraint = constrained("the slopes")

    def __post_init__(self) -> None:
        initializer(self.initializer)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """The slopes below zero, one for each value of a row."""
        return (ParameterShape("alpha", input_shape, self.initializer),)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = max(x, 0) + a·min(x, 0); backward dx = dy where x > 0, else a·dy."""
        x, y, dy, zero = buffers.x_values, buffers.y_values, buffers.dy, scalar(0.0, buffers.y.dtype)
        below, share = buffers.scratch("below", y.shape), buffers.scratch("share", y.shape)
        slope = buffers.scratch("slope", y.shape)
        alpha, dalpha = (_features_first(part, buffers) for part in (buffers.parameters, buffers.gradients))
        forward: Calls = [
            partial(np.minimum, x, zero, out=below),
            partial(np.maximum, x, zero, out=y),
            partial(np.copyto, slope, alpha[..., None]),
            partial(np.multiply, below, slope, share),
            partial(np.add, y, share, y),
        ]
        backward: Calls = [partial(np.multiply, dy, below, share), partial(np.add.reduce, share, -1, None, dalpha)]
        if buffers.dx is not None:  # the slope is a + [x > 0]·(1 - a)
            backward += [
                partial(np.heaviside, x, zero, share),
                partial(np.subtract, scalar(1.0, y.dtype), slope, below),
                partial(np.multiply, below, share, below),
                partial(np.add, slope, below, slope),
                partial(np.multiply, dy, slope, buffers.dx),
            ]
        return Bound(forward, backward, (lambda: x > 0,))


def _features_first(part: Array, buffers: LayerBuffers) -> Array:
    """View numbers of the shape of a row as they lie between layers, without the batch."""
    first: Array = np.moveaxis(part.reshape(buffers.input_shape), -1, 0)
    return first
