"""Health of layers in training: gradients that vanish or explode, steps too large, units that are dead or stuck."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.engine.layouts import columns_view
from neural.network.network import Network
from neural.training.batch_steps import BatchSteps, Vectors

# Outputs at or beyond these lie where a function is flat: its slope is below 0.02.
FLAT: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"sigmoid": (0.02, 0.98), "hard_sigmoid": (0.0, 1.0), "tanh": (-0.99, 0.99)}
)
DEAD = frozenset({"relu"})  # gives 0, and passes nothing back, where it is off
QUANTITIES = ("gradient_norm", "update_ratio", "dead", "saturated")
_NORM, _RATIO, _DEAD, _FLAT = range(4)


@dataclass(frozen=True, kw_only=True)
class LayerHealth:
    """A layer's means over the sampled steps of an epoch; None where a question makes no sense for the layer."""

    layer: str
    gradient_norm: float | None  # of what the optimizer gets, after penalties and limits
    update_ratio: float | None  # ‖change of the weights‖ / ‖weights‖ of a step; around 0.001 is usual
    dead: float | None  # share of units that gave 0 for every row of a batch
    saturated: float | None  # share of outputs where the activation is flat

    def to_metrics(self) -> dict[str, float]:
        """Name what is known as metrics: `health/dense_1/gradient_norm`."""
        values = {name: getattr(self, name) for name in QUANTITIES}
        return {f"health/{self.layer}/{name}": value for name, value in values.items() if value is not None}


class Health:
    """Samples every `every`-th step of each epoch, from its first on.

    A sample costs a copy of the weights, four sums over them, and two passes over the outputs that are looked at: as
    much as a step of a network of 200 weights, a quarter of one of 80,000 (`./chainrule bench health`).
    """

    def __init__(self, network: Network, vectors: Vectors, *, every: int, batches_per_step: int) -> None:
        """Make room for the sums; `network` is the one that is bound."""
        self._network, self._vectors = network, vectors
        self._every, self._batches = every, batches_per_step
        self._before = np.empty_like(vectors.parameters[: network.trainable_count])
        self._sums = np.zeros((len(network.layers), 4))
        self._count = np.zeros(1, np.int64)
        self._functions = [f.key if f else "" for f in (layer.output_function() for layer in network.layers)]

    def run(self, batch_steps: BatchSteps, first: int, last: int, position: int) -> None:
        """Run loaded batches as `batch_steps` does, and sample those that are due; `position` is the first's.

        A step is due when its number in the epoch is a multiple of `every`; its last batch is what is looked at.
        """
        period = self._every * self._batches
        due = range(first + (self._batches - 1 - position) % period, last, period)
        for slot in due:
            batch_steps.run(first, slot)
            np.copyto(self._before, self._vectors.parameters[: self._before.size])
            batch_steps.run(slot, slot + 1)
            self._sample(batch_steps, slot)
            first = slot + 1
        batch_steps.run(first, last)

    def _sample(self, batch_steps: BatchSteps, slot: int) -> None:
        parameters = self._vectors.parameters[: self._before.size]
        np.subtract(parameters, self._before, self._before)
        for index, function in enumerate(self._functions):
            part = self._network.trainable_part(index)
            if part.stop > part.start:
                self._sums[index, _NORM] += _norm(self._vectors.gradients[part])
                self._sums[index, _RATIO] += _norm(self._before[part]) / max(_norm(parameters[part]), 1e-30)
            values = batch_steps.bound.values
            outputs = values[index] if index < len(values) else batch_steps.bound.logits[slot]
            if function in DEAD:
                self._sums[index, _DEAD] += not_alive(columns_view(outputs))
            elif function in FLAT:
                self._sums[index, _FLAT] += stuck(outputs, *FLAT[function])
        self._count += 1

    def end_epoch(self) -> tuple[LayerHealth, ...]:
        """Give the means, and begin anew; nothing where no step was sampled."""
        if not self._count[0]:
            return ()
        means = self._sums / self._count[0]
        self._sums.fill(0)
        self._count.fill(0)
        return tuple(self._describe(index, means[index]) for index in range(len(means)))

    def _describe(self, index: int, means: npt.NDArray[np.float64]) -> LayerHealth:
        part, function = self._network.trainable_part(index), self._functions[index]
        learns = part.stop > part.start
        return LayerHealth(
            layer=str(self._network.layers[index].name),
            gradient_norm=float(means[_NORM]) if learns else None,
            update_ratio=float(means[_RATIO]) if learns else None,
            dead=float(means[_DEAD]) if function in DEAD else None,
            saturated=float(means[_FLAT]) if function in FLAT else None,
        )

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """What the training's state has to hold."""
        return {"health_sums": self._sums, "health_count": self._count}


def not_alive(outputs: Array) -> float:
    """Return the share of units (rows of (units, columns)) that gave 0 throughout."""
    return 1 - int(np.count_nonzero(outputs.any(axis=1))) / len(outputs)


def stuck(outputs: Array, low: float, high: float) -> float:
    """Return the share of outputs at or beyond two bounds."""
    return int(np.count_nonzero(outputs <= low) + np.count_nonzero(outputs >= high)) / outputs.size


def _norm(vector: Array) -> float:
    return float(np.sqrt(vector.dot(vector)))
