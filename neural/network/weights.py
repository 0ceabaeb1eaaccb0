"""The flat vector of a network's parameters: drawn, taken apart into named arrays, put together again."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, check_finite
from neural.errors import ShapeError
from neural.initializers import initializer
from neural.layers.shared.mask_use import FIRST
from neural.network.network import Network


def initialize(network: Network, generator: np.random.Generator, dtype: npt.DTypeLike = "float32") -> Array:
    """Draw the first parameters, as one flat vector; drawn in float64 and rounded, so both types start alike."""
    flat: Array = np.empty(network.parameter_count, dtype)
    for parameter in network.parameters:
        found, shape = initializer(parameter.initializer), parameter.shape
        if parameter.fans is not None and found.has_fans and network.semantics > FIRST:
            shape = parameter.fans  # a matrix that folds into the shape
        values = found.draw(shape, generator)
        flat[parameter.start : parameter.stop] = values.ravel()
    return flat


def named_arrays(network: Network, flat: Array) -> dict[str, Array]:
    """View the flat vector as arrays by name (`dense_1.kernel`), without a copy."""
    check_flat(network, flat)
    return {
        parameter.name: flat[parameter.start : parameter.stop].reshape(parameter.shape)
        for parameter in network.parameters
    }


def flatten(network: Network, arrays: Mapping[str, npt.NDArray[Any]], dtype: npt.DTypeLike = "float32") -> Array:
    """Put named arrays together into one flat vector; names, shapes and finiteness are checked."""
    names = {parameter.name for parameter in network.parameters}
    if names != set(arrays):
        raise ShapeError("weights", got=f"arrays named {sorted(arrays)}", needed=f"arrays named {sorted(names)}")
    flat: Array = np.empty(network.parameter_count, dtype)
    for parameter in network.parameters:
        array = np.asarray(arrays[parameter.name])
        if array.shape != parameter.shape:
            raise ShapeError(parameter.name, got=array.shape, needed=parameter.shape)
        check_finite(parameter.name, array)
        flat[parameter.start : parameter.stop] = array.ravel()
    return flat


def check_flat(network: Network, flat: Array) -> None:
    """Raise ShapeError unless a vector has one value for each parameter of the network."""
    if flat.shape != (network.parameter_count,):
        raise ShapeError("flat parameters", got=flat.shape, needed=(network.parameter_count,))
