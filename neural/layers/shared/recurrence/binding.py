"""Recurrent layers bound to read in one or both directions: a product a step forward, and back through time."""

from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.engine.layouts import columns_view, values_of
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.recurrence.directions import MERGES, Part
from neural.layers.shared.recurrence.dropout import RecurrentDropout
from neural.layers.shared.recurrence.layer import Piece, Recurrent, Skip, Tape

BLOCK = 1 << 14  # numbers of a gate array whose slopes are prepared at once


def bind_recurrent(layer: Recurrent, buffers: LayerBuffers) -> Bound:
    """Bind each direction on its part of the outputs and of the parameters."""
    if not layer.bidirectional:
        return _Direction(layer, buffers, "", (buffers.y_values, buffers.dy), is_reversed=layer.go_backwards).bound()
    merge = MERGES[layer.merge_mode](buffers)
    there = _Direction(layer, buffers, "forward ", merge.parts[0], is_reversed=False).bound()
    back = _Direction(layer, buffers, "backward ", merge.parts[1], is_reversed=True, half=1).bound()
    return Bound(
        [*there.forward, *back.forward, *merge.forward],
        [*merge.backward, *there.backward, *back.backward],
        (*there.kinks, *back.kinks),
        lambda x: [call for bound in (there, back) if bound.enter for call in bound.enter(x)],
    )


