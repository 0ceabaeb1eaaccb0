"""Training steps for batches of one size: the bound network with its loss, its targets and the update behind it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.arrays import Array, Calls
from neural.binding import BoundNetwork, bind
from neural.examples import Prepared
from neural.losses import Loss
from neural.network import Network
from neural.targets import fill

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Vectors:
    """The flat vectors that every stage of one training shares."""

    parameters: Array
    gradients: Array


class Stage:
    """Loads up to `slots` batches at once, then runs them one after the other without allocating."""

    def __init__(
        self,
        network: Network,
        loss: Loss,
        vectors: Vectors,
        *,
        batch_size: int,
        slots: int,
        data: Prepared,
        generator: np.random.Generator,
        update: Calls,
    ) -> None:
        """Bind everything; `update` is what follows the way back in each step."""
        self.batch_size, self.slots = batch_size, slots
        self._loss, self._data = loss, data
        dtype = vectors.parameters.dtype
        inputs = np.ones((slots, batch_size, data.x.shape[1]), dtype)
        self.bound = bind(network, vectors.parameters, vectors.gradients, inputs=inputs, generator=generator)
        self._targets = np.zeros(self.bound.logits.shape, dtype)
        self._pull = np.zeros_like(self._targets)
        self._weights = None if data.weights is None else np.ones_like(self._targets)
        self._y: npt.NDArray[Any] = data.y[:0]
        self.steps = tuple(self._step(slot, update) for slot in range(slots))

    def _step(self, slot: int, update: Calls) -> Calls:
        bound = self.bound
        return [*bound.slots[slot].forward, *self._descend(bound, slot), *bound.slots[slot].backward, *update]

    def _descend(self, bound: BoundNetwork, slot: int) -> Calls:
        def scratch(label: str) -> Array:
            return bound.workspace.take(f"loss.{label}", bound.dlogits.shape)

        calls = self._loss.gradient(bound.logits[slot], self._pull[slot], bound.dlogits, scratch)
        if self._weights is not None:
            calls.append(partial(np.multiply, bound.dlogits, self._weights[slot], bound.dlogits))
        return calls

    def load(self, rows: Indices) -> int:
        """Fetch the batches of these rows into the first slots; returns their number."""
        count = len(rows) // self.batch_size
        inputs = self.bound.inputs[:count].reshape(len(rows), -1)
        np.take(self._data.x, rows, axis=0, out=inputs, mode="clip")  # "raise" would copy through a buffer
        self._y = self._data.y[rows]
        fill(self._targets[:count], self._y)
        self._pull[:count] = self._loss.pull(self._targets[:count])
        if self._weights is not None and self._data.weights is not None:
            self._weights[:count] = self._data.weights[rows].reshape(count, 1, -1)  # one for each output
        return count

    def run(self, first: int, last: int) -> None:
        """Run the steps of the loaded batches first … last - 1."""
        for step in self.steps[first:last]:
            for call in step:
                call()

    def losses(self, first: int, last: int) -> npt.NDArray[np.float64]:
        """Sum the (weighted) losses of the examples of each batch; for the batches that were run."""
        values = self._loss.values(self.bound.logits[first:last], self._targets[first:last])
        if self._weights is not None:
            values *= self._weights[first:last, 0]
        sums: npt.NDArray[np.float64] = values.sum(axis=1, dtype=np.float64)
        return sums

    def sides(self) -> npt.NDArray[np.bool_]:
        """Tell on which side of the loss's kinks the logits of the first batch lie; empty for a smooth loss."""
        return self._loss.sides(self.bound.logits[0], self._targets[0])

    def outputs(self, first: int, last: int) -> tuple[Array, npt.NDArray[Any]]:
        """Return outputs (rows, outputs) and targets of the batches that were run."""
        outputs = self._loss.link(self.bound.logits[first:last])
        rows = slice(first * self.batch_size, last * self.batch_size)
        return outputs.transpose(0, 2, 1).reshape(-1, outputs.shape[1]), self._y[rows]


def slots_for(network: Network, batch_size: int) -> int:
    """Choose how many batches are loaded at once.

    About a millisecond of work, so that what is done once for all of them hardly counts, and at most 128, since binding
    a slot takes some 40 µs.
    """
    arithmetic = 3 * network.flops_per_row * batch_size / 50e9
    update = network.parameter_count * 3e-9
    return max(1, min(128, int(1.5e-3 / (15e-6 + arithmetic + update))))
