"""The plain recurrent layer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations import ACTIVATIONS, Function, activation
from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls
from neural.fields import choice
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.recurrence.binding import bind_recurrent
from neural.layers.shared.recurrence.layer import Cell, Piece, Recurrent, Skip, Tape


@dataclass(frozen=True, kw_only=True)
class SimpleRNN(Recurrent):
    """h ← f(Wᵀx + Rᵀh + b) with a kernel W of shape (inputs, units), a recurrent kernel R of shape (units, units).

    Source: Elman 1990.
    """

    key: ClassVar[str] = "simple_rnn"
    summary: ClassVar[str] = "Plain recurrent layer: reads a sequence step by step, h = f(W'x + R'h + b)."
    aliases: ClassVar[tuple[str, ...]] = ("rnn",)
    gates: ClassVar[int] = 1
    blocks: ClassVar[int] = 1

    activation: str | Function = choice("tanh", lambda: ACTIVATIONS, summary="Function applied to the states.")

    def __post_init__(self) -> None:
        super().__post_init__()
        activation(self.activation)

    def scales(self) -> tuple[float, ...]:
        """Leave the kernels as they are."""
        return (1.0,)

    def pieces(self, U: Array, kernels: list[Array]) -> list[Piece]:
        """Stack [W; b; R]."""
        kernel, recurrent, *bias = kernels
        parts: list[Piece] = [(U[: len(kernel)], kernel), (U[-self.units :], recurrent)]
        return [*parts, *((U[len(kernel)], own) for own in bias)]

    def cell(self, tape: Tape) -> Cell:
        """Make the arithmetic of the steps."""
        return _Cell(tape, activation(self.activation))

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind step by step; see `recurrence.binding`."""
        return bind_recurrent(self, buffers)


class _Cell(Cell):
    """Keeps z and h of each step, which is one array where the function's slope follows from h."""

    def __init__(self, tape: Tape, function: Function) -> None:
        self._tape, self._function = tape, function
        shape = (tape.steps, tape.units, tape.batch)
        self.products = list(tape.take("products", *shape))
        self._outputs = self.products if function.from_output else list(tape.take("outputs", *shape))

    def forward(self, step: int, skip: Skip | None) -> Calls:
        """Compute h = f(z)."""
        del skip
        y = self._outputs[step]
        enter = self._function.forward(self.products[step], y, self._scratch(step))
        return [*enter, partial(np.copyto, self._tape.state(step + 1), y)]

    def slopes(self, steps: slice) -> Calls:
        """Wait for the errors."""
        del steps
        return []

    def backward(self, step: int, dh: Array, skip: Skip | None) -> Calls:
        """Compute dz = dh·f'(z)."""
        del skip
        dz = self._tape.errors[step]
        leave = self._function.backward(self.products[step], self._outputs[step], dz, self._scratch(step))
        return [partial(np.copyto, dz, dh), *leave]

    def kinks(self) -> tuple[Callable[[], Array], ...]:
        """Tell on which side of the function's kinks the states lie."""
        if not self._function.has_kink:
            return ()
        edges = np.array(getattr(self._function, "kinks_at", (0.0,)))
        return (lambda: np.sign(np.subtract.outer(edges, np.stack(self._outputs))),)

    def _scratch(self, step: int) -> Scratch:
        return lambda label: self._tape.take(f"{label} {step}", self._tape.units, self._tape.batch)
