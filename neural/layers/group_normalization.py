"""Normalisation over groups of channels of each row."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.layouts import columns_view
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import integer
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.normalizing import Normalization, affine_calls, learnt_views, slopes


@dataclass(frozen=True, kw_only=True)
class GroupNormalization(Normalization):
    """y = γ·x̂ + β with x̂ = (x - μ) / √(σ² + ε), mean and variance of each group of channels over all places of a row.

    With a = dy·γ and means over the group: dx = (a - mean(a) - x̂·mean(a·x̂)) / √(σ² + ε), dγ = Σ dy·x̂, dβ = Σ dy.
    Source: Wu & He 2018; the defaults are Keras', groups of one channel are Ulyanov et al. 2016.
    """

    key: ClassVar[str] = "group_normalization"
    summary: ClassVar[str] = "Brings each group of channels of a row to mean 0 and variance 1; for small batches."
    aliases: ClassVar[tuple[str, ...]] = ("group_norm",)
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    groups: int = integer(
        32, minimum=-1, summary="Groups of channels, each as large; -1: one for each channel (instance normalization)."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.groups == 0:
            raise ParameterOutOfRange(self.key, "groups", 0, expected="at least 1, or -1")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        if self.groups > 0 and input_shape[-1] % self.groups:
            needed = f"a number of channels that {self.groups} groups share evenly"
            raise ShapeError(f"layer {self.name}", got=input_shape, needed=needed)
        return input_shape

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """γ, then β, of shape (channels,)."""
        return self.learnt(input_shape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind with values as (groups, channels of a group, places, batch)."""
        channels, batch = buffers.output_shape[-1], buffers.y.shape[-1]
        groups = channels if self.groups == -1 else self.groups
        normal, squares = (buffers.scratch(label, buffers.dy.shape) for label in ("normal", "squares"))
        gamma, beta, dgamma, dbeta = learnt_views(buffers, channels, scale=self.scale, center=self.center)

        def grouped(values: Array) -> Array:
            return values.reshape(groups, channels // groups, -1, batch)

        def mean_of(values: Array, mean: Array) -> Calls:
            return [partial(np.add.reduce, values, (1, 2), None, mean), partial(np.multiply, mean, share, mean)]

        x, x_hat, products, dy = map(grouped, (buffers.x_values, normal, squares, buffers.dy))
        mean, deviation, along = (buffers.scratch(label, (groups, batch)) for label in ("mean", "deviation", "along"))
        share = scalar(1 / (x.shape[1] * x.shape[2]), normal.dtype)
        across, spread, slope = (each[:, None, None] for each in (mean, deviation, along))
        columns = columns_view(normal)
        forward: Calls = [
            *mean_of(x, mean),
            partial(np.subtract, x, across, x_hat),
            partial(np.multiply, x_hat, x_hat, products),
            *mean_of(products, deviation),
            partial(np.add, deviation, scalar(self.epsilon, normal.dtype), deviation),
            partial(np.sqrt, deviation, deviation),
            partial(np.divide, x_hat, spread, x_hat),
            *affine_calls(columns, gamma, beta, columns_view(buffers.y_values)),
        ]
        backward = slopes(columns, columns_view(buffers.dy), columns_view(squares), gamma, dgamma, dbeta)
        if buffers.dx is not None:
            dx = grouped(buffers.dx)
            backward += [
                partial(np.multiply, dy, x_hat, products),
                *mean_of(products, along),
                *mean_of(dy, mean),
                partial(np.multiply, x_hat, slope, products),
                partial(np.subtract, dy, across, dx),
                partial(np.subtract, dx, products, dx),
                partial(np.divide, dx, spread, dx),
            ]
        return Bound(forward, backward)
