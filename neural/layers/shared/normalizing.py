"""The base of layers that normalise: γ and β, y = γ·x̂ + β, and what they learn."""

from abc import ABC
from dataclasses import dataclass
from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.fields import check, choice, flag, parameters_of, real
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.shared.base import Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.restraints import OfGammaAndBeta


@dataclass(frozen=True, kw_only=True)
class Normalization(OfGammaAndBeta, Layer, ABC):
    """A layer that brings values to mean 0 and variance 1, then to the spread γ and the mean β that it learns."""

    epsilon: float = real(1e-3, exclusive_minimum=0, summary="Keeps the division away from zero.", order=1)
    center: bool = flag(default=True, summary="Whether β is learnt.", order=2)
    scale: bool = flag(default=True, summary="Whether γ is learnt.", order=2)
    gamma_initializer: str | Initializer = choice("ones", lambda: INITIALIZERS, summary="How γ starts.", order=3)
    beta_initializer: str | Initializer = choice("zeros", lambda: INITIALIZERS, summary="How β starts.", order=3)

    def __post_init__(self) -> None:
        check(self)
        for info in parameters_of(type(self)):
            if info.name.endswith("initializer"):
                initializer(getattr(self, info.name))

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def flops_per_row(self, input_shape: Shape) -> int:
        """About eight for each value."""
        return 8 * super().flops_per_row(input_shape)

    def learnt(self, shape: Shape) -> tuple[ParameterShape, ...]:
        """Describe γ and β, of shape (features,)."""
        features = (shape[-1],)
        gamma = ParameterShape("gamma", features, self.gamma_initializer)
        beta = ParameterShape("beta", features, self.beta_initializer)
        return (*((gamma,) if self.scale else ()), *((beta,) if self.center else ()))


def learnt_views(buffers: LayerBuffers, features: int, *, scale: bool, center: bool) -> tuple[Array | None, ...]:
    """View γ, β and their gradients; None for what is not learnt."""
    rows, gradients = buffers.parameters.reshape(-1, features), buffers.gradients.reshape(-1, features)
    gamma, dgamma = (rows[0], gradients[0]) if scale else (None, None)
    beta, dbeta = (rows[-1], gradients[-1]) if center else (None, None)
    return gamma, beta, dgamma, dbeta


def affine_calls(normal: Array, gamma: Array | None, beta: Array | None, y: Array) -> Calls:
    """Compute y = γ·x̂ + β."""
    calls: Calls = [partial(np.copyto, y, normal) if gamma is None else partial(np.multiply, normal, gamma[:, None], y)]
    return calls if beta is None else [*calls, partial(np.add, y, beta[:, None], y)]


def slopes(
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
