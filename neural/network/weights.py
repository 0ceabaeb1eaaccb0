"""The flat vector of a network's parameters: drawn, taken apart into named arrays, put together again.

The vector of an ensemble holds those of its members one after the other; their arrays are named `member_1/…`.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, check_finite
from neural.errors import ShapeError
from neural.initializers import initializer
from neural.layers.shared.mask_use import FIRST
from neural.network.network import Network

_MEMBER = re.compile(r"member_[0-9]+/")


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
    members = split_members(network, flat)
    return {
        f"{prefix_of(number, of=len(members))}{parameter.name}": own[parameter.start : parameter.stop].reshape(
            parameter.shape
        )
        for number, own in enumerate(members)
        for parameter in network.parameters
    }


def split_members(network: Network, flat: Array) -> list[Array]:
    """View the vector of each member; raises ShapeError unless the vector is made of whole ones."""
    size = network.parameter_count
    if flat.shape == (size,):  # of a network without parameters, too
        return [flat]
    if not size or flat.ndim != 1 or not flat.size or flat.size % size:
        raise ShapeError("flat parameters", got=flat.shape, needed=(size,))
    return [flat[start : start + size] for start in range(0, flat.size, size)]


def prefix_of(number: int, *, of: int) -> str:
    """Return what stands before the names of a member, counted from 0; nothing for the only one."""
    return f"member_{number + 1}/" if of > 1 else ""


def flatten(network: Network, arrays: Mapping[str, npt.NDArray[Any]], dtype: npt.DTypeLike = "float32") -> Array:
    """Put named arrays together into one flat vector; names, shapes and finiteness are checked."""
    count = len({found[0] for found in map(_MEMBER.match, arrays) if found})
    if count > 1:
        parts = [_of_member(arrays, prefix_of(number, of=count)) for number in range(count)]
        if sum(map(len, parts)) == len(arrays):
            return np.concatenate([flatten(network, part, dtype) for part in parts])
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


def _of_member(arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def check_flat(network: Network, flat: Array) -> None:
    """Raise ShapeError unless a vector has one value for each parameter of the network."""
    if flat.shape != (network.parameter_count,):
        raise ShapeError("flat parameters", got=flat.shape, needed=(network.parameter_count,))
