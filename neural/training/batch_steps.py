"""Training steps on mini-batches of one size: a bound network with its loss, its targets and its update."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.data.examples import PreparedExamples
from neural.data.targets import counting, fill, has_ignored
from neural.engine import backend
from neural.engine.arrays import Array, Calls, scalar
from neural.engine.layouts import columns_of, input_arrays, load_rows
from neural.losses import Loss
from neural.network.binding import BoundNetwork, bind
from neural.network.network import Network

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Vectors:
    """The flat vectors that all steps of one training share."""

    parameters: Array
    gradients: Array


class BatchSteps:
    """Loads up to `slots` batches at once, then runs them one after the other without allocating."""

    def __init__(
        self,
        network: Network,
        loss: Loss,
        vectors: Vectors,
        *,
        batch_size: int,
        slots: int,
        data: PreparedExamples,
        generator: np.random.Generator,
        update: Calls,
    ) -> None:
        """Bind everything; `update` is what follows the way back in each step."""
        self.batch_size, self.slots = batch_size, slots
        self._loss, self._data = loss, data
        self._output_shape = network.output_shape
        self._fetched = np.empty((slots * batch_size, *network.input_shape), data.x.dtype)
        self.bound = bind(
            network,
            vectors.parameters,
            vectors.gradients,
            inputs=input_arrays(network.input_shape, slots, batch_size, vectors.parameters.dtype),
            generator=generator,
        )
        self._targets = np.zeros_like(self.bound.logits)
        self._target_term = np.zeros_like(self._targets)
        self._columns = self.bound.dlogits.shape[1] // batch_size  # of one row: its time steps
        self._weights = None if data.weights is None else np.ones_like(self._targets)
        columns = (slots, self.bound.dlogits.shape[1])
        self._targeted = np.ones(columns, self._targets.dtype) if has_ignored(data.y) else None
        is_masked = self._targeted is not None or self.bound.mask is not None
        self._shares = np.zeros(columns, self._targets.dtype) if is_masked else None
        self._y: npt.NDArray[Any] = data.y[:0]
        steps = [self._step(slot, update) for slot in range(slots)]
        self.steps = tuple(backend.translated_slots(steps, self._blocks()))

    def _blocks(self) -> list[Array]:
        """List what has a part for each slot."""
        blocks = (self.bound.inputs, self.bound.logits, self._target_term, self._weights, self._targeted, self._shares)
        return [block for block in blocks if block is not None]

    def _step(self, slot: int, update: Calls) -> Calls:
        bound = self.bound
        return [*bound.slots[slot].forward, *self.descend(bound, slot), *bound.slots[slot].backward, *update]

    def descend(self, bound: BoundNetwork, slot: int) -> Calls:
        """Prepare the gradient of the loss by the logits of a slot."""

        def scratch(label: str) -> Array:
            return bound.workspace.take(f"loss.{label}", bound.dlogits.shape)

        calls = self._loss.gradient(bound.logits[slot], self._target_term[slot], bound.dlogits, scratch)
        if self._weights is not None:
            calls.append(partial(np.multiply, bound.dlogits, self._weights[slot], bound.dlogits))
        mask = bound.mask if self._targeted is None else self._targeted[slot]
        if self._targeted is not None and bound.mask is not None:
            mask = np.zeros_like(bound.mask)
            calls.append(partial(np.multiply, bound.mask, self._targeted[slot], mask))
        if mask is not None and self._shares is not None:
            calls += masked(mask, self._shares[slot], bound.dlogits)
        return calls

    def load(self, rows: Indices) -> int:
        """Fetch the batches of these rows into the first slots; returns their number."""
        count = len(rows) // self.batch_size
        load_rows(self.bound.inputs[:count], self._data.x, rows, self._fetched)
        self._y = columns_of(self._data.y[rows], self.batch_size, self._output_shape)
        fill(self._targets[:count], self._y)
        if self._targeted is not None:
            self._targeted[:count] = counting(self._y).reshape(count, -1)
        self._target_term[:count] = self._loss.target_term(self._targets[:count])
        if self._weights is not None and self._data.weights is not None:
            weights = self._data.weights[rows].reshape(count, 1, 1, -1)  # one for each output and time step of a row
            self._weights[:count].reshape(count, -1, self._columns, self.batch_size)[...] = weights
        return count

    def run(self, first: int, last: int) -> None:
        """Run the steps of the loaded batches first … last - 1."""
        for step in self.steps[first:last]:
            for call in step:
                call()

    def losses(self, first: int, last: int) -> npt.NDArray[np.float64]:
        """Sum the (weighted) losses of the examples of each batch; for the batches that were run.

        The loss of a sequence is the mean over its time steps; under a mask, the batch's mean over those that count.
        """
        values = self._loss.values(self.bound.logits[first:last], self._targets[first:last])
        if self._weights is not None:
            values *= self._weights[first:last, 0]
        if self._shares is not None:
            values = np.where(self._shares[first:last] > 0, values * self._shares[first:last], 0)
        sums: npt.NDArray[np.float64] = values.sum(axis=1, dtype=np.float64) / self._columns
        return sums

    def sides(self) -> npt.NDArray[np.bool_]:
        """Tell on which side of the loss's kinks the logits of the first batch lie; empty for a smooth loss."""
        return self._loss.sides(self.bound.logits[0], self._targets[0])

    def outputs(self, first: int, last: int) -> tuple[Array, npt.NDArray[Any]]:
        """Return outputs (columns, outputs) and targets of the batches that were run, without masked time steps."""
        linked = self._loss.link(self.bound.logits[first:last])
        columns = slice(first * linked.shape[2], last * linked.shape[2])
        outputs, targets = linked.transpose(0, 2, 1).reshape(-1, linked.shape[1]), self._y[columns]
        if self._shares is None:
            return outputs, targets
        count = self._shares[first:last].reshape(-1) > 0
        return outputs[count], targets[count]


def masked(mask: Array, share: Array, dlogits: Array) -> Calls:
    """Turn a mean over all columns into one over those that count: share = mask · columns / Σ mask (as Keras 3)."""
    count = np.zeros((), mask.dtype)
    columns = scalar(mask.size, mask.dtype)
    return [
        partial(np.add.reduce, mask, 0, None, count),
        partial(np.maximum, count, scalar(1, mask.dtype), out=count),
        partial(np.divide, columns, count, count),
        partial(np.multiply, mask, count, share),
        partial(np.multiply, dlogits, share, dlogits),
    ]
