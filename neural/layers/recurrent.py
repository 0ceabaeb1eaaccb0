"""What recurrent layers share: one product per step on the stacked [x; 1; h], run along time in one or both directions.

The kernels of all gates are packed into one matrix U, so that step s is z = Uᵀ[x; 1; h]; scaling its columns by one
half where a gate is logistic makes σ(z) = (1 + tanh(z/2)) / 2 one tanh for all gates together. On the way back each
step's dz is kept; the gradients of U and of all inputs are then one product each. Source: Werbos 1990.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.arrays import Array, Calls
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import check, choice, flag, integer
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.base import Bound, Layer, ParameterShape, Place, Shape
from neural.layouts import columns_view, values_of

BLOCK = 1 << 14  # numbers of a gate array whose slopes are prepared at once

Skip = npt.NDArray[np.bool_]  # (batch,), which rows this step must not touch
Piece = tuple[Array, Array]  # a part of U and the parameters that stand there


@dataclass(frozen=True)
class Tape:
    """What one direction keeps of each step: step s reads stacked[s] and leaves its state in stacked[s + 1]."""

    place: Place
    label: str
    units: int
    stacked: Array  # (time + 1, inputs + ones + units, batch): [x; 1; h]
    errors: Array  # (time, blocks · units, batch): dz

    def take(self, name: str, *shape: int) -> Array:
        """Make an array of this direction's own."""
        return self.place.scratch(f"{self.label}{name}", shape)

    @property
    def steps(self) -> int:
        """The number of time steps."""
        return len(self.errors)

    @property
    def batch(self) -> int:
        """The number of rows."""
        batch: int = self.errors.shape[-1]
        return batch

    def state(self, step: int) -> Array:
        """The h that a step reads, (units, batch)."""
        return self.stacked[step, -self.units :]

    def written(self, steps: slice) -> Array:
        """The h that some steps leave, (steps, units, batch)."""
        return self.stacked[1:][steps, -self.units :]


class Cell(ABC):
    """The arithmetic of one step, apart from its product."""

    products: list[Array]  # for each step, where its product Uᵀ[x; 1; h] goes
    start: Calls = []  # noqa: RUF012  # before the way back
    direct: Array | None = None  # the part of the error of h that does not come through the product

    def kinks(self) -> tuple[Callable[[], Array], ...]:
        """Tell on which side of its kinks the cell stands."""
        return ()

    @abstractmethod
    def forward(self, step: int, skip: Skip | None) -> Calls:
        """Turn the product into the next state."""

    @abstractmethod
    def slopes(self, steps: slice) -> Calls:
        """Write into `errors` what does not depend on errors."""

    @abstractmethod
    def backward(self, step: int, dh: Array, skip: Skip | None) -> Calls:
        """Turn the error of a step's h into dz."""


