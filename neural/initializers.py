"""First values of kernels and biases, drawn as Keras 3 draws them.

Sources: Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998, Saxe et al. 2014. The variance is scale / fan;
uniform draws fill [-limit, limit] with limit = sqrt(3 · variance), normal draws are cut at two standard deviations.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Protocol

import numpy as np

from neural.arrays import Array
from neural.errors import ParameterOutOfRange, UnknownComponent
from neural.fields import check, choice, real

# The standard deviation of a standard normal cut at ±2; dividing by it restores the wanted variance.
_DEVIATION_OF_CUT_NORMAL = 0.87962566103423978

MODES: Mapping[str, str] = {"fan_in": "inputs", "fan_out": "outputs", "fan_avg": "their mean"}
DISTRIBUTIONS: Mapping[str, str] = {
    "truncated_normal": "normal, cut at two standard deviations, and as wide as if it were not",
    "untruncated_normal": "normal",
    "uniform": "uniform",
}


class Initializer(Protocol):
    """How an array of parameters starts."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw first values in float64."""
        ...


@dataclass(frozen=True, kw_only=True)
class _Plain:
    """An initializer whose parameters are checked, with no other name."""

    aliases: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, kw_only=True)
class Zeros(_Plain):
    """Every value 0."""

    key: ClassVar[str] = "zeros"
    summary: ClassVar[str] = "All zeros."

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Fill an array; draws nothing."""
        del generator
        return np.zeros(shape)


@dataclass(frozen=True, kw_only=True)
class Ones(_Plain):
    """Every value 1."""

    key: ClassVar[str] = "ones"
    summary: ClassVar[str] = "All ones."

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Fill an array; draws nothing."""
        del generator
        return np.ones(shape)


