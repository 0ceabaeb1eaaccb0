"""Convolutions in one and two dimensions, bound to arrays: windows as columns, products in cache-sized blocks.

Each window of the input is a column of values (kernel height · kernel width · channels, and a one for the bias); with
the kernels as rows, y = f(Wᵀ·columns). Columns are copied block by block, just before the product that reads them, so
that they never leave the cache; on the way back they are copied again, which is cheaper than keeping them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from neural.activations import Function
from neural.engine.arrays import Array, Calls
from neural.engine.layouts import columns_view
from neural.layers.shared.base import Bound, LayerBuffers, Shape
from neural.layers.shared.convolutions.windows import Windows

BLOCK = 1 << 17  # numbers of a block of columns: half a megabyte in float32


@dataclass(frozen=True)
class Block:
    """Some windows in a row of the output: rows first to last, of each the same stretch."""

    rows: slice
    columns: slice
    start: int  # of the output's columns
    stop: int


def blocks(windows: Windows, depth: int, batch: int) -> Iterator[Block]:
    """Cut the output into blocks whose columns of `depth` numbers fit the cache."""
    high, wide = windows.count
    fitting = max(1, BLOCK // (depth * batch))  # windows
    if fitting >= wide:
        step = fitting // wide
        for row in range(0, high, step):
            last = min(row + step, high)
            yield Block(slice(row, last), slice(0, wide), row * wide * batch, last * wide * batch)
        return
    for row in range(high):
        for column in range(0, wide, fitting):
            last = min(column + fitting, wide)
            start, stop = (row * wide + column) * batch, (row * wide + last) * batch
            yield Block(slice(row, row + 1), slice(column, last), start, stop)


def bind_convolution(
    buffers: LayerBuffers, windows: Windows, function: Function, *, use_bias: bool, groups: int = 1
) -> Bound:
    """Bind to arrays that lie as (channels, height, width, batch), or (channels, time, batch).

    Forward z = Wᵀ·columns, y = f(z); backward dz = dy·f'(z), dW = columns·dzᵀ, dcolumns = W·dz added onto dx. With
    groups, each has its part of the channels and of the filters, with kernels between them alone.
    """
    y, dy = columns_view(buffers.y_values), columns_view(buffers.dy)
    z = y if function.from_output else buffers.scratch("z", y.shape)

    def scratch(label: str) -> Array:
        return buffers.scratch(label, y.shape)

    forward: Calls = []
    backward: Calls = [*function.backward(z, y, dy, scratch)]
    for group in range(groups):
        ahead, back = _bind_group(_Group(buffers, windows, group, groups), z, dy, use_bias=use_bias)
        forward += ahead
        backward += back
    return Bound([*forward, *function.forward(z, y, scratch)], backward)


@dataclass(frozen=True)
class _Group:
    """A part of the channels with its part of the filters."""

    buffers: LayerBuffers
    windows: Windows
    number: int
    of: int

    def part(self, values: Array) -> Array:
        """Take this group's part of the first axis."""
        size = len(values) // self.of
        return values[self.number * size : (self.number + 1) * size]

    def channels(self, values: Array) -> Array:
        """Take this group's channels of an input or of its error, as (channels, height, width, batch)."""
        own = self.part(values)
        return own.reshape(len(own), *self.windows.shape, values.shape[-1])

    def scratch(self, label: str, shape: Shape) -> Array:
        """Make an array of this group's own."""
        return self.buffers.scratch(f"{label} {self.number}" if self.number else label, shape)


def _bind_group(group: _Group, z: Array, dy: Array, *, use_bias: bool) -> tuple[Calls, Calls]:
    """Bind the products of one group."""
    buffers, windows = group.buffers, group.windows
    x = group.channels(buffers.x_values)
    channels, batch = len(x), x.shape[-1]
    filters, z, dy = len(z), group.part(z), group.part(dy)
    W, dW = (group.part(each.reshape(-1, filters).T).T for each in (buffers.parameters, buffers.gradients))
    depth = windows.size[0] * windows.size[1] * channels
    source = group.scratch("padded", (channels, *windows.padded_shape, batch)) if windows.is_padded else x
    seen = windows.of(source)
    cut = [*blocks(windows, depth + 1, batch)]
    widest = max(block.stop - block.start for block in cut)
    columns = group.scratch("columns", (depth + 1, widest))
    columns[depth] = 1

    def fill(block: Block) -> tuple[Calls, Array]:
        part = columns[:, : block.stop - block.start]
        view = seen[:, :, :, block.rows, block.columns]
        return [partial(np.copyto, part[:depth].reshape(view.shape), view)], part[: depth + use_bias]

    forward: Calls = [partial(np.copyto, windows.inner(source), x)] if windows.is_padded else []
    dx = _Errors(group, depth, widest)
    backward = dx.start
    partial_dW = group.scratch("partial dW", dW.shape)
    for number, block in enumerate(cut):
        copy, part = fill(block)
        dz = dy[:, block.start : block.stop]
        forward += [*copy, partial(np.matmul, W.T, part, z[:, block.start : block.stop])]
        backward += copy if len(cut) > 1 else []  # the only block is still there
        backward.append(partial(np.matmul, part, dz.T, partial_dW if number else dW))
        backward += [partial(np.add, dW, partial_dW, dW)] if number else []
        backward += dx.add(block, W[:depth], dz)
    return forward, [*backward, *dx.finish]


class _Errors:
    """The error of a group's input, to which each block adds the errors of its columns."""

    def __init__(self, group: _Group, depth: int, widest: int) -> None:
        self.start: Calls = []
        self.finish: Calls = []
        self._is_wanted = group.buffers.dx is not None
        if group.buffers.dx is None:
            return
        windows, dx = group.windows, group.channels(group.buffers.dx)
        padded = (len(dx), *windows.padded_shape, dx.shape[-1])
        whole = group.scratch("padded dx", padded) if windows.is_padded else dx
        self._windows, self._errors = windows, windows.of(whole)
        self._columns = group.scratch("dcolumns", (depth, widest))
        self.start = [partial(whole.fill, 0)]
        self.finish = [partial(np.copyto, dx, windows.inner(whole))] if windows.is_padded else []

    def add(self, block: Block, W: Array, dz: Array) -> Calls:
        """Multiply, and add the errors of each place of the kernel: windows overlap, places of one kernel do not."""
        if not self._is_wanted:
            return []
        flat = self._columns.reshape(-1)[: len(W) * dz.shape[1]].reshape(len(W), -1)
        view = self._errors[:, :, :, block.rows, block.columns]
        columns = flat.reshape(view.shape)
        calls: Calls = [partial(np.dot, W, dz, flat) if dz.flags.c_contiguous else partial(np.matmul, W, dz, flat)]
        high, wide = self._windows.size
        calls += [partial(np.add, view[i, j], columns[i, j], view[i, j]) for i in range(high) for j in range(wide)]
        return calls
