"""Transposed convolutions, bound to arrays: the way back of a convolution taken forward.

Every place of the input writes a window of the output: columns = K·x, added where the windows lie. On the way back the
windows of the output's error are laid out as columns again: dx = Kᵀ·columns, dK = columns·xᵀ. Places are taken in
blocks whose columns fit the cache. Source: Zeiler et al. 2010; Dumoulin & Visin 2016.
"""

from functools import partial

import numpy as np

from neural.activations import Function
from neural.engine.arrays import Array, Calls
from neural.engine.layouts import columns_view
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.convolutions.convolution import blocks
from neural.layers.shared.convolutions.windows import Windows


def transposed_windows(shape: tuple[int, int], windows: Windows) -> Windows:
    """Lay windows over an output whose size gives one for each place of `shape`, as Keras chooses it.

    n places give n·stride values (same), and as many more as a window reaches beyond its stride (valid).
    """
    high, wide = (
        n * stride + (max(e - stride, 0) if windows.padding == "valid" else 0)
        for n, e, stride in zip(shape, windows.span, windows.strides, strict=True)
    )
    return Windows((high, wide), windows.size, windows.strides, windows.dilation, windows.padding)


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
