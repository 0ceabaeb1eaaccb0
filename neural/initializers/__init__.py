"""The table of initializers: first values of kernels and biases, drawn as Keras 3 draws them."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.errors import UnknownComponent
from neural.initializers.base import Initializer
from neural.initializers.constants import Constant, Ones, Zeros
from neural.initializers.matrices import Identity, Orthogonal
from neural.initializers.named import GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal, LecunUniform
from neural.initializers.normal import RandomNormal, TruncatedNormal
from neural.initializers.uniform import RandomUniform
from neural.initializers.variance_scaling import VarianceScaling, fans

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


__all__ = ["INITIALIZERS", "Initializer", "fans", "initializer"]
