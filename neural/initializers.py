"""First values of kernels and biases, drawn as Keras 3 draws them.

Sources: Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998, Saxe et al. 2014. The variance is scale / fan;
uniform draws fill [-limit, limit] with limit = sqrt(3 · variance), normal draws are cut at two standard deviations.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

import numpy as np

from neural.arrays import Array
from neural.errors import UnknownComponent

# The standard deviation of a standard normal cut at ±2; dividing by it restores the wanted variance.
_DEVIATION_OF_CUT_NORMAL = 0.87962566103423978

Fan = Literal["in", "average"]


class Initializer(Protocol):
    """How an array of parameters starts."""

    @property
    def key(self) -> str:
        """Its name in the table."""
        ...

    @property
    def summary(self) -> str:
        """What it does."""
        ...

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw first values in float64."""
        ...


@dataclass(frozen=True)
class Constant:
    """Every value the same."""

    key: str
    summary: str
    value: float

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Fill an array with the value; draws nothing."""
        del generator
        return np.full(shape, self.value)


@dataclass(frozen=True)
class VarianceScaling:
    """Random values whose variance is `scale` divided by the number of inputs, or of inputs and outputs."""

    key: str
    summary: str
    scale: float
    fan: Fan
    normal: bool

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw a kernel of shape (inputs, outputs) or (*window, inputs, outputs) in float64."""
        inputs, outputs = fans(shape)
        variance = self.scale / max(1.0, inputs if self.fan == "in" else (inputs + outputs) / 2)
        if self.normal:
            return _cut_normal(shape, generator) * (math.sqrt(variance) / _DEVIATION_OF_CUT_NORMAL)
        limit = math.sqrt(3 * variance)
        return generator.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class RandomUniform:
    """Random values between -limit and limit, whatever the shape."""

    key: str
    summary: str
    limit: float

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw uniform values in float64."""
        return generator.uniform(-self.limit, self.limit, shape)


@dataclass(frozen=True)
class Orthogonal:
    """A random matrix whose columns (or rows, if there are fewer of them) are orthonormal. Source: Saxe et al. 2014."""

    key: str
    summary: str

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Take Q of a normal matrix's QR decomposition, with the signs of R's diagonal; the last axis is columns."""
        rows, columns = math.prod(shape[:-1]), shape[-1]
        Q, R = np.linalg.qr(generator.standard_normal((max(rows, columns), min(rows, columns))))
        Q *= np.sign(np.diag(R))
        orthogonal: Array = (Q if rows >= columns else Q.T).reshape(shape)
        return orthogonal


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Count what an output reads and what an input feeds, as Keras does: axes before the last two are a window."""
    window = math.prod(shape[:-2])
    return window * shape[max(0, len(shape) - 2)], window * shape[-1]


def _cut_normal(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    values = generator.standard_normal(shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = generator.standard_normal(np.count_nonzero(outside))
    return values


INITIALIZERS: Mapping[str, Initializer] = MappingProxyType(
    {
        initializer.key: initializer
        for initializer in (
            VarianceScaling(
                "glorot_uniform", "Uniform, variance 2 / (inputs + outputs).", 1.0, "average", normal=False
            ),
            VarianceScaling("glorot_normal", "Normal, variance 2 / (inputs + outputs).", 1.0, "average", normal=True),
            VarianceScaling("he_uniform", "Uniform, variance 2 / inputs; made for relu.", 2.0, "in", normal=False),
            VarianceScaling("he_normal", "Normal, variance 2 / inputs; made for relu.", 2.0, "in", normal=True),
            VarianceScaling("lecun_uniform", "Uniform, variance 1 / inputs.", 1.0, "in", normal=False),
            VarianceScaling("lecun_normal", "Normal, variance 1 / inputs.", 1.0, "in", normal=True),
            Orthogonal("orthogonal", "A random orthogonal matrix; made for recurrent kernels."),
            RandomUniform("random_uniform", "Uniform between -0.05 and 0.05; made for embeddings.", 0.05),
            Constant("zeros", "All zeros.", 0.0),
            Constant("ones", "All ones.", 1.0),
        )
    }
)


def initializer(name: str | Initializer) -> Initializer:
    """Find an initializer by name; one that is ready is returned as it is."""
    if not isinstance(name, str):
        return name
    if name not in INITIALIZERS:
        raise UnknownComponent("initializer", name, tuple(INITIALIZERS))
    return INITIALIZERS[name]