@dataclass(frozen=True, kw_only=True)
class Recurrent(Layer, ABC):
    """A layer that reads a sequence step by step.

    Masked steps leave the state as it was and give it once more, but zeros where both directions are joined; as Keras.
    """

    gates: ClassVar[int]  # blocks of the Keras kernels
    blocks: ClassVar[int]  # blocks of U
    ones: ClassVar[int] = 1  # biases of each gate

    units: int = integer(minimum=1, summary="Size of the state and of the output.")
    return_sequences: bool = flag(default=False, summary="Whether every step gives an output, or only the last.")
    go_backwards: bool = flag(default=False, summary="Whether the sequence is read from its end.")
    bidirectional: bool = flag(default=False, summary="Read in both directions, with weights of their own; joined.")
    initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the kernels of the inputs start."
    )
    recurrent_initializer: str | Initializer = choice(
        "orthogonal", lambda: INITIALIZERS, summary="How the kernels of the states start."
    )
    use_bias: bool = flag(default=True, summary="Whether biases are added.")
    bias_initializer: str | Initializer = choice("zeros", lambda: INITIALIZERS, summary="How the biases start.")

    def __post_init__(self) -> None:
        check(self)
        for name in (self.initializer, self.recurrent_initializer, self.bias_initializer):
            initializer(name)
        if self.bidirectional and self.go_backwards:
            raise ParameterOutOfRange(
                self.key, "go_backwards", value=True, expected="false where bidirectional is true"
            )

    @abstractmethod
    def cell(self, tape: Tape) -> Cell:
        """Make the arithmetic of the steps on a tape."""

    @abstractmethod
    def scales(self) -> tuple[float, ...]:
        """Return the factor of each block of U on the way forward: one half for logistic gates."""

    def bias_shape(self) -> ParameterShape:
        """Describe the biases."""
        return ParameterShape("bias", (self.gates * self.units,), self.bias_initializer)

    @abstractmethod
    def pieces(self, U: Array, kernels: list[Array]) -> list[Piece]:
        """Tell where kernel, recurrent kernel and (if used) bias stand in U."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time, units) or (units,), twice the units for both directions."""
        if len(input_shape) != 2:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="a sequence, (time, features)")
        width = self.units * (2 if self.bidirectional else 1)
        return (input_shape[0], width) if self.return_sequences else (width,)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, recurrent kernel and bias, of the forward direction first."""
        wide = self.gates * self.units
        own = [
            ParameterShape("kernel", (input_shape[-1], wide), self.initializer),
            ParameterShape("recurrent_kernel", (self.units, wide), self.recurrent_initializer),
            *([self.bias_shape()] if self.use_bias else []),
        ]
        prefixes = ("forward_", "backward_") if self.bidirectional else ("",)
        return tuple(
            ParameterShape(prefix + found.name, found.shape, found.initializer) for prefix in prefixes for found in own
        )

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each step."""
        directions = 2 if self.bidirectional else 1
        weights = self.gates * self.units * (input_shape[-1] + self.units + self.use_bias * self.ones)
        return 2 * directions * input_shape[0] * weights

    def bind(self, place: Place) -> Bound:
        """Bind each direction on its part of the outputs and of the parameters."""
        if not self.bidirectional:
            return _Direction(self, place, "", 0, is_reversed=self.go_backwards).bound()
        there = _Direction(self, place, "forward ", 0, is_reversed=False).bound()
        back = _Direction(self, place, "backward ", 1, is_reversed=True).bound()
        return Bound(
            [*there.forward, *back.forward],
            [*there.backward, *back.backward],
            (*there.kinks, *back.kinks),
            lambda x: [call for bound in (there, back) if bound.enter for call in bound.enter(x)],
        )


