"""Normalisation of each feature over the mini-batch."""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Self

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.layouts import columns_view
from neural.fields import choice, real
from neural.initializers import INITIALIZERS, Initializer
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import FIRST, MaskUse
from neural.layers.shared.normalizing import Normalization, affine_calls, learnt_views, slopes

NO_STEP = 1e-7  # added to the number of steps that count, as Keras does: none of them must not divide by zero


@dataclass(frozen=True, kw_only=True)
class BatchNormalization(Normalization):
    """y = γ·x̂ + β with x̂ = (x - μ) / √(σ² + ε), mean and variance of each feature over the batch and its places.

    While training, μ and σ² are the batch's, and moving ones follow them: moving ← m·moving + (1 - m)·batch;
    afterwards, and where the layer is frozen, the moving ones are used. Under a mask μ and σ² are over the steps that
    count. With a = dy·γ and shares w of the steps in the means: dx = (a - w·Σa - w·x̂·Σ(a·x̂)) / √(σ² + ε),
    dγ = Σ dy·x̂, dβ = Σ dy; by moving means dx = a / √(σ² + ε). Source: Ioffe & Szegedy 2015; defaults, the biased
    variance and the masked means are Keras'.
    """

    key: ClassVar[str] = "batch_normalization"
    summary: ClassVar[str] = "Brings each feature to mean 0 and variance 1 over the batch; afterwards by moving means."
    aliases: ClassVar[tuple[str, ...]] = ("batch_norm",)
    mask_use: ClassVar[MaskUse] = MaskUse.USES_AND_CARRIES

    momentum: float = real(0.99, minimum=0, maximum=1, summary="Memory of the moving mean and variance.")
    moving_mean_initializer: str | Initializer = choice(
        "zeros", lambda: INITIALIZERS, summary="How the moving mean starts.", order=4
    )
    moving_variance_initializer: str | Initializer = choice(
        "ones", lambda: INITIALIZERS, summary="How the moving variance starts.", order=4
    )
    is_frozen: bool = False  # normalises by the moving means while training, too

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """γ and β, learnt; moving mean and variance, kept; all of shape (features,)."""
        features = (input_shape[-1],)
        return (
            *self.learnt(input_shape),
            ParameterShape("moving_mean", features, self.moving_mean_initializer, trainable=False),
            ParameterShape("moving_variance", features, self.moving_variance_initializer, trainable=False),
        )

    def frozen(self) -> Self:
        """Return the same layer keeping its moving means."""
        return replace(self, is_frozen=True)

    def depends_on_semantics(self, *, is_frozen: bool) -> bool:
        """Tell that moving means once moved in frozen layers."""
        return is_frozen

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind with the features as rows."""
        return _Normalizing(self, buffers).bound()


class _Normalizing:
    """The two ways on arrays (features, columns): means over the columns are products with their shares."""

    def __init__(self, layer: BatchNormalization, buffers: LayerBuffers) -> None:
        self._layer, self._buffers = layer, buffers
        self._x, self._y, self._dy = map(columns_view, (buffers.x_values, buffers.y_values, buffers.dy))
        features, columns = self._y.shape
        learnt = learnt_views(buffers, features, scale=layer.scale, center=layer.center)
        self._gamma, self._beta, self._dgamma, self._dbeta = learnt
        self._moving_mean, self._moving_variance = buffers.state.reshape(2, features)
        self._normal, self._squares = (
            buffers.scratch("normal", self._y.shape),
            buffers.scratch("squares", self._y.shape),
        )
        self._deviation = buffers.scratch("deviation", (features,))
        self._epsilon = scalar(layer.epsilon, self._y.dtype)
        self._mask = None if buffers.mask is None or buffers.semantics == FIRST else buffers.mask.reshape(-1)
        self._shares = np.full(columns, 1 / columns, self._y.dtype)

    def bound(self) -> Bound:
        """Normalise by the batch while training, by the moving means afterwards and where the layer is frozen."""
        if self._buffers.training and not self._layer.is_frozen:
            return Bound(self._by_batch(), [*self._learnt_back(), *self._batch_back()])
        forward: Calls = [
            partial(np.add, self._moving_variance, self._epsilon, self._deviation),
            partial(np.sqrt, self._deviation, self._deviation),
            partial(np.subtract, self._x, self._moving_mean[:, None], self._normal),
            partial(np.divide, self._normal, self._deviation[:, None], self._normal),
            *affine_calls(self._normal, self._gamma, self._beta, self._y),
        ]
        if not self._buffers.training:
            return Bound(forward, [])
        backward = self._learnt_back()
        if self._buffers.dx is not None:
            backward.append(partial(np.divide, self._dy, self._deviation[:, None], columns_view(self._buffers.dx)))
        return Bound(forward, backward)

    def _by_batch(self) -> Calls:
        mean, variance = (self._buffers.scratch(label, self._deviation.shape) for label in ("mean", "variance"))
        return [
            *self._count(),
            partial(self._x.dot, self._shares, mean),
            partial(np.subtract, self._x, mean[:, None], self._normal),
            partial(np.multiply, self._normal, self._normal, self._squares),
            partial(self._squares.dot, self._shares, variance),
            partial(np.add, variance, self._epsilon, self._deviation),
            partial(np.sqrt, self._deviation, self._deviation),
            partial(np.divide, self._normal, self._deviation[:, None], self._normal),
            *affine_calls(self._normal, self._gamma, self._beta, self._y),
            *self._follow(self._moving_mean, mean, "following mean"),
            *self._follow(self._moving_variance, variance, "following variance"),
        ]

    def _count(self) -> Calls:
        """Share the means out among the steps that count, if not all do."""
        if self._mask is None:
            return []
        count = np.zeros((), self._mask.dtype)
        return [
            partial(np.add.reduce, self._mask, 0, None, count),
            partial(np.add, count, scalar(NO_STEP, count.dtype), count),
            partial(np.divide, self._mask, count, self._shares),
        ]

    def _learnt_back(self) -> Calls:
        return [*slopes(self._normal, self._dy, self._squares, self._gamma, self._dgamma, self._dbeta)]

    def _batch_back(self) -> Calls:
        if self._buffers.dx is None:
            return []
        dx, dy, squares, normal = columns_view(self._buffers.dx), self._dy, self._squares, self._normal
        along, error = (self._buffers.scratch(label, self._deviation.shape) for label in ("along", "mean error"))
        calls: Calls = [partial(np.multiply, dy, normal, squares)]
        if self._mask is None:
            calls += [
                partial(squares.dot, self._shares, along),
                partial(dy.dot, self._shares, error),
                partial(np.multiply, normal, along[:, None], squares),
                partial(np.subtract, dy, error[:, None], dx),
            ]
        else:  # the errors of all steps, masked ones too, go to those that the means are made of
            calls += [
                partial(np.add.reduce, squares, 1, None, along),
                partial(np.add.reduce, dy, 1, None, error),
                partial(np.multiply, normal, along[:, None], squares),
                partial(np.add, squares, error[:, None], squares),
                partial(np.multiply, squares, self._shares, squares),
                partial(np.copyto, dx, dy),
            ]
        return [
            *calls,
            partial(np.subtract, dx, squares, dx),
            partial(np.divide, dx, self._deviation[:, None], dx),
        ]

    def _follow(self, moving: Array, batch: Array, label: str) -> Calls:
        """Compute moving ← m·moving + (1 - m)·batch."""
        share, momentum = self._buffers.scratch(label, batch.shape), self._layer.momentum
        return [
            partial(np.multiply, moving, scalar(momentum, moving.dtype), moving),
            partial(np.multiply, batch, scalar(1 - momentum, moving.dtype), share),
            partial(np.add, moving, share, moving),
        ]
