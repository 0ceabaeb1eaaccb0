"""Running a network forward over many rows: predictions, losses and metrics."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.data.examples import Examples, PreparedExamples, prepare, prepare_inputs
from neural.data.targets import counting, fill
from neural.engine import backend
from neural.engine.arrays import Array, Call, Calls
from neural.engine.layouts import Shape, columns_of, input_arrays, lay_out, slots_of_rows
from neural.engine.stored_rows import StoredRows
from neural.losses import Loss
from neural.losses import loss as find_loss
from neural.metrics import AS_THEY_ARE, Units, accumulator
from neural.network.batch_sizes import batch_for
from neural.network.binding import BoundNetwork, bind
from neural.network.logits import logits_network
from neural.network.network import Network
from neural.network.weights import check_flat

SLOTS = 16  # batches of stored rows that are in memory at once


@dataclass(frozen=True)
class Group:
    """What a network gave for consecutive batches of one size."""

    logits: Array  # (slots, outputs, columns)
    masks: Array | None  # (slots, columns) of 0 and 1: which time steps count
    batch: int  # rows of each slot

    @property
    def counting(self) -> npt.NDArray[np.bool_]:
        """Which columns count, (slots · columns,)."""
        slots, _, columns = self.logits.shape
        return np.ones(slots * columns, bool) if self.masks is None else self.masks.reshape(-1) > 0

    def targets(self, y: npt.NDArray[Any], shape: Shape) -> npt.NDArray[Any]:
        """Order this group's targets as its columns."""
        return columns_of(y, self.batch, shape)


