"""Variance scalings with a name of their own, as chosen by Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array
from neural.initializers.base import Plain
from neural.initializers.variance_scaling import VarianceScaling


@dataclass(frozen=True, kw_only=True)
class _Named(Plain):
    """A variance scaling with a name of its own and nothing to choose."""

    scaling: ClassVar[VarianceScaling]
    has_fans: ClassVar[bool] = True

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
