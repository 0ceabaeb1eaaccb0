"""The gated recurrent unit."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape
from neural.layers.shared.recurrence.binding import bind_recurrent
from neural.layers.shared.recurrence.layer import Cell, Piece, Recurrent, Skip, Tape


@dataclass(frozen=True, kw_only=True)
class GRU(Recurrent):
    """z, r = σ(Wᵀx + b + Rᵀh + c), g = tanh(Wᵀx + b + r·(Rᵀh + c)), h ← z·h + (1 - z)·g, each with its kernels.

    A kernel W of shape (inputs, 3·units), a recurrent kernel R of shape (units, 3·units), biases [b; c] of shape
    (2, 3·units), with the gates in Keras' order z, r, g. The reset gate r is applied after the product (Keras'
    `reset_after`). Source: Cho et al. 2014, in the form of cuDNN.
    """

    key: ClassVar[str] = "gru"
    summary: ClassVar[str] = "Gated recurrent unit: as an LSTM, with two gates and no separate memory."
    gates: ClassVar[int] = 3
    blocks: ClassVar[int] = 4  # z, r, and g's parts from x and from h
    ones: ClassVar[int] = 2

    def columns_of_gates(self) -> list[slice]:
        """Count both parts of g as one gate."""
        z, r, *_ = super().columns_of_gates()
        return [z, r, slice(2 * self.units, 4 * self.units)]

    def bias_shape(self) -> ParameterShape:
        """Describe the biases of the inputs and those of the states."""
        return ParameterShape("bias", (2, 3 * self.units), self.bias_initializer)

    def scales(self) -> tuple[float, ...]:
        """Halve what becomes logistic."""
        return (0.5, 0.5, 1.0, 1.0)

    def pieces(self, U: Array, kernels: list[Array]) -> list[Piece]:
        """Stack [W; b; c; R], with g's part from x and from h side by side; the rest of U stays zero."""
        kernel, recurrent, *bias = kernels
        inputs, gates, both = len(kernel), 2 * self.units, 3 * self.units
        of_states = U[-self.units :]
        parts: list[Piece] = [
            (U[:inputs, :both], kernel),
            (of_states[:, :gates], recurrent[:, :gates]),
            (of_states[:, both:], recurrent[:, gates:]),
        ]
        for b, c in bias:
            parts += [
                (U[inputs, :both], b),
                (U[inputs + 1, :gates], c[:gates]),
                (U[inputs + 1, both:], c[gates:]),
            ]
        return parts

    def cell(self, tape: Tape) -> Cell:
        """Make the arithmetic of the steps."""
        return _Cell(tape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind step by step; see `recurrence.binding`."""
        return bind_recurrent(self, buffers)


class _Cell(Cell):
    """Keeps z, r, g and g's part from h, one below the other."""

    def __init__(self, tape: Tape) -> None:
        units, batch, steps = tape.units, tape.batch, tape.steps
        self._tape = tape
        kept = tape.take("gates", steps, 4 * units, batch)
        self.products = list(kept)
        self._kept = kept.reshape(steps, 4, units, batch)
        self._errors = tape.errors.reshape(steps, 4, units, batch)
        self._part, self.direct = tape.take("part", units, batch), tape.take("direct dh", units, batch)

    def forward(self, step: int, skip: Skip | None) -> Calls:
        """Compute h ← g + z·(h - g)."""
        del skip
        gates, (z, r, g, from_h) = self._kept[step, :2], self._kept[step]
        half = scalar(0.5, gates.dtype)
        before, after = self._tape.state(step), self._tape.state(step + 1)
        return [
            partial(np.tanh, gates, gates),
            partial(np.multiply, gates, half, gates),
            partial(np.add, gates, half, gates),
            partial(np.multiply, r, from_h, self._part),
            partial(np.add, g, self._part, g),
            partial(np.tanh, g, g),
            partial(np.subtract, before, g, after),
            partial(np.multiply, after, z, after),
            partial(np.add, after, g, after),
        ]

    def slopes(self, steps: slice) -> Calls:
        """Compute ∂h/∂ of each of the four: z'·(h - g), r'·g'·(1 - z)·from h, g'·(1 - z), g'·(1 - z)·r."""
        gates = self._kept[steps, :2]
        z, r, g, from_h = self._kept[steps].swapaxes(0, 1)
        dz, dr, dg, dfrom_h = self._errors[steps].swapaxes(0, 1)
        both = self._errors[steps, :2]
        before = self._tape.stacked[steps, -self._tape.units :]
        one = scalar(1, g.dtype)
        return [
            partial(np.multiply, g, g, dg),
            partial(np.subtract, one, dg, dg),
            partial(np.subtract, one, z, dfrom_h),
            partial(np.multiply, dg, dfrom_h, dg),
            partial(np.subtract, before, g, dfrom_h),
            partial(np.multiply, gates, gates, both),
            partial(np.subtract, gates, both, both),
            partial(np.multiply, dz, dfrom_h, dz),
            partial(np.multiply, dr, dg, dr),
            partial(np.multiply, dr, from_h, dr),
            partial(np.multiply, dg, r, dfrom_h),
        ]

    def backward(self, step: int, dh: Array, skip: Skip | None) -> Calls:
        """Compute dz = slopes·dh; what does not pass the product is z·dh."""
        del skip
        dz, z = self._errors[step], self._kept[step, 0]
        return [partial(np.multiply, dz, dh, dz), partial(np.multiply, dh, z, self.direct)]
