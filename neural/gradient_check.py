"""The gradient check: the way back, held against differences of the way forward, in float64.

Slopes of the loss are measured with the five-point difference (Fornberg 1988)
L'(0) ≈ (L(-2h) - 8·L(-h) + 8·L(h) - L(2h)) / 12h, along random directions and along single entries of every parameter.
Where an activation or a loss crosses a kink on the way, a smaller h is tried; what is still crossed at the smallest
is left out and counted.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.data.examples import Examples, prepare
from neural.engine.arrays import Array
from neural.losses import Loss
from neural.losses import loss as find_loss
from neural.network.logits import logits_network
from neural.network.network import Network
from neural.network.weights import check_flat
from neural.training.batch_steps import BatchSteps, Vectors

TOLERANCE = 1e-6
_STEPS = (1e-3, 1e-4, 1e-5, 1e-6)
_ROUNDING = 4 * float(np.finfo(np.float64).eps)  # of a loss, relative, with what the layers before it add


@dataclass(frozen=True)
class GradientCertificate:
    """What a gradient check found."""

    max_relative_error: float
    directions: int  # compared, without those left out
    entries: int
    skipped_kinks: int
    tolerance: float
    worst: str | None  # the parameter with the largest error, or "direction"; None if nothing could be compared

    @property
    def passed(self) -> bool:
        """Whether something was compared, and all of it agreed."""
        return self.directions + self.entries > 0 and self.max_relative_error <= self.tolerance


def check_gradients(
    network: Network,
    flat: Array,
    x: npt.NDArray[Any],
    y: npt.NDArray[Any],
    loss: Loss | str,
    *,
    generator: np.random.Generator,
    directions: int = 8,
    entries: int = 64,
) -> GradientCertificate:
    """Check a network's gradient on examples; a few dozen rows are enough.

    `entries` are spread over all parameters, at least one on each. An error is relative to the larger of both slopes,
    or to the root mean square of the gradient, or to ten million times the rounding of the difference, whichever is
    largest: a slope that float64 cannot measure proves nothing.
    """
    check_flat(network, flat)
    surface = _Surface(network, flat, Examples(x, y), find_loss(loss), generator)
    comparisons = [("direction", surface.compare(_unit(generator, network.trainable_count))) for _ in range(directions)]
    trainable = [parameter for parameter in network.parameters if parameter.trainable]
    for parameter in trainable:
        share = max(1, round(entries / len(trainable)))
        for entry in generator.choice(parameter.size, min(share, parameter.size), replace=False):
            direction = np.zeros(network.trainable_count)
            direction[parameter.start + entry] = 1
            comparisons.append((parameter.name, surface.compare(direction)))
    return _certificate(comparisons)


def _unit(generator: np.random.Generator, size: int) -> npt.NDArray[np.float64]:
    direction = generator.standard_normal(size)
    return direction / np.linalg.norm(direction)


def _certificate(comparisons: list[tuple[str, float | None]]) -> GradientCertificate:
    compared = [(error, name) for name, error in comparisons if error is not None]
    worst_error, worst = max(compared, default=(0.0, None))
    directions = sum(name == "direction" for _, name in compared)
    return GradientCertificate(
        max_relative_error=worst_error,
        directions=directions,
        entries=len(compared) - directions,
        skipped_kinks=len(comparisons) - len(compared),
        tolerance=TOLERANCE,
        worst=worst,
    )


class _Surface:
    """The loss as a function of the parameters, run by the very calls that training runs."""

    def __init__(
        self, network: Network, flat: Array, examples: Examples, loss: Loss, generator: np.random.Generator
    ) -> None:
        self._network = logits_network(network, loss)
        self._dropout = np.random.Generator(np.random.PCG64(generator.integers(2**63)))
        self._dropout_start = self._dropout.bit_generator.state
        self._origin = flat.astype(np.float64)
        self._trainable = network.trainable_count
        self._vectors = Vectors(self._origin.copy(), np.zeros(self._trainable))
        rows = len(examples)
        self._batch_steps = BatchSteps(
            self._network,
            loss,
            self._vectors,
            batch_size=rows,
            slots=1,
            data=prepare(network, loss, examples, np.float64),
            generator=self._dropout,
            update=[],
        )
        self._batch_steps.load(np.arange(rows))
        with np.errstate(all="ignore"):
            self._batch_steps.run(0, 1)
        self._gradient = self._vectors.gradients.copy()
        self._typical = float(np.sqrt(np.mean(self._gradient**2)))
        self._sides_at_origin = self._walk(np.zeros(self._trainable))[1]

    def compare(self, direction: npt.NDArray[np.float64]) -> float | None:
        """Return the relative error of the slope along a unit vector; None if a kink is in the way."""
        computed = float(self._gradient @ direction)
        for h in _STEPS:
            walks = [self._walk(direction * (h * factor)) for factor in (-2, -1, 1, 2)]
            if all(np.array_equal(sides, self._sides_at_origin) for _, sides in walks):
                far_left, left, right, far_right = (value for value, _ in walks)
                measured = (far_left - 8 * left + 8 * right - far_right) / (12 * h)
                measurable = _ROUNDING * max(abs(left), abs(right)) / h / (TOLERANCE / 10)
                return _relative_error(computed, measured, floor=max(self._typical, measurable))
        return None

    def _walk(self, offset: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.bool_]]:
        """Return the loss at an offset from the origin, and on which side of its kinks every value lies."""
        trainable = slice(self._trainable)
        np.add(self._origin[trainable], offset, self._vectors.parameters[trainable])
        self._dropout.bit_generator.state = self._dropout_start
        with np.errstate(all="ignore"):
            for call in self._batch_steps.bound.slots[0].forward:
                call()
            value = float(self._batch_steps.losses(0, 1)[0]) / self._batch_steps.batch_size
            value += sum(penalty() for penalty in self._batch_steps.bound.slots[0].penalties)
        return value, self._sides()

    def _sides(self) -> npt.NDArray[np.bool_]:
        values = (*self._batch_steps.bound.values, self._batch_steps.bound.logits[0])
        functions = [layer.output_function() for layer in self._network.layers]
        kinked = [
            np.sign(y - edge)
            for y, function in zip(values, functions, strict=True)
            if function and function.has_kink
            for edge in getattr(function, "kinks_at", (0.0,))
        ]
        own = [kink() for kink in self._batch_steps.bound.slots[0].kinks]
        return np.concatenate([*(sides.ravel() for sides in (*kinked, *own)), self._batch_steps.sides().ravel()])


def _relative_error(computed: float, measured: float, *, floor: float) -> float:
    if not np.isfinite(computed) or not np.isfinite(measured):
        return float("inf")
    scale = max(abs(computed), abs(measured), floor)
    return abs(computed - measured) / scale if scale else 0.0
