"""Layers that bring values to mean 0 and variance 1, over the features of each place or over the batch."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.layouts import columns_view
from neural.fields import check, flag, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, ParameterShape, Shape


@dataclass(frozen=True, kw_only=True)
class LayerNormalization(Layer):
    """y = γ·x̂ + β with x̂ = (x - μ) / √(σ² + ε), mean and variance over the features of each row, step or place.

    With a = dy·γ: dx = (a - mean(a) - x̂·mean(a·x̂)) / √(σ² + ε), dγ = Σ dy·x̂, dβ = Σ dy.
    Source: Ba, Kiros & Hinton 2016; the defaults are Keras'.
    """

    key: ClassVar[str] = "layer_normalization"
    summary: ClassVar[str] = "Brings the features of each row, time step or place to mean 0 and variance 1."
    aliases: ClassVar[tuple[str, ...]] = ("layer_norm",)

    epsilon: float = real(1e-3, exclusive_minimum=0, summary="Keeps the division away from zero.")
    center: bool = flag(default=True, summary="Whether β is learnt.")
    scale: bool = flag(default=True, summary="Whether γ is learnt.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """γ, then β, of shape (features,)."""
        return _learnt(input_shape, scale=self.scale, center=self.center)

    def flops_per_row(self, input_shape: Shape) -> int:
        """About eight for each value."""
        return 8 * super().flops_per_row(input_shape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind with the features as rows: means over them are products with a row of 1 / features."""
        x, y, dy = columns_view(buffers.x_values), columns_view(buffers.y_values), columns_view(buffers.dy)
        features, columns = y.shape
        gamma, beta, dgamma, dbeta = _views(buffers, features, scale=self.scale, center=self.center)
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
            *_affine(normal, gamma, beta, y),
        ]
        backward: Calls = [*_slopes(normal, dy, squares, gamma, dgamma, dbeta)]
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


