"""Dropout within recurrent layers: the values that a step reads are cleared at the same places in all its steps.

A mask m of ones and zeros, divided by the share that is kept, is drawn once a batch for [x; 1; h], which the product
of every step then reads as m·[x; 1; h]. One mask serves all gates where only inputs are cleared; where states are,
each gate has its own, as in Keras, and a product of its own. Source: Gal & Ghahramani 2016.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.layouts import columns_view
from neural.layers.shared.recurrence.layer import Recurrent, Tape


@dataclass(frozen=True)
class Gate:
    """Columns of U that read the same values."""

    columns: slice
    mask: Array  # (inputs + ones + units, batch)
    seen: Array  # (time, inputs + ones + units, batch), what each step read
    dh: Array  # (units, batch), the error of h through these columns


class RecurrentDropout:
    """The products of a direction, each on its masked part of the tape."""

    def __init__(self, layer: Recurrent, tape: Tape, generator: np.random.Generator) -> None:
        self._layer, self._tape, self._generator = layer, tape, generator
        steps, high, batch = tape.stacked.shape
        self._gates = []
        for number, columns in enumerate(layer.columns_of_gates() if layer.recurrent_dropout else [slice(None)]):
            mask = tape.take(f"mask {number}", high, batch)
            mask.fill(1)
            seen, dh = tape.take(f"seen {number}", steps - 1, high, batch), tape.take(f"dh {number}", tape.units, batch)
            self._gates.append(Gate(columns, mask, seen, dh))

    def draw(self, inputs: int) -> Calls:
        """Draw the masks of a batch: m = ⌊u + keep⌋ / keep for uniform u in [0, 1)."""
        calls: Calls = []
        for gate in self._gates:
            for rate, part in (
                (self._layer.dropout, gate.mask[:inputs]),
                (self._layer.recurrent_dropout, gate.mask[-self._tape.units :]),
            ):
                keep = scalar(1 - rate, part.dtype)
                calls += [] if rate == 0 else [
                    partial(self._generator.random, None, part.dtype.type, part),
                    partial(np.add, part, keep, part),
                    partial(np.floor, part, part),
                    partial(np.divide, part, keep, part),
                ]  # fmt: skip
        return calls

    def forward(self, W: Array, step: int, product: Array) -> Calls:
        """Compute the product of a step, gate by gate."""
        calls: Calls = []
        for gate in self._gates:
            seen = gate.seen[step]
            calls.append(partial(np.multiply, self._tape.stacked[step], gate.mask, seen))
            calls.append(partial(W.T[gate.columns].dot, seen, product[gate.columns]))
        return calls

    def backward(self, U_of_states: Array, step: int, dh: Array) -> Calls:
        """Compute the error of the h that a step reads: Σ m·(U·dz) over the gates."""
        calls: Calls = []
        for number, gate in enumerate(self._gates):
            into, mask = gate.dh if number else dh, gate.mask[-self._tape.units :]
            calls.append(partial(U_of_states[:, gate.columns].dot, self._tape.errors[step][gate.columns], into))
            calls.append(partial(np.multiply, into, mask, into))
            calls += [partial(np.add, dh, into, dh)] if number else []
        return calls

    def gradients(self, errors: Array, dU: Array, times: slice | tuple[slice, ...]) -> Calls:
        """Compute dU from errors (blocks · units, time, batch) in the order of time, which `times` puts inputs into."""
        inputs = self._tape.take("inputs by feature", len(dU), self._tape.steps, self._tape.batch)
        calls: Calls = []
        for number, gate in enumerate(self._gates):
            dz = columns_view(errors[gate.columns])
            part = self._tape.take(f"dU {number}", len(dU), len(dz))
            calls += [
                partial(np.copyto, inputs[times], gate.seen.swapaxes(0, 1)),
                partial(columns_view(inputs).dot, dz.T, part),
                partial(np.copyto, dU[:, gate.columns], part),
            ]
        return calls

    def errors_of_inputs(self, U_of_inputs: Array, errors: Array, dx: Array) -> Calls:
        """Compute dx = Σ m·(U·dz) over the gates, (inputs, time, batch)."""
        calls: Calls = []
        for number, gate in enumerate(self._gates):
            into = self._tape.take("dx of a gate", *dx.shape) if number else dx
            mask = gate.mask[: len(dx), None]
            calls.append(
                partial(U_of_inputs[:, gate.columns].dot, columns_view(errors[gate.columns]), columns_view(into))
            )
            calls.append(partial(np.multiply, into, mask, into))
            calls += [partial(np.add, dx, into, dx)] if number else []
        return calls
