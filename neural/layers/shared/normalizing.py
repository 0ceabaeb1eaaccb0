"""Parts of layers that normalise: γ and β, y = γ·x̂ + β, and what they learn."""

from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.layers.shared.base import LayerBuffers, ParameterShape, Shape


def learnt(shape: Shape, *, scale: bool, center: bool) -> tuple[ParameterShape, ...]:
    """Describe γ and β, of shape (features,)."""
    features = (shape[-1],)
    gamma, beta = ParameterShape("gamma", features, "ones"), ParameterShape("beta", features, "zeros")
    return (*((gamma,) if scale else ()), *((beta,) if center else ()))


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
