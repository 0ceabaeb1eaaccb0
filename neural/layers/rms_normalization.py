"""Division of the features of each row, time step or place by their root mean square."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls, scalar
from neural.engine.layouts import columns_view
from neural.fields import check, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.normalizing import affine_calls, slopes


@dataclass(frozen=True, kw_only=True)
class RMSNormalization(Layer):
    """y = γ·x̂ with x̂ = x / √(mean(x²) + ε) over the features of each row, step or place; γ starts at 1.

    With a = dy·γ: dx = (a - x̂·mean(a·x̂)) / √(mean(x²) + ε), dγ = Σ dy·x̂.
    Source: Zhang & Sennrich 2019; the default is Keras', whose layer ends masks.
    """

    key: ClassVar[str] = "rms_normalization"
    summary: ClassVar[str] = "Divides the features of each row, time step or place by their root mean square."
    aliases: ClassVar[tuple[str, ...]] = ("rms_norm",)
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    epsilon: float = real(1e-6, exclusive_minimum=0, summary="Keeps the division away from zero.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """γ, of shape (features,)."""
        return (ParameterShape("scale", (input_shape[-1],), "ones"),)

    def flops_per_row(self, input_shape: Shape) -> int:
        """About five for each value."""
        return 5 * super().flops_per_row(input_shape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind with the features as rows."""
        x, y, dy = columns_view(buffers.x_values), columns_view(buffers.y_values), columns_view(buffers.dy)
        normal, squares = buffers.scratch("normal", y.shape), buffers.scratch("squares", y.shape)
        root, along = (buffers.scratch(label, y.shape[1:]) for label in ("root", "along"))
        average, gamma = np.full(len(y), 1 / len(y), y.dtype), buffers.parameters
        forward: Calls = [
            partial(np.multiply, x, x, squares),
            partial(average.dot, squares, root),
            partial(np.add, root, scalar(self.epsilon, y.dtype), root),
            partial(np.sqrt, root, root),
            partial(np.divide, x, root, normal),
            *affine_calls(normal, gamma, None, y),
        ]
        backward = slopes(normal, dy, squares, gamma, buffers.gradients, None)
        if buffers.dx is not None:
            dx = columns_view(buffers.dx)
            backward += [
                partial(np.multiply, dy, normal, squares),
                partial(average.dot, squares, along),
                partial(np.multiply, normal, along, squares),
                partial(np.subtract, dy, squares, dx),
                partial(np.divide, dx, root, dx),
            ]
        return Bound(forward, backward)
