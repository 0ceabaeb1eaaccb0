"""Convolutions in which every channel has kernels of its own: windows as columns, channel by channel.

With the columns of channel c, one row for each place of the kernel, z_c = K_cᵀ·columns_c; a product for each channel,
which NumPy takes as one call over a stack of matrices. Channels are taken in blocks whose columns fit the cache.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.layers.shared.base import LayerBuffers
from neural.layers.shared.convolutions.convolution import BLOCK
from neural.layers.shared.convolutions.windows import Windows


@dataclass(frozen=True)
class Depthwise:
    """The two ways of a depthwise convolution; `backward` needs the columns that `forward` left."""

    forward: Calls
    backward: Calls


def bind_depthwise(
    buffers: LayerBuffers, windows: Windows, *, kernel: Array, dkernel: Array, z: Array, dz: Array
) -> Depthwise:
    """Bind on a kernel (places, channels, multiplier), on z and dz (channels · multiplier, columns).

    Forward z_c = K_cᵀ·columns_c; backward dK_c = columns_c·dz_cᵀ, dcolumns_c = K_c·dz_c added onto dx.
    """
    places, channels, multiplier = kernel.shape
    x = buffers.x_values.reshape(channels, *windows.shape, -1)
    source = buffers.scratch("padded", (channels, *windows.padded_shape, x.shape[-1])) if windows.is_padded else x
    seen = np.moveaxis(windows.of(source), 2, 0)  # (channels, size, size, count, count, batch)
    z, dz = z.reshape(channels, multiplier, -1), dz.reshape(channels, multiplier, -1)
    K, dK = (buffers.scratch(label, (channels, places, multiplier)) for label in ("kernels", "kernels' gradient"))
    step = max(1, min(channels, BLOCK // (places * z.shape[-1])))
    columns = buffers.scratch("columns", (step, places, z.shape[-1]))

    forward: Calls = [partial(np.copyto, K, kernel.transpose(1, 0, 2))]
    forward += [partial(np.copyto, windows.inner(source), x)] if windows.is_padded else []
    dx = _Errors(buffers, windows, step, columns)
    backward: Calls = [*dx.start]
    for start in range(0, channels, step):
        block = slice(start, min(start + step, channels))
        part = columns[: block.stop - start]
        fill = partial(np.copyto, part.reshape(seen[block].shape), seen[block])
        forward += [fill, partial(np.matmul, K[block].transpose(0, 2, 1), part, z[block])]
        backward += [fill] if step < channels else []  # the only block is still there
        backward.append(partial(np.matmul, part, dz[block].transpose(0, 2, 1), dK[block]))
        backward += dx.add(block, K[block], dz[block])
    backward.append(partial(np.copyto, dkernel, dK.transpose(1, 0, 2)))
    return Depthwise(forward, [*backward, *dx.finish])


class _Errors:
    """The error of the input, to which each block of channels adds the errors of its columns."""

    def __init__(self, buffers: LayerBuffers, windows: Windows, step: int, columns: Array) -> None:
        self.start: Calls = []
        self.finish: Calls = []
        self._is_wanted = buffers.dx is not None
        if buffers.dx is None:
            return
        dx = buffers.dx.reshape(buffers.input_shape[-1], *windows.shape, -1)
        whole = (
            buffers.scratch("padded dx", (len(dx), *windows.padded_shape, dx.shape[-1])) if windows.is_padded else dx
        )
        self._size, self._errors = windows.size, windows.of(whole)
        self._columns = buffers.scratch("dcolumns", (step, *columns.shape[1:]))
        self.start = [partial(whole.fill, 0)]
        self.finish = [partial(np.copyto, dx, windows.inner(whole))] if windows.is_padded else []

    def add(self, block: slice, K: Array, dz: Array) -> Calls:
        """Multiply, and add the errors of each place of the kernel: windows overlap, places of one kernel do not."""
        if not self._is_wanted:
            return []
        columns = self._columns[: block.stop - block.start]
        view = self._errors[:, :, block]
        errors = columns.reshape(len(columns), *self._size, *view.shape[3:])
        high, wide = self._size
        calls: Calls = [partial(np.matmul, K, dz, columns)]
        calls += [partial(np.add, view[i, j], errors[:, i, j], view[i, j]) for i in range(high) for j in range(wide)]
        return calls
