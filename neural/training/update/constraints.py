"""Constraints after each update: those of the layers, and the max-norm of the whole network."""

import numpy as np

from neural.constraints import MaxNorm
from neural.engine.arrays import Array, Calls
from neural.network.network import Network


def held(network: Network, parameters: Array, names: set[str]) -> Calls:
    """Hold each of the parameters in `names` to what its layer asks."""
    return [
        call
        for each in network.parameters
        if each.name in names
        for call in each.constraint.hold(parameters[each.start : each.stop].reshape(each.shape))
    ]


def max_norm(network: Network, limit: float | None, parameters: Array, names: set[str]) -> Calls:
    """Shrink what flows into each unit to a length of at most `limit`: w ← w · min(‖w‖, limit) / (‖w‖ + 1e-7).

    Holds for the kernels among `names`; the length is taken over all axes but the last, as Keras' MaxNorm(axis=0) does
    for dense layers (Srivastava et al. 2014).
    """
    if limit is None:
        return []
    kernels = [each for each in network.parameters if each.name in names and each.name.endswith("kernel")]
    scratch = np.empty(max((kernel.size for kernel in kernels), default=0), parameters.dtype)
    rule = MaxNorm(max_value=limit)
    calls: Calls = []
    for kernel in kernels:
        calls += rule.hold(parameters[kernel.start : kernel.stop].reshape(-1, kernel.shape[-1]), scratch)
    return calls
