"""Activation functions in plain NumPy, on arrays with the features last."""

from collections.abc import Callable, Mapping
from functools import partial
from math import erf, pi, sqrt
from typing import Any

import numpy as np

from chainrule.errors import UnreadableWeights

Array = np.ndarray


def softmax(z: Array) -> Array:
    """Shares that sum to 1 along the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def log_softmax(z: Array) -> Array:
    """Logarithms of shares that sum to 1 along the last axis."""
    low = z - z.max(axis=-1, keepdims=True)
    return np.asarray(low - np.log(np.exp(low).sum(axis=-1, keepdims=True)))


def sigmoid(z: Array) -> Array:
    """The logistic function, which overflows nowhere in this form."""
    return np.asarray(0.5 * (1 + np.tanh(z / 2)))


def elu(z: Array, alpha: float = 1.0) -> Array:
    """The exponential linear unit."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def bounded_relu(z: Array, max_value: float = 6.0, negative_slope: float = 0.0, threshold: float = 0.0) -> Array:
    """The rectifier with an upper bound (0: none), a slope below and a threshold."""
    return np.where(z > threshold, np.minimum(z, max_value or np.inf), negative_slope * (z - threshold))


def softplus(z: Array) -> Array:
    """The smooth rectifier."""
    return np.asarray(np.logaddexp(z, 0))


ACTIVATIONS: dict[str, Callable[..., Array]] = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z, negative_slope=0.2: np.where(z >= 0, z, negative_slope * z),
    "elu": elu,
    "selu": lambda z: 1.0507009873554805 * elu(z, 1.6732632423543772),
    "gelu": lambda z: z * 0.5 * (1 + np.vectorize(erf, otypes=[float])(z / np.sqrt(2))),
    "gelu_tanh": lambda z: 0.5 * z * (1 + np.tanh(sqrt(2 / pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z * sigmoid(z),
    "mish": lambda z: z * np.tanh(softplus(z)),
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    "hard_tanh": lambda z: np.clip(z, -1, 1),
    "hard_silu": lambda z: z * np.clip(z / 6 + 0.5, 0, 1),
    "bounded_relu": bounded_relu,
    "celu": lambda z, alpha=1.0: np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0) / alpha)),
    "log_sigmoid": lambda z: -softplus(-z),
    "squareplus": lambda z, b=4.0: np.maximum(z, 0) + b / 2 / (np.sqrt(z**2 + b) + np.abs(z)),
    "sparse_plus": lambda z: np.clip((z + 1) / 2, 0, 1) ** 2 + np.maximum(z - 1, 0),
    "tanh": np.tanh,
    "softsign": lambda z: z / (1 + np.abs(z)),
    "softplus": softplus,
    "exponential": np.exp,
    "softmax": softmax,
    "log_softmax": log_softmax,
}


def activation(chosen: str | Mapping[str, Any]) -> Callable[[Array], Array]:
    """Find an activation by its name, or by an object of its name and parameters."""
    parameters = {"name": chosen} if isinstance(chosen, str) else dict(chosen)
    name = parameters.pop("name")
    if name not in ACTIVATIONS:
        raise UnreadableWeights(f"this version cannot compute the activation `{name}`")
    return partial(ACTIVATIONS[name], **parameters)
