"""First values of kernels and biases, drawn as Keras 3 draws them.

Sources: Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998. The variance is scale / fan;
uniform draws fill [-limit, limit] with limit = sqrt(3 · variance), normal draws are cut at two standard deviations.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from neural.arrays import Array
from neural.errors import UnknownComponent

# The standard deviation of a standard normal cut at ±2; dividing by it restores the wanted variance.
_DEVIATION_OF_CUT_NORMAL = 0.87962566103423978

Fan = Literal["in", "average"]


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
        """Draw a kernel of shape (inputs, outputs) in float64."""
        inputs, outputs = shape[0], shape[-1]
        variance = self.scale / max(1.0, inputs if self.fan == "in" else (inputs + outputs) / 2)
        if self.normal:
            return _cut_normal(shape, generator) * (math.sqrt(variance) / _DEVIATION_OF_CUT_NORMAL)
        limit = math.sqrt(3 * variance)
        return generator.uniform(-limit, limit, shape)


def _cut_normal(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    values = generator.standard_normal(shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = generator.standard_normal(np.count_nonzero(outside))
    return values


Initializer = Constant | VarianceScaling

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
