"""Normalisation over the features of each row, time step or place."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls, scalar
from neural.engine.layouts import columns_view
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.normalizing import Normalization, affine_calls, learnt_views, slopes


@dataclass(frozen=True, kw_only=True)
class LayerNormalization(Normalization):
    """y = γ·x̂ + β with x̂ = (x - μ) / √(σ² + ε), mean and variance over the features of each row, step or place.

    With a = dy·γ: dx = (a - mean(a) - x̂·mean(a·x̂)) / √(σ² + ε), dγ = Σ dy·x̂, dβ = Σ dy.
    Source: Ba, Kiros & Hinton 2016; the defaults are Keras'.
    """

    key: ClassVar[str] = "layer_normalization"
    summary: ClassVar[str] = "Brings the features of each row, time step or place to mean 0 and variance 1."
    aliases: ClassVar[tuple[str, ...]] = ("layer_norm",)
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """γ, then β, of shape (features,)."""
        return self.learnt(input_shape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind with the features as rows: means over them are products with a row of 1 / features."""
        x, y, dy = columns_view(buffers.x_values), columns_view(buffers.y_values), columns_view(buffers.dy)
        features, columns = y.shape
        gamma, beta, dgamma, dbeta = learnt_views(buffers, features, scale=self.scale, center=self.center)
        normal, squares = buffers.scratch("normal", y.shape), buffers.scratch("squares", y.shape)
        mean, deviation, along = (buffers.scratch(label, (columns,)) for label in ("mean", "deviation", "along"))
        average = np.full(features, 1 / features, y.dtype)
        forward: Calls = [
            partial(average.dot, x, mean),
            partial(np.subtract, x, mean, normal),
            partial(np.multiply, normal, normal, squares),
            partial(average.dot, squares, deviation),
            partial(np.add, deviation, scalar(self.epsilon, y.dtype), deviation),
            partial(np.sqrt, deviation, deviation),
            partial(np.divide, normal, deviation, normal),
            *affine_calls(normal, gamma, beta, y),
        ]
        backward: Calls = [*slopes(normal, dy, squares, gamma, dgamma, dbeta)]
        if buffers.dx is not None:
            dx = columns_view(buffers.dx)
            backward += [
                partial(np.multiply, dy, normal, squares),
                partial(average.dot, squares, along),
                partial(average.dot, dy, mean),
                partial(np.multiply, normal, along, squares),
                partial(np.subtract, dy, mean, dx),
                partial(np.subtract, dx, squares, dx),
                partial(np.divide, dx, deviation, dx),
            ]
        return Bound(forward, backward)
