"""Running a network forward over many rows: predictions, losses and metrics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from neural.network.weights import split_members

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
        self,
        network: Network,
        parameters: Array,
        x: Array | StoredRows,
        *,
        batch_size: int | None = None,
        beside: "Evaluator | None" = None,
    ) -> None:
        """Bind to prepared inputs (`examples.prepare_inputs`), laid out once, or, stored ones, group by group.

        One that is bound `beside` another reads the inputs that this has laid out.
        """
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
            laid_out = None if beside is None else beside.laid_out(len(self._bounds))
            inputs = slots_of_rows(x[start:stop], size, network.input_shape) if laid_out is None else laid_out
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

    def laid_out(self, part: int) -> Array:
        """Return the inputs of a part: its whole batches, or the smaller last one."""
        return self._bounds[part][0].inputs

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


class EnsembleEvaluator:
    """The members of an ensemble on the same rows: what they give on average, told as logits."""

    def __init__(self, network: Network, members: Sequence[Array], x: Array | StoredRows, *, loss: Loss) -> None:
        first = Evaluator(network, members[0], x)
        self._members = [first, *(Evaluator(network, each, x, beside=first) for each in members[1:])]
        self._loss = loss
        self.groups: list[list[Group]] = []  # of each member, since the last run

    def run(self) -> list[Group]:
        """Compute the logits of the mean outputs; of one member, those that it gives."""
        self.groups = [member.run() for member in self._members]
        if len(self.groups) == 1:
            return self.groups[0]
        return [self._mean(of_all) for of_all in zip(*self.groups, strict=True)]

    def _mean(self, groups: tuple[Group, ...]) -> Group:
        with np.errstate(all="ignore"):  # what is not finite is found in the result
            outputs = mean_of([self._loss.link(group.logits) for group in groups])
            return replace(groups[0], logits=unlinked(self._loss, outputs))


def mean_of(outputs: Sequence[Array]) -> Array:
    """Add the outputs of all members in their order, and divide."""
    total = outputs[0].copy()
    for each in outputs[1:]:
        total += each
    total /= len(outputs)
    return total


def unlinked(loss: Loss, outputs: Array) -> Array:
    """Return logits whose outputs these are."""
    tiny = np.finfo(outputs.dtype).tiny
    if loss.link_name in {"softmax", "exponential"}:
        return np.log(np.maximum(outputs, tiny))
    if loss.link_name == "sigmoid":
        return np.log(np.maximum(outputs, tiny)) - np.log(np.maximum(1 - outputs, tiny))
    return outputs


class Scorer:
    """Loss and metrics of a network on fixed examples; of several members, those of their mean outputs."""

    def __init__(
        self,
        network: Network,
        members: Sequence[Array],
        examples: PreparedExamples,
        *,
        loss: Loss,
        metrics: Sequence[str],
        units: Units = AS_THEY_ARE,
    ) -> None:
        """Bind a network that gives logits for the loss to the weights of each member."""
        self._evaluator = EnsembleEvaluator(network, members, examples.x, loss=loss)
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
        counted = self._counted(groups)
        mean_loss = self._mean_loss(groups, counted)
        values_by_name = {"loss": mean_loss}
        if self._metrics and np.isfinite(mean_loss):
            outputs = np.concatenate(
                [_columns(g, self._loss)[counts] for g, counts in zip(groups, counted, strict=True)]
            )
            y = np.concatenate([y[counts] for y, counts in zip(self._y, counted, strict=True)])
            for name in self._metrics:
                metric = accumulator(name, classes=outputs.shape[1], units=self._units)
                metric.add(outputs, y)
                values_by_name[name] = metric.value()
        return values_by_name

    def member_losses(self) -> list[float]:
        """Tell the mean loss of each member by itself, by what the last score was computed from."""
        return [self._mean_loss(groups, self._counted(groups)) for groups in self._evaluator.groups]

    def _counted(self, groups: list[Group]) -> list[npt.NDArray[np.bool_]]:
        return [group.counting & counting(y) for group, y in zip(groups, self._y, strict=True)]

    def _mean_loss(self, groups: list[Group], counted: list[npt.NDArray[np.bool_]]) -> float:
        total, count = 0.0, 0
        with np.errstate(all="ignore"):
            for group, targets, counts in zip(groups, self._targets, counted, strict=True):
                values = self._loss.values(group.logits, targets).reshape(-1)[counts]
                total, count = total + float(values.sum(dtype=np.float64)), count + len(values)
        return total / max(count, 1)


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
    """Compute the outputs after the loss's link (softmax, sigmoid, identity), shape (rows, *output_shape).

    The weights of several members give the mean of their outputs.
    """
    members, found = split_members(network, flat), find_loss(loss)
    if not len(x):
        return np.empty((0, *network.output_shape), flat.dtype)
    prepared, bound = prepare_inputs(network, x, flat.dtype), logits_network(network, found)
    of_all = []
    for member in members:
        groups = Evaluator(bound, member, prepared, batch_size=batch_size).run()
        of_all.append(np.concatenate([_rows(group, found, network.output_shape) for group in groups]))
    return of_all[0] if len(of_all) == 1 else mean_of(of_all)


class BoundPredictor:
    """`predict` for the same number of rows again and again: bound once, run by one thread at a time."""

    def __init__(self, network: Network, flat: Array, *, rows: int, loss: Loss | str) -> None:
        members = split_members(network, flat)
        self._network, self._dtype, self._loss = network, flat.dtype, find_loss(loss)
        empty, bound = np.zeros((rows, *network.input_shape), flat.dtype), logits_network(network, self._loss)
        first = Evaluator(bound, members[0], empty)
        self._evaluators = [first, *(Evaluator(bound, each, empty, beside=first) for each in members[1:])]

    def predict(self, x: npt.NDArray[Any]) -> Array:
        """Compute what `predict` would, to the bit."""
        self._evaluators[0].load(prepare_inputs(self._network, x, self._dtype))
        of_all = [np.concatenate([self._rows(group) for group in each.run()]) for each in self._evaluators]
        return of_all[0] if len(of_all) == 1 else mean_of(of_all)

    def _rows(self, group: Group) -> Array:
        return _rows(group, self._loss, self._network.output_shape)


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
    members, found = split_members(network, flat), find_loss(loss)
    prepared = prepare(network, found, examples, flat.dtype)
    scorer = Scorer(logits_network(network, found), members, prepared, loss=found, metrics=metrics, units=units)
    return scorer.score()
