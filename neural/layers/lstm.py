"""The long short-term memory."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.arrays import Array, Calls, scalar
from neural.fields import flag
from neural.initializers import Initializer, initializer
from neural.layers.base import ParameterShape, Shape
from neural.layers.recurrent import Cell, Piece, Recurrent, Skip, Tape


@dataclass(frozen=True)
class UnitForget:
    """Biases of an LSTM with ones at the forget gates, so that it remembers at first. Source: Gers et al. 2000."""

    others: Initializer
    key: ClassVar[str] = "unit_forget"
    summary: ClassVar[str] = "Ones at the forget gates."
    aliases: ClassVar[tuple[str, ...]] = ()

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


class _Cell(Cell):
    """Keeps i, f, g, o and the c that the step reads, one below the other, and tanh of the c that it writes."""

    def __init__(self, tape: Tape) -> None:
        units, batch, steps = tape.units, tape.batch, tape.steps
        self._tape = tape
        kept = tape.take("gates", steps + 1, 5 * units, batch)
        self.products = [gates[: 4 * units] for gates in kept[:-1]]
        self._kept = kept.reshape(steps + 1, 5, units, batch)
        self._tanh_c = tape.take("tanh c", steps, units, batch)
        self._errors = tape.errors.reshape(steps, 4, units, batch)
        self._slope_of_c = tape.take("slope of c", steps, units, batch)
        self._product = tape.take("product", units, batch)
        self._dc, self._old_dc = tape.take("dc", units, batch), tape.take("old dc", units, batch)
        self.start = [partial(self._dc.fill, 0)]

    def forward(self, step: int, skip: Skip | None) -> Calls:
        """Compute σ from tanh where it is due, c ← f·c + i·g, h ← o·tanh(c)."""
        z = self._kept[step, :4]
        i, f, g, o, c = self._kept[step]
        following, tanh_c, product = self._kept[step + 1, 4], self._tanh_c[step], self._product
        half = scalar(0.5, z.dtype)
        calls: Calls = [
            partial(np.tanh, z, z),
            *(partial(np.multiply, gates, half, gates) for gates in (z[:2], o)),
            *(partial(np.add, gates, half, gates) for gates in (z[:2], o)),
            partial(np.multiply, i, g, product),
            partial(np.multiply, f, c, following),
            partial(np.add, following, product, following),
            partial(np.tanh, following, tanh_c),
            partial(np.multiply, o, tanh_c, self._tape.state(step + 1)),
        ]
        return calls if skip is None else [*calls, partial(np.copyto, following, c, where=skip)]

    def slopes(self, steps: slice) -> Calls:
        """Compute i'·g, f'·c, g'·i, o'·tanh(c) and ∂h/∂c = o·(1 - tanh²c) = o - h·tanh(c)."""
        i, _, g, o, c = self._kept[steps].swapaxes(0, 1)
        gates = self._kept[steps, :4]
        slopes, tanh_c, slope_of_c = self._errors[steps], self._tanh_c[steps], self._slope_of_c[steps]
        di, df, dg, do = slopes.swapaxes(0, 1)
        one = scalar(1, slopes.dtype)
        return [
            partial(np.multiply, gates, gates, slopes),
            partial(np.subtract, one, dg, dg),
            partial(np.subtract, gates[:, :2], slopes[:, :2], slopes[:, :2]),
            partial(np.subtract, o, do, do),
            partial(np.multiply, di, g, di),
            partial(np.multiply, df, c, df),
            partial(np.multiply, dg, i, dg),
            partial(np.multiply, do, tanh_c, do),
            partial(np.multiply, tanh_c, tanh_c, slope_of_c),
            partial(np.multiply, slope_of_c, o, slope_of_c),
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
