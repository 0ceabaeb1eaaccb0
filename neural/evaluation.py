"""Running a network forward over many rows: predictions, losses and metrics."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.arrays import Array, Calls
from neural.binding import BoundNetwork, bind
from neural.examples import Examples, Prepared, prepare, with_ones
from neural.links import without_link
from neural.losses import Loss
from neural.losses import loss as find_loss
from neural.metrics import accumulator
from neural.network import Network
from neural.targets import fill
from neural.weights import check_flat

BATCH = 1024  # rows that are run at once


class Evaluator:
    """A network bound for inference on fixed rows; runs again whenever the parameters have changed."""

    def __init__(self, network: Network, parameters: Array, x: Array, *, batch_size: int = BATCH) -> None:
        """Bind to inputs of shape (rows, inputs + 1), read where they are."""
        rows, width = x.shape
        batch = min(batch_size, rows)
        whole = rows - rows % batch
        self._bounds: list[BoundNetwork] = [bind(network, parameters, inputs=x[:whole].reshape(-1, batch, width))]
        if whole < rows:
            self._bounds.append(bind(network, parameters, inputs=x[whole:].reshape(1, -1, width)))
        self._calls: Calls = [call for bound in self._bounds for slot in bound.slots for call in slot.forward]

    def run(self) -> list[Array]:
        """Compute the logits, in groups of shape (slots, outputs, batch), in the order of the rows."""
        with np.errstate(all="ignore"):  # what is not finite is found in the result
            for call in self._calls:
                call()
        return [bound.logits for bound in self._bounds]


class Scorer:
    """Loss and metrics of a network on fixed examples."""

    def __init__(
        self, network: Network, parameters: Array, examples: Prepared, *, loss: Loss, metrics: Sequence[str]
    ) -> None:
        """Bind a network that gives logits for the loss."""
        self._evaluator = Evaluator(network, parameters, examples.x)
        self._examples, self._loss, self._metrics = examples, loss, tuple(metrics)
        self._targets = [np.zeros_like(logits) for logits in self._evaluator.run()]
        start = 0
        for targets in self._targets:
            stop = start + targets.shape[0] * targets.shape[2]
            fill(targets, examples.y[start:stop])
            start = stop

    def score(self) -> dict[str, float]:
        """Compute the mean loss and the metrics, all exact over all rows."""
        groups = self._evaluator.run()
        total = 0.0
        with np.errstate(all="ignore"):
            for logits, targets in zip(groups, self._targets, strict=True):
                total += float(self._loss.values(logits, targets).sum(dtype=np.float64))
        values = {"loss": total / len(self._examples)}
        if self._metrics and np.isfinite(total):
            outputs = as_rows(groups, self._loss)
            for name in self._metrics:
                metric = accumulator(name, classes=outputs.shape[1])
                metric.add(outputs, self._examples.y)
                values[name] = metric.value()
        return values


def as_rows(groups: Sequence[Array], loss: Loss) -> Array:
    """Apply the loss's link to groups of logits, and lay the outputs out as (rows, outputs)."""
    with np.errstate(all="ignore"):
        parts = [loss.link(logits) for logits in groups]
    return np.concatenate([part.transpose(0, 2, 1).reshape(-1, part.shape[1]) for part in parts])


def predict(network: Network, flat: Array, x: npt.NDArray[Any], *, loss: Loss | str, batch_size: int = BATCH) -> Array:
    """Compute the outputs after the loss's link (softmax, sigmoid, identity), shape (rows, outputs)."""
    check_flat(network, flat)
    found = find_loss(loss)
    if not len(x):
        return np.empty((0, *network.output_shape), flat.dtype)
    evaluator = Evaluator(without_link(network, found), flat, with_ones(network, x, flat.dtype), batch_size=batch_size)
    return as_rows(evaluator.run(), found)


def evaluate(
    network: Network, flat: Array, examples: Examples, *, loss: Loss | str, metrics: Sequence[str] = ()
) -> dict[str, float]:
    """Compute `loss` and the named metrics over all rows."""
    check_flat(network, flat)
    found = find_loss(loss)
    prepared = prepare(network, found, examples, flat.dtype)
    return Scorer(without_link(network, found), flat, prepared, loss=found, metrics=metrics).score()