@dataclass(frozen=True, kw_only=True)
class BatchNormalization(Layer):
    """y = γ·x̂ + β with x̂ = (x - μ) / √(σ² + ε), mean and variance of each feature over the batch and its places.

    While training, μ and σ² are the batch's, and moving ones follow them: moving ← m·moving + (1 - m)·batch; afterwards
    the moving ones are used. With a = dy·γ: dx = (a - mean(a) - x̂·mean(a·x̂)) / √(σ² + ε), dγ = Σ dy·x̂, dβ = Σ dy.
    Source: Ioffe & Szegedy 2015; defaults and the biased variance are Keras'.
    """

    key: ClassVar[str] = "batch_normalization"
    summary: ClassVar[str] = "Brings each feature to mean 0 and variance 1 over the batch; afterwards by moving means."
    aliases: ClassVar[tuple[str, ...]] = ("batch_norm",)

    momentum: float = real(0.99, minimum=0, maximum=1, summary="Memory of the moving mean and variance.")
    epsilon: float = real(1e-3, exclusive_minimum=0, summary="Keeps the division away from zero.")
    center: bool = flag(default=True, summary="Whether β is learnt.")
    scale: bool = flag(default=True, summary="Whether γ is learnt.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """γ and β, learnt; moving mean and variance, kept; all of shape (features,)."""
        features = (input_shape[-1],)
        return (
            *_learnt(input_shape, scale=self.scale, center=self.center),
            ParameterShape("moving_mean", features, "zeros", trainable=False),
            ParameterShape("moving_variance", features, "ones", trainable=False),
        )

    def flops_per_row(self, input_shape: Shape) -> int:
        """About eight for each value."""
        return 8 * super().flops_per_row(input_shape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind with the features as rows: means over the batch are products with a column of 1 / columns."""
        x, y, dy = columns_view(buffers.x_values), columns_view(buffers.y_values), columns_view(buffers.dy)
        features, columns = y.shape
        gamma, beta, dgamma, dbeta = _views(buffers, features, scale=self.scale, center=self.center)
        moving_mean, moving_variance = buffers.state.reshape(2, features)
        normal, squares = buffers.scratch("normal", y.shape), buffers.scratch("squares", y.shape)
        mean, variance, deviation = (buffers.scratch(label, (features,)) for label in ("mean", "variance", "deviation"))
        epsilon = scalar(self.epsilon, y.dtype)
        by_row = (mean[:, None], deviation[:, None])
        if not buffers.training:
            forward: Calls = [
                partial(np.add, moving_variance, epsilon, deviation),
                partial(np.sqrt, deviation, deviation),
                partial(np.subtract, x, moving_mean[:, None], normal),
                partial(np.divide, normal, by_row[1], normal),
                *_affine(normal, gamma, beta, y),
            ]
            return Bound(forward, [])
        average = np.full(columns, 1 / columns, y.dtype)
        forward = [
            partial(x.dot, average, mean),
            partial(np.subtract, x, by_row[0], normal),
            partial(np.multiply, normal, normal, squares),
            partial(squares.dot, average, variance),
            partial(np.add, variance, epsilon, deviation),
            partial(np.sqrt, deviation, deviation),
            partial(np.divide, normal, by_row[1], normal),
            *_affine(normal, gamma, beta, y),
            *self._follow(moving_mean, mean, buffers, "following mean"),
            *self._follow(moving_variance, variance, buffers, "following variance"),
        ]
        along = buffers.scratch("along", (features,))
        error = buffers.scratch("mean error", (features,))
        backward: Calls = [*_slopes(normal, dy, squares, gamma, dgamma, dbeta)]
        if buffers.dx is not None:
            dx = columns_view(buffers.dx)
            backward += [
                partial(np.multiply, dy, normal, squares),
                partial(squares.dot, average, along),
                partial(dy.dot, average, error),
                partial(np.multiply, normal, along[:, None], squares),
                partial(np.subtract, dy, error[:, None], dx),
                partial(np.subtract, dx, squares, dx),
                partial(np.divide, dx, by_row[1], dx),
            ]
        return Bound(forward, backward)

    def _follow(self, moving: Array, batch: Array, buffers: LayerBuffers, label: str) -> Calls:
        """Compute moving ← m·moving + (1 - m)·batch."""
        share = buffers.scratch(label, batch.shape)
        return [
            partial(np.multiply, moving, scalar(self.momentum, moving.dtype), moving),
            partial(np.multiply, batch, scalar(1 - self.momentum, moving.dtype), share),
            partial(np.add, moving, share, moving),
        ]


def _learnt(shape: Shape, *, scale: bool, center: bool) -> tuple[ParameterShape, ...]:
    features = (shape[-1],)
    gamma, beta = ParameterShape("gamma", features, "ones"), ParameterShape("beta", features, "zeros")
    return (*((gamma,) if scale else ()), *((beta,) if center else ()))


def _views(buffers: LayerBuffers, features: int, *, scale: bool, center: bool) -> tuple[Array | None, ...]:
    """View γ, β and their gradients; None for what is not learnt."""
    rows, gradients = buffers.parameters.reshape(-1, features), buffers.gradients.reshape(-1, features)
    gamma, dgamma = (rows[0], gradients[0]) if scale else (None, None)
    beta, dbeta = (rows[-1], gradients[-1]) if center else (None, None)
    return gamma, beta, dgamma, dbeta


def _affine(normal: Array, gamma: Array | None, beta: Array | None, y: Array) -> Calls:
    """Compute y = γ·x̂ + β."""
    calls: Calls = [partial(np.copyto, y, normal) if gamma is None else partial(np.multiply, normal, gamma[:, None], y)]
    return calls if beta is None else [*calls, partial(np.add, y, beta[:, None], y)]


def _slopes(
    normal: Array, dy: Array, scratch: Array, gamma: Array | None, dgamma: Array | None, dbeta: Array | None
) -> Calls:
    """Compute dγ and dβ, then turn dy into dy·γ."""
    calls: Calls = []
    if dgamma is not None:
        calls += [partial(np.multiply, dy, normal, scratch), partial(np.add.reduce, scratch, 1, None, dgamma)]
    if dbeta is not None:
        calls.append(partial(np.add.reduce, dy, 1, None, dbeta))
    if gamma is not None:
        calls.append(partial(np.multiply, dy, gamma[:, None], dy))
    return calls