class Evaluator:
    """A network bound for inference on fixed rows; runs again whenever the parameters have changed."""

    def __init__(
        self, network: Network, parameters: Array, x: Array | StoredRows, *, batch_size: int | None = None
    ) -> None:
        """Bind to prepared inputs (`examples.prepare_inputs`), laid out once, or, stored ones, group by group."""
        rows = len(x)
        batch = min(batch_size or batch_for(network), rows)
        whole = rows - rows % batch
        parts = [(0, whole, batch), *([(whole, rows, rows - whole)] if whole < rows else [])]
        self._bounds: list[tuple[BoundNetwork, list[Calls], Group, Call | None]] = []
        self._translate = backend.translator()
        for start, stop, size in parts:
            if isinstance(x, StoredRows):
                self._bind_stored(network, parameters, x, range(start, stop), size=size)
                continue
            inputs = slots_of_rows(x[start:stop], size, network.input_shape)
            bound, forward = self._bind(network, parameters, inputs)
            self._bounds.append((bound, forward, Group(bound.logits, _masks(bound, len(inputs)), size), None))

    def _bind(self, network: Network, parameters: Array, inputs: Array) -> tuple[BoundNetwork, list[Calls]]:
        bound = bind(network, parameters, inputs=inputs)
        return bound, [self._translate(slot.forward) for slot in bound.slots]

    def _bind_stored(self, network: Network, parameters: Array, x: StoredRows, rows: range, *, size: int) -> None:
        """Bind once to arrays that the rows pass through, group after group; what each gave is kept."""
        bounds: dict[int, tuple[BoundNetwork, list[Calls]]] = {}
        for first in range(rows.start, rows.stop, SLOTS * size):
            slots = min(SLOTS, (rows.stop - first) // size)
            if slots not in bounds:
                inputs = input_arrays(network.input_shape, slots, size, parameters.dtype)
                bounds[slots] = self._bind(network, parameters, inputs)
            bound, forward = bounds[slots]
            group = Group(np.zeros_like(bound.logits), _masks(bound, slots), size)
            load = partial(_load, x, first, slots * size, bound.inputs)
            self._bounds.append((bound, forward, group, load))

    def load(self, x: Array | StoredRows) -> None:
        """Take other rows, prepared and just as many, in place of those that it was bound to."""
        start = 0
        for bound, _, group, _ in self._bounds:
            stop = start + len(bound.inputs) * group.batch
            lay_out(bound.inputs, x[start:stop])
            start = stop

    def run(self) -> list[Group]:
        """Compute the logits, in the order of the rows; the arrays are the same at every call."""
        with np.errstate(all="ignore"):  # what is not finite is found in the result
            for bound, forward, group, load in self._bounds:
                if load is not None:
                    load()
                for index, calls in enumerate(forward):
                    for call in calls:
                        call()
                    if group.masks is not None and bound.mask is not None:
                        np.copyto(group.masks[index], bound.mask)
                if load is not None:
                    np.copyto(group.logits, bound.logits)
        return [group for _, _, group, _ in self._bounds]


def _load(x: StoredRows, first: int, count: int, inputs: Array) -> None:
    lay_out(inputs, x[first : first + count])


def _masks(bound: BoundNetwork, slots: int) -> Array | None:
    return None if bound.mask is None else np.ones((slots, bound.mask.size), bound.logits.dtype)


class Scorer:
    """Loss and metrics of a network on fixed examples."""

    def __init__(
        self,
        network: Network,
        parameters: Array,
        examples: PreparedExamples,
        *,
        loss: Loss,
        metrics: Sequence[str],
        units: Units = AS_THEY_ARE,
    ) -> None:
        """Bind a network that gives logits for the loss."""
        self._evaluator = Evaluator(network, parameters, examples.x)
        self._loss, self._metrics, self._units = loss, tuple(metrics), units
        self._y: list[npt.NDArray[Any]] = []
        self._targets: list[Array] = []
        start = 0
        for group in self._evaluator.run():
            stop = start + len(group.logits) * group.batch
            self._y.append(group.targets(examples.y[start:stop], network.output_shape))
            self._targets.append(np.zeros_like(group.logits))
            fill(self._targets[-1], self._y[-1])
            start = stop

    def score(self) -> dict[str, float]:
        """Compute the mean loss and the metrics, all exact over all rows (of sequences: all time steps that count)."""
        groups = self._evaluator.run()
        counted = [group.counting & counting(y) for group, y in zip(groups, self._y, strict=True)]
        total, count = 0.0, 0
        with np.errstate(all="ignore"):
            for group, targets, counts in zip(groups, self._targets, counted, strict=True):
                values = self._loss.values(group.logits, targets).reshape(-1)[counts]
                total, count = total + float(values.sum(dtype=np.float64)), count + len(values)
        values_by_name = {"loss": total / max(count, 1)}
        if self._metrics and np.isfinite(total):
            outputs = np.concatenate(
                [_columns(g, self._loss)[counts] for g, counts in zip(groups, counted, strict=True)]
            )
            y = np.concatenate([y[counts] for y, counts in zip(self._y, counted, strict=True)])
            for name in self._metrics:
                metric = accumulator(name, classes=outputs.shape[1], units=self._units)
                metric.add(outputs, y)
                values_by_name[name] = metric.value()
        return values_by_name


def _columns(group: Group, loss: Loss) -> Array:
    """Apply the loss's link, and lay the outputs out as (slots · columns, outputs)."""
    with np.errstate(all="ignore"):
        linked = loss.link(group.logits)
    return linked.transpose(0, 2, 1).reshape(-1, linked.shape[1])


def _rows(group: Group, loss: Loss, shape: Shape) -> Array:
    """Apply the loss's link, and lay the outputs out as (rows, *shape)."""
    columns = _columns(group, loss)
    if len(shape) == 1:
        return columns
    batches = columns.reshape(-1, *shape[:-1], group.batch, shape[-1])
    rows: Array = np.moveaxis(batches, -2, 1).reshape(-1, *shape)
    return rows


def predict(
    network: Network, flat: Array, x: npt.NDArray[Any], *, loss: Loss | str, batch_size: int | None = None
) -> Array:
    """Compute the outputs after the loss's link (softmax, sigmoid, identity), shape (rows, *output_shape)."""
    check_flat(network, flat)
    found = find_loss(loss)
    if not len(x):
        return np.empty((0, *network.output_shape), flat.dtype)
    evaluator = Evaluator(
        logits_network(network, found), flat, prepare_inputs(network, x, flat.dtype), batch_size=batch_size
    )
    return np.concatenate([_rows(group, found, network.output_shape) for group in evaluator.run()])


class BoundPredictor:
    """`predict` for the same number of rows again and again: bound once, run by one thread at a time."""

    def __init__(self, network: Network, flat: Array, *, rows: int, loss: Loss | str) -> None:
        check_flat(network, flat)
        self._network, self._dtype, self._loss = network, flat.dtype, find_loss(loss)
        empty = np.zeros((rows, *network.input_shape), flat.dtype)
        self._evaluator = Evaluator(logits_network(network, self._loss), flat, empty)

    def predict(self, x: npt.NDArray[Any]) -> Array:
        """Compute what `predict` would, to the bit."""
        self._evaluator.load(prepare_inputs(self._network, x, self._dtype))
        return np.concatenate([_rows(group, self._loss, self._network.output_shape) for group in self._evaluator.run()])


def evaluate(
    network: Network,
    flat: Array,
    examples: Examples,
    *,
    loss: Loss | str,
    metrics: Sequence[str] = (),
    units: Units = AS_THEY_ARE,
) -> dict[str, float]:
    """Compute `loss` and the named metrics over all rows; errors are told in `units`."""
    check_flat(network, flat)
    found = find_loss(loss)
    prepared = prepare(network, found, examples, flat.dtype)
    scorer = Scorer(logits_network(network, found), flat, prepared, loss=found, metrics=metrics, units=units)
    return scorer.score()