@dataclass(frozen=True, kw_only=True)
class Constant(_Plain):
    """Every value the same."""

    key: ClassVar[str] = "constant"
    summary: ClassVar[str] = "Every value the same."

    value: float = real(0.0, summary="The value.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Fill an array; draws nothing."""
        del generator
        return np.full(shape, float(self.value))


@dataclass(frozen=True, kw_only=True)
class RandomNormal(_Plain):
    """Normal values, whatever the shape."""

    key: ClassVar[str] = "random_normal"
    summary: ClassVar[str] = "Normal values of a given spread."

    mean: float = real(0.0, summary="Mean of the values.")
    stddev: float = real(0.05, minimum=0, summary="Standard deviation of the values.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw μ + σ·n."""
        return self.mean + self.stddev * generator.standard_normal(shape)


@dataclass(frozen=True, kw_only=True)
class TruncatedNormal(_Plain):
    """Normal values, drawn again where they lie further than two standard deviations from the mean.

    The values' own standard deviation is 0.88 times `stddev`, as in Keras.
    """

    key: ClassVar[str] = "truncated_normal"
    summary: ClassVar[str] = "Normal values of a given spread, none further out than two standard deviations."

    mean: float = real(0.0, summary="Mean of the values.")
    stddev: float = real(0.05, minimum=0, summary="Standard deviation before the cut.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw μ + σ·n with |n| ≤ 2."""
        return self.mean + self.stddev * _cut_normal(shape, generator)


@dataclass(frozen=True, kw_only=True)
class RandomUniform(_Plain):
    """Uniform values between two bounds, whatever the shape; `minval` may not lie above `maxval`."""

    key: ClassVar[str] = "random_uniform"
    summary: ClassVar[str] = "Uniform values between two bounds; made for embeddings."

    minval: float = real(-0.05, summary="Lower bound of the values.")
    maxval: float = real(0.05, summary="Upper bound of the values.")

    def __post_init__(self) -> None:
        check(self)
        if self.minval > self.maxval:
            raise ParameterOutOfRange(self.key, "minval", self.minval, expected=f"at most `maxval`, {self.maxval:g}")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw uniform values."""
        return generator.uniform(self.minval, self.maxval, shape)


@dataclass(frozen=True, kw_only=True)
class VarianceScaling(_Plain):
    """Random values whose variance is `scale` divided by a fan: the number of inputs, of outputs, or their mean."""

    key: ClassVar[str] = "variance_scaling"
    summary: ClassVar[str] = "Random values whose variance is scale / fan."

    scale: float = real(1.0, exclusive_minimum=0, summary="Variance times the fan.")
    mode: str = choice("fan_in", lambda: MODES, summary="What the fan counts.")
    distribution: str = choice("truncated_normal", lambda: DISTRIBUTIONS, summary="How the values are distributed.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw a kernel of shape (inputs, outputs) or (*window, inputs, outputs)."""
        inputs, outputs = fans(shape)
        fan = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        deviation = math.sqrt(self.scale / max(1.0, fan))
        if self.distribution == "truncated_normal":
            return _cut_normal(shape, generator) * (deviation / _DEVIATION_OF_CUT_NORMAL)
        if self.distribution == "untruncated_normal":
            return generator.standard_normal(shape) * deviation
        limit = math.sqrt(3) * deviation
        return generator.uniform(-limit, limit, shape)


@dataclass(frozen=True, kw_only=True)
class _Named(_Plain):
    """A variance scaling with a name of its own and nothing to choose."""

    scaling: ClassVar[VarianceScaling]

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw as the scaling does."""
        return self.scaling.draw(shape, generator)


class GlorotUniform(_Named):
    """Uniform, variance 2 / (inputs + outputs)."""

    key: ClassVar[str] = "glorot_uniform"
    summary: ClassVar[str] = "Uniform, variance 2 / (inputs + outputs)."
    scaling = VarianceScaling(mode="fan_avg", distribution="uniform")


class GlorotNormal(_Named):
    """Normal, variance 2 / (inputs + outputs)."""

    key: ClassVar[str] = "glorot_normal"
    summary: ClassVar[str] = "Normal, variance 2 / (inputs + outputs)."
    scaling = VarianceScaling(mode="fan_avg")


class HeUniform(_Named):
    """Uniform, variance 2 / inputs."""

    key: ClassVar[str] = "he_uniform"
    summary: ClassVar[str] = "Uniform, variance 2 / inputs; made for relu."
    scaling = VarianceScaling(scale=2.0, distribution="uniform")


class HeNormal(_Named):
    """Normal, variance 2 / inputs."""

    key: ClassVar[str] = "he_normal"
    summary: ClassVar[str] = "Normal, variance 2 / inputs; made for relu."
    scaling = VarianceScaling(scale=2.0)


class LecunUniform(_Named):
    """Uniform, variance 1 / inputs."""

    key: ClassVar[str] = "lecun_uniform"
    summary: ClassVar[str] = "Uniform, variance 1 / inputs."
    scaling = VarianceScaling(distribution="uniform")


class LecunNormal(_Named):
    """Normal, variance 1 / inputs."""

    key: ClassVar[str] = "lecun_normal"
    summary: ClassVar[str] = "Normal, variance 1 / inputs."
    scaling = VarianceScaling()


@dataclass(frozen=True, kw_only=True)
class Orthogonal(_Plain):
    """A random matrix whose columns (or rows, if there are fewer of them) are orthonormal. Source: Saxe et al. 2014."""

    key: ClassVar[str] = "orthogonal"
    summary: ClassVar[str] = "A random orthogonal matrix; made for recurrent kernels."

    gain: float = real(1.0, summary="What the matrix is multiplied by.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Take Q of a normal matrix's QR decomposition, with the signs of R's diagonal; the last axis is columns."""
        rows, columns = math.prod(shape[:-1]), shape[-1]
        Q, R = np.linalg.qr(generator.standard_normal((max(rows, columns), min(rows, columns))))
        Q *= np.sign(np.diag(R)) * self.gain
        orthogonal: Array = (Q if rows >= columns else Q.T).reshape(shape)
        return orthogonal


@dataclass(frozen=True, kw_only=True)
class Identity(_Plain):
    """Ones on the diagonal of the last two axes; in a kernel with a window at its centre, so that it hands on.

    Keras knows it for matrices alone.
    """

    key: ClassVar[str] = "identity"
    summary: ClassVar[str] = "The identity matrix; in the centre of a convolution's window."

    gain: float = real(1.0, summary="What the ones are multiplied by.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Fill an array; draws nothing."""
        del generator
        values = np.zeros((1, *shape)[-max(2, len(shape)) :])
        centre = tuple(size // 2 for size in values.shape[:-2])
        values[centre] = self.gain * np.eye(values.shape[-2], values.shape[-1])
        return values.reshape(shape)


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Count what an output reads and what an input feeds, as Keras does: axes before the last two are a window."""
    window = math.prod(shape[:-2])
    return window * shape[max(0, len(shape) - 2)], window * shape[-1]


def _cut_normal(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    values = generator.standard_normal(shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = generator.standard_normal(np.count_nonzero(outside))
    return values


_ALL: tuple[type[Initializer], ...] = (
    GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal, VarianceScaling, Orthogonal, Identity,
    RandomUniform, RandomNormal, TruncatedNormal, Constant, Zeros, Ones,
)  # fmt: skip
INITIALIZERS: Mapping[str, type[Initializer]] = MappingProxyType({found.key: found for found in _ALL})


def initializer(name: str | Initializer) -> Initializer:
    """Find an initializer by name; a description is returned as it is."""
    if not isinstance(name, str):
        return name
    if name not in INITIALIZERS:
        raise UnknownComponent("initializer", name, tuple(INITIALIZERS))
    return INITIALIZERS[name]()
