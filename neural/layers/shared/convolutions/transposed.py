"""Transposed convolutions, bound to arrays: the way back of a convolution taken forward.

Every place of the input writes a window of the output: columns = K·x, added where the windows lie. On the way back the
windows of the output's error are laid out as columns again: dx = Kᵀ·columns, dK = columns·xᵀ. Places are taken in
blocks whose columns fit the cache. Source: Zeiler et al. 2010; Dumoulin & Visin 2016.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from neural.activations import Function
from neural.engine.arrays import Array, Calls
from neural.engine.layouts import columns_view
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import per_axis
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.convolutions.convolution import blocks
from neural.layers.shared.convolutions.windows import Windows


def transposed_windows(layer: str | None, windows: Windows, added: tuple[int, int]) -> Windows:
    """Lay windows, one for each place of `windows.shape`, over an output as large as Keras chooses it.

    n places give n·stride values (same), and as many more as a window's span e reaches beyond its stride (valid). With
    `added` values at the end, unless -1, they give (n - 1)·stride + e + added (valid), or e mod 2 in place of e (same).
    """
    axes = zip(windows.shape, windows.span, windows.strides, added, strict=True)
    high, wide = (_length(*axis, is_valid=windows.padding == "valid") for axis in axes)
    if min(high, wide) < 1:
        needed = "an output of at least one value: more `output_padding`, or a longer input"
        raise ShapeError(f"layer {layer}", got=windows.shape, needed=needed)
    return replace(windows, shape=(high, wide), places=windows.shape)


def _length(n: int, span: int, stride: int, added: int, *, is_valid: bool) -> int:
    if added < 0:
        return n * stride + (max(span - stride, 0) if is_valid else 0)
    return (n - 1) * stride + added + (span if is_valid else span % 2)


def check_added(key: str, added: int | Sequence[int], strides: int | Sequence[int]) -> None:
    """Raise ParameterOutOfRange unless less than a stride is added, as Keras wants it."""
    if any(a >= s for a, s in zip(per_axis(added), per_axis(strides), strict=True)):
        raise ParameterOutOfRange(key, "output_padding", added, expected="below `strides`, or -1")


def bind_transposed(buffers: LayerBuffers, windows: Windows, function: Function, *, use_bias: bool) -> Bound:
    """Bind kernels (height, width, filters, channels), then the bias, on windows over the output."""
    channels, batch = buffers.input_shape[-1], buffers.y.shape[-1]
    y, dy = columns_view(buffers.y_values), columns_view(buffers.dy)
    filters, z = len(y), y if function.from_output else buffers.scratch("z", y.shape)
    depth = windows.size[0] * windows.size[1] * filters
    K, dK = (flat[: depth * channels].reshape(depth, channels) for flat in (buffers.parameters, buffers.gradients))
    bias, dbias = (flat[depth * channels :] for flat in (buffers.parameters, buffers.gradients))
    x = buffers.scratch("inputs", (channels, windows.count[0] * windows.count[1] * batch))
    padded = (filters, *windows.padded_shape, batch)
    image = (filters, *windows.shape, batch)
    sums, errors = buffers.scratch("sums", padded), buffers.scratch("errors", padded)
    written, read = windows.of(sums), windows.of(errors)
    cut = [*blocks(windows, depth, batch)]
    columns = buffers.scratch("columns", (depth * max(block.stop - block.start for block in cut),))
    partial_dK = buffers.scratch("partial dK", dK.shape)

    def scratch(label: str) -> Array:
        return buffers.scratch(label, y.shape)

    values = buffers.x_values
    forward: Calls = [partial(np.copyto, x.reshape(values.shape), values), partial(sums.fill, 0)]
    backward: Calls = [*function.backward(z, y, dy, scratch)]
    backward.append(partial(np.copyto, windows.inner(errors), dy.reshape(image)))
    for number, block in enumerate(cut):
        view = written[:, :, :, block.rows, block.columns]
        flat = columns[: depth * (block.stop - block.start)].reshape(depth, -1)
        seen, part = x[:, block.start : block.stop], flat.reshape(view.shape)
        forward.append(partial(np.matmul, K, seen, flat))
        forward += [
            partial(np.add, view[i, j], part[i, j], view[i, j])
            for i in range(windows.size[0])
            for j in range(windows.size[1])
        ]
        backward.append(partial(np.copyto, part, read[:, :, :, block.rows, block.columns]))
        backward.append(partial(np.matmul, flat, seen.T, partial_dK if number else dK))
        backward += [partial(np.add, dK, partial_dK, dK)] if number else []
        if buffers.dx is not None:
            backward.append(partial(np.matmul, K.T, flat, columns_view(buffers.dx)[:, block.start : block.stop]))
    forward.append(partial(np.copyto, z.reshape(image), windows.inner(sums)))
    if use_bias:
        forward.append(partial(np.add, z, bias[:, None], z))
        backward.append(partial(np.add.reduce, dy, 1, None, dbias))
    return Bound([*forward, *function.forward(z, y, scratch)], backward)