class _Direction:
    """A layer bound to read in one direction, as the first or the second half of its layer."""

    def __init__(self, layer: Recurrent, place: Place, label: str, half: int, *, is_reversed: bool) -> None:
        time, inputs = place.input_shape
        batch, units = place.y.shape[-1], layer.units
        self._layer, self._place, self._half = layer, place, half
        ones = layer.ones if layer.use_bias else 0
        high, wide = inputs + ones + units, layer.blocks * units
        stacked = place.scratch(f"{label}stacked", (time + 1, high, batch))
        stacked[:, inputs : inputs + ones] = 1
        self._tape = Tape(place, label, units, stacked, place.scratch(f"{label}errors", (time, wide, batch)))
        self._cell = layer.cell(self._tape)
        self._times = np.s_[:, ::-1] if is_reversed else np.s_[:]
        self._inputs = inputs
        self._U = self._tape.take("U", high, wide)
        rows = slice(half * units, (half + 1) * units)
        self._y, self._dy = place.y_values[rows], place.dy[rows]
        self._cleared = self._bind_clearing()
        if layer.return_sequences and layer.bidirectional:  # the second half gives its steps in the order of time
            self._y, self._dy = self._y[self._times], self._dy[self._times]
        self._skips = self._bind_mask()

    def bound(self) -> Bound:
        """Give both ways."""
        return Bound(self._forward(), self._backward(), self._cell.kinks(), self._enter)

    def _enter(self, x: Array) -> Calls:
        """Copy the inputs onto the tape."""
        ordered = values_of(x)[self._times].swapaxes(0, 1)
        return [partial(np.copyto, self._tape.stacked[:-1, : self._inputs], ordered)]

    def _bind_clearing(self) -> tuple[Calls, Calls]:
        """Clear masked steps of joined outputs, and their errors."""
        mask = self._place.mask
        if mask is None or not (self._layer.return_sequences and self._layer.bidirectional):
            return [], []
        y, dy = self._y, self._dy
        return [partial(np.multiply, y, mask, y)], [partial(np.multiply, dy, mask, dy)]

    def _bind_mask(self) -> list[Skip | None]:
        mask, steps = self._place.mask, self._tape.steps
        if mask is None:
            return [None] * steps
        ordered = mask if self._times == np.s_[:] else mask[::-1]
        self._skipped = np.zeros(ordered.shape, bool)
        self._kept = ordered
        return list(self._skipped)

    def _forward(self) -> Calls:
        tape, layer = self._tape, self._layer
        pieces = self._pieces(self._U, self._part(self._place.parameters))
        calls: Calls = [partial(np.copyto, part, own) for part, own in pieces]
        W = self._scaled(calls)
        if self._place.mask is not None:
            calls.append(partial(np.equal, self._kept, 0, self._skipped))
        for step, skip in enumerate(self._skips):
            calls.append(partial(W.T.dot, tape.stacked[step], self._cell.products[step]))
            calls += self._cell.forward(step, skip)
            if skip is not None:
                calls.append(partial(np.copyto, tape.state(step + 1), tape.state(step), where=skip))
        states = tape.stacked[1:, -tape.units :].swapaxes(0, 1)
        calls.append(partial(np.copyto, self._y, states if layer.return_sequences else tape.state(tape.steps)))
        return [*calls, *self._cleared[0]]

    def _scaled(self, calls: Calls) -> Array:
        """Scale the columns of U, if any needs it."""
        scales = self._layer.scales()
        if set(scales) == {1.0}:
            return self._U
        row = np.repeat(np.array(scales, self._U.dtype), self._layer.units)
        scaled = self._tape.take("scaled U", *self._U.shape)
        calls.append(partial(np.multiply, self._U, row, scaled))
        return scaled

    def _backward(self) -> Calls:
        tape, cell = self._tape, self._cell
        sequences = self._layer.return_sequences
        dh, other = tape.take("dh", tape.units, tape.batch), tape.take("other dh", tape.units, tape.batch)
        last = self._dy[:, -1] if sequences else self._dy
        calls: Calls = [*self._cleared[1], partial(np.copyto, dh, last), *cell.start]
        U_of_states = self._U[-tape.units :]
        together = max(1, BLOCK // (tape.errors[0].size))
        for step in reversed(range(tape.steps)):
            if (step + 1) % together == 0 or step == tape.steps - 1:
                calls += cell.slopes(slice(step - step % together, step + 1))
            if sequences and step < tape.steps - 1:
                calls.append(partial(np.add, dh, self._dy[:, step], dh))
            skip = self._skips[step]
            calls += cell.backward(step, dh, skip)
            if skip is not None:
                calls.append(partial(np.copyto, tape.errors[step], 0, where=skip))
            if step:
                calls.append(partial(U_of_states.dot, tape.errors[step], other))
                calls += [] if cell.direct is None else [partial(np.add, other, cell.direct, other)]
                calls += [] if skip is None else [partial(np.copyto, other, dh, where=skip)]
                dh, other = other, dh
        return [*calls, *self._gradients()]

    def _gradients(self) -> Calls:
        """Lay the stacked inputs and the errors out feature by feature; then one product each."""
        tape, place = self._tape, self._place
        high, wide = self._U.shape
        inputs = tape.take("inputs by feature", high, tape.steps, tape.batch)
        errors = tape.take("errors by feature", wide, tape.steps, tape.batch)
        dU = tape.take("dU", high, wide)
        calls: Calls = [
            partial(np.copyto, inputs[self._times], tape.stacked[:-1].swapaxes(0, 1)),
            partial(np.copyto, errors[self._times], tape.errors.swapaxes(0, 1)),
            partial(columns_view(inputs).dot, columns_view(errors).T, dU),
            *(partial(np.copyto, own, part) for part, own in self._pieces(dU, self._part(place.gradients))),
        ]
        if place.dx is None:
            return calls
        dx = columns_view(place.dx)
        into = dx if self._half == 0 else tape.take("dx", *dx.shape)
        calls.append(partial(self._U[: self._inputs].dot, columns_view(errors), into))
        return calls if into is dx else [*calls, partial(np.add, dx, into, dx)]

    def _pieces(self, U: Array, flat: Array) -> list[Piece]:
        """Pair the parts of U with the kernels in a flat stretch of this direction."""
        layer = self._layer
        kernels, start = [], 0
        own = layer.parameter_shapes(self._place.input_shape)
        for found in own[: len(own) // (2 if layer.bidirectional else 1)]:
            size = int(np.prod(found.shape))
            kernels.append(flat[start : start + size].reshape(found.shape))
            start += size
        return layer.pieces(U, kernels)

    def _part(self, flat: Array) -> Array:
        return np.split(flat, 2)[self._half] if self._layer.bidirectional else flat