class _Direction:
    """A layer bound to read in one direction, with the first or the second half of its parameters."""

    def __init__(
        self, layer: Recurrent, buffers: LayerBuffers, label: str, part: Part, *, is_reversed: bool, half: int = 0
    ) -> None:
        time, inputs = buffers.input_shape
        batch, units = buffers.y.shape[-1], layer.units
        self._layer, self._buffers, self._half = layer, buffers, half
        ones = layer.ones if layer.use_bias else 0
        high, wide = inputs + ones + units, layer.blocks * units
        stacked = buffers.scratch(f"{label}stacked", (time + 1, high, batch))
        stacked[:, inputs : inputs + ones] = 1
        self._tape = Tape(buffers, label, units, stacked, buffers.scratch(f"{label}errors", (time, wide, batch)))
        self._cell = layer.cell(self._tape)
        self._times = np.s_[:, ::-1] if is_reversed else np.s_[:]
        self._inputs = inputs
        self._U = self._tape.take("U", high, wide)
        generator = buffers.generator if layer.dropout or layer.recurrent_dropout else None
        self._dropout = None if generator is None else RecurrentDropout(layer, self._tape, generator)
        self._y, self._dy = part
        self._cleared = self._bind_clearing()
        if layer.return_sequences and layer.bidirectional:  # the second half gives its steps in the order of time
            self._y, self._dy = self._y[self._times], self._dy[self._times]
        self._skips = self._bind_mask()

    def bound(self) -> Bound:
        """Return the calls of this direction, forward and backward."""
        return Bound(self._forward(), self._backward(), self._cell.kinks(), self._enter)

    def _enter(self, x: Array) -> Calls:
        """Copy the inputs onto the tape."""
        ordered = values_of(x)[self._times].swapaxes(0, 1)
        return [partial(np.copyto, self._tape.stacked[:-1, : self._inputs], ordered)]

    def _bind_clearing(self) -> tuple[Calls, Calls]:
        """Clear what masked steps give, and their errors; outputs of one direction lie in the order of reading."""
        mask, layer = self._buffers.mask, self._layer
        if mask is None or not layer.clears_masked_steps:
            return [], []
        if layer.go_backwards:
            mask = mask[::-1]
        y, dy, counts = self._y, self._dy, mask if layer.return_sequences else mask[-1]
        return [partial(np.multiply, y, counts, y)], [partial(np.multiply, dy, counts, dy)]

    def _bind_mask(self) -> list[Skip | None]:
        mask, steps = self._buffers.mask, self._tape.steps
        if mask is None:
            return [None] * steps
        ordered = mask if self._times == np.s_[:] else mask[::-1]
        self._skipped = np.zeros(ordered.shape, bool)
        self._kept = ordered
        return list(self._skipped)

    def _forward(self) -> Calls:
        tape, layer = self._tape, self._layer
        pieces = self._pieces(self._U, self._part(self._buffers.parameters))
        calls: Calls = [partial(np.copyto, part, own) for part, own in pieces]
        W = self._scaled(calls)
        if self._buffers.mask is not None:
            calls.append(partial(np.equal, self._kept, 0, self._skipped))
        calls += self._dropout.draw(self._inputs) if self._dropout else []
        for step, skip in enumerate(self._skips):
            calls += self._product(W, step)
            calls += self._cell.forward(step, skip)
            if skip is not None:
                calls.append(partial(np.copyto, tape.state(step + 1), tape.state(step), where=skip))
        states = tape.stacked[1:, -tape.units :].swapaxes(0, 1)
        calls.append(partial(np.copyto, self._y, states if layer.return_sequences else tape.state(tape.steps)))
        return [*calls, *self._cleared[0]]

    def _product(self, W: Array, step: int) -> Calls:
        """Compute Uᵀ[x; 1; h] of a step."""
        into = self._cell.products[step]
        if self._dropout:
            return self._dropout.forward(W, step, into)
        return [partial(W.T.dot, self._tape.stacked[step], into)]

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
                if self._dropout:
                    calls += self._dropout.backward(U_of_states, step, other)
                else:
                    calls.append(partial(U_of_states.dot, tape.errors[step], other))
                calls += [] if cell.direct is None else [partial(np.add, other, cell.direct, other)]
                calls += [] if skip is None else [partial(np.copyto, other, dh, where=skip)]
                dh, other = other, dh
        return [*calls, *self._gradients()]

    def _gradients(self) -> Calls:
        """Lay the stacked inputs and the errors out feature by feature; then one product each."""
        tape, buffers = self._tape, self._buffers
        high, wide = self._U.shape
        errors = tape.take("errors by feature", wide, tape.steps, tape.batch)
        dU = tape.take("dU", high, wide)
        calls: Calls = [partial(np.copyto, errors[self._times], tape.errors.swapaxes(0, 1))]
        if self._dropout:
            calls += self._dropout.gradients(errors, dU, self._times)
        else:
            inputs = tape.take("inputs by feature", high, tape.steps, tape.batch)
            calls.append(partial(np.copyto, inputs[self._times], tape.stacked[:-1].swapaxes(0, 1)))
            calls.append(partial(columns_view(inputs).dot, columns_view(errors).T, dU))
        calls += [partial(np.copyto, own, part) for part, own in self._pieces(dU, self._part(buffers.gradients))]
        return calls if buffers.dx is None else [*calls, *self._errors_of_inputs(errors, buffers.dx)]

    def _errors_of_inputs(self, errors: Array, dx: Array) -> Calls:
        """Compute dx = U·dz; the second half adds its own to that of the first."""
        U, into = self._U[: self._inputs], dx if self._half == 0 else self._tape.take("dx", *dx.shape)
        if self._dropout:
            calls = self._dropout.errors_of_inputs(U, errors, into)
        else:
            calls = [partial(U.dot, columns_view(errors), columns_view(into))]
        return calls if into is dx else [*calls, partial(np.add, dx, into, dx)]

    def _pieces(self, U: Array, flat: Array) -> list[Piece]:
        """Pair the parts of U with the kernels in a flat stretch of this direction."""
        layer = self._layer
        kernels, start = [], 0
        own = layer.parameter_shapes(self._buffers.input_shape)
        for found in own[: len(own) // (2 if layer.bidirectional else 1)]:
            size = int(np.prod(found.shape))
            kernels.append(flat[start : start + size].reshape(found.shape))
            start += size
        return layer.pieces(U, kernels)

    def _part(self, flat: Array) -> Array:
        return np.split(flat, 2)[self._half] if self._layer.bidirectional else flat
