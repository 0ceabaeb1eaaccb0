"""Divergence: the search for where numbers stopped being finite, from a kept point up to the first fault."""

import numpy as np

from neural.engine.arrays import Array
from neural.network.network import Network
from neural.optimizers.base import OptimizerState
from neural.training.batch_steps import BatchSteps

GROUPS = 64  # between two kept points; keeping costs about as much as an update, running again happens once


class Rewind:
    """A point in the running epoch to which a training can go back."""

    def __init__(self, arrays: list[Array], optimizer: OptimizerState, generator: np.random.Generator) -> None:
        """Watch arrays that steps change, the optimizer's count of steps and the generator that steps draw from."""
        self._arrays, self._optimizer, self._generator = arrays, optimizer, generator
        self._kept = [np.empty_like(array) for array in arrays]
        self.position, self._groups = 0, GROUPS

    def is_due(self, position: int) -> bool:
        """Tell whether a point should be kept before the batch at this position of the epoch."""
        self._groups += 1
        return position == 0 or self._groups > GROUPS

    def keep(self, position: int) -> None:
        """Keep this point."""
        for kept, array in zip(self._kept, self._arrays, strict=True):
            np.copyto(kept, array)
        self._step, self._draws = self._optimizer.step, self._generator.bit_generator.state
        self.position, self._groups = position, 0

    def restore(self) -> int:
        """Go back to the kept point; returns its position in the epoch."""
        for kept, array in zip(self._kept, self._arrays, strict=True):
            np.copyto(array, kept)
        self._optimizer.step, self._generator.bit_generator.state = self._step, self._draws
        return self.position


def faulty_layer(network: Network, batch_steps: BatchSteps, slot: int) -> str:
    """Run one loaded batch forward; name the first layer that gives what is not finite."""
    with np.errstate(all="ignore"):
        for call in batch_steps.bound.slots[slot].forward:
            call()
    for layer, values in zip(network.layers, batch_steps.bound.values, strict=False):
        if not np.isfinite(values).all():
            return str(layer.name)
    return str(network.layers[-1].name)


def faulty_parameter(network: Network, parameters: Array) -> str | None:
    """Name the layer of the first parameter that is not finite; None if all are."""
    with np.errstate(all="ignore"):
        if np.isfinite(parameters.dot(parameters)) or np.isfinite(parameters).all():
            return None
    fault = int(np.flatnonzero(~np.isfinite(parameters))[0])
    return next(each.name for each in network.parameters if fault < each.stop).rpartition(".")[0]
