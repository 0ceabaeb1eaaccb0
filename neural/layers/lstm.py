"""The long short-term memory."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import flag
from neural.initializers import Initializer, initializer
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.recurrence.binding import bind_recurrent
from neural.layers.shared.recurrence.layer import Cell, Piece, Recurrent, Skip, Tape


@dataclass(frozen=True)
class UnitForget:
    """Biases of an LSTM with ones at the forget gates, so that it remembers at first. Source: Gers et al. 2000."""

    others: Initializer
    key: ClassVar[str] = "unit_forget"
    summary: ClassVar[str] = "Ones at the forget gates."
    aliases: ClassVar[tuple[str, ...]] = ()
    has_fans: ClassVar[bool] = False

    def draw(self, shape: Shape, generator: np.random.Generator) -> Array:
        """Draw the others, then set the second quarter."""
        biases = self.others.draw(shape, generator)
        biases[shape[0] // 4 : shape[0] // 2] = 1
        return biases


@dataclass(frozen=True, kw_only=True)
class LSTM(Recurrent):
    """i, f, o = σ(Wᵀx + Rᵀh + b), g = tanh(Wᵀx + Rᵀh + b), c ← f·c + i·g, h ← o·tanh(c), each gate with its kernels.

    A kernel W of shape (inputs, 4·units), a recurrent kernel R of shape (units, 4·units), a bias of shape (4·units,),
    with the gates in Keras' order i, f, g, o. Sources: Hochreiter & Schmidhuber 1997; Gers et al. 2000 (forget gate).
    """

    key: ClassVar[str] = "lstm"
    summary: ClassVar[str] = "Long short-term memory: reads a sequence step by step, with gates that keep and forget."
    gates: ClassVar[int] = 4
    blocks: ClassVar[int] = 4

    unit_forget_bias: bool = flag(default=True, summary="Whether the biases of the forget gates start at one.")

    def bias_shape(self) -> ParameterShape:
        """Start the forget gates at one, if wanted."""
        start: str | Initializer = self.bias_initializer
        if self.unit_forget_bias:
            start = UnitForget(initializer(self.bias_initializer))
        return ParameterShape("bias", (4 * self.units,), start)

    def scales(self) -> tuple[float, ...]:
        """Halve what becomes logistic."""
        return (0.5, 0.5, 1.0, 0.5)

    def pieces(self, U: Array, kernels: list[Array]) -> list[Piece]:
        """Stack [W; b; R]."""
        kernel, recurrent, *bias = kernels
        inputs = len(kernel)
        parts: list[Piece] = [(U[:inputs], kernel), (U[-self.units :], recurrent)]
        return [*parts, *((U[inputs], own) for own in bias)]

    def cell(self, tape: Tape) -> Cell:
        """Make the arithmetic of the steps."""
        return _Cell(tape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind step by step; see `recurrence.binding`."""
        return bind_recurrent(self, buffers)


class _Cell(Cell):
    """Keeps i, f, g, o and the c that the step reads, one below the other, i·g and f·c, and tanh of the c it writes."""

    def __init__(self, tape: Tape) -> None:
        units, batch, steps = tape.units, tape.batch, tape.steps
        self._tape = tape
        kept = tape.take("gates", steps + 1, 5 * units, batch)
        self.products = [gates[: 4 * units] for gates in kept[:-1]]
        self._kept = kept.reshape(steps + 1, 5, units, batch)
        self._tanh_c = tape.take("tanh c", steps, units, batch)
        self._errors = tape.errors.reshape(steps, 4, units, batch)
        self._slope_of_c = tape.take("slope of c", steps, units, batch)
        self._addends = tape.take("addends", steps, 2, units, batch)
        self._dc, self._old_dc = tape.take("dc", units, batch), tape.take("old dc", units, batch)
        self.start = [partial(self._dc.fill, 0)]

    def forward(self, step: int, skip: Skip | None) -> Calls:
        """Compute σ from tanh where it is due, c ← f·c + i·g, h ← o·tanh(c)."""
        z = self._kept[step, :4]
        i, f, g, o, c = self._kept[step]
        following, tanh_c, (new, old) = self._kept[step + 1, 4], self._tanh_c[step], self._addends[step]
        half = scalar(0.5, z.dtype)
        calls: Calls = [
            partial(np.tanh, z, z),
            *(partial(np.multiply, gates, half, gates) for gates in (z[:2], o)),
            *(partial(np.add, gates, half, gates) for gates in (z[:2], o)),
            partial(np.multiply, i, g, new),
            partial(np.multiply, f, c, old),
            partial(np.add, new, old, following),
            partial(np.tanh, following, tanh_c),
            partial(np.multiply, o, tanh_c, self._tape.state(step + 1)),
        ]
        return calls if skip is None else [*calls, partial(np.copyto, following, c, where=skip)]

    def slopes(self, steps: slice) -> Calls:
        """Compute what dc or dh is multiplied by, from what the step has computed.

        ∂c/∂z is i'·g = (1 - i)·i·g, f'·c = (1 - f)·f·c and g'·i = i - g·i·g; ∂h/∂z is o'·tanh(c) = (1 - o)·h, and
        ∂h/∂c = o·(1 - tanh²c) = o - h·tanh(c).
        """
        i, _, g, o, _ = self._kept[steps].swapaxes(0, 1)
        i_and_f, addends, h = self._kept[steps, :2], self._addends[steps], self._tape.written(steps)
        slopes, tanh_c, slope_of_c = self._errors[steps], self._tanh_c[steps], self._slope_of_c[steps]
        of_both, dg, do = slopes[:, :2], slopes[:, 2], slopes[:, 3]
        return [
            partial(np.multiply, addends, i_and_f, of_both),
            partial(np.subtract, addends, of_both, of_both),
            partial(np.multiply, addends[:, 0], g, dg),
            partial(np.subtract, i, dg, dg),
            partial(np.multiply, h, o, do),
            partial(np.subtract, h, do, do),
            partial(np.multiply, h, tanh_c, slope_of_c),
            partial(np.subtract, o, slope_of_c, slope_of_c),
        ]

    def backward(self, step: int, dh: Array, skip: Skip | None) -> Calls:
        """Compute dc ← dc + dh·∂h/∂c, dz = slopes·(dc, dc, dc, dh), then dc ← dc·f for the step before."""
        through_c, through_o = self._errors[step, :3], self._errors[step, 3]
        dc, slope_of_c = self._dc, self._slope_of_c[step]
        keep: Calls = [] if skip is None else [partial(np.copyto, self._old_dc, dc)]
        restore: Calls = [] if skip is None else [partial(np.copyto, dc, self._old_dc, where=skip)]
        return [
            *keep,
            partial(np.multiply, dh, slope_of_c, slope_of_c),
            partial(np.add, dc, slope_of_c, dc),
            partial(np.multiply, through_c, dc, through_c),
            partial(np.multiply, through_o, dh, through_o),
            partial(np.multiply, dc, self._kept[step, 1], dc),
            *restore,
        ]
