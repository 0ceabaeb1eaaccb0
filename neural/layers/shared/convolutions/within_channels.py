"""Layers that convolve within channels, bound whole: with a bias and a function, and with a mixture of the channels.

They are the same in one and in two dimensions, for a sequence is an image that is one row high.
"""

from functools import partial

import numpy as np

from neural.activations import Function
from neural.engine.arrays import Array, Calls
from neural.engine.layouts import columns_view
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.convolutions.depthwise import bind_depthwise
from neural.layers.shared.convolutions.windows import Windows


def bind_within_channels(
    buffers: LayerBuffers, windows: Windows, function: Function, *, multiplier: int, use_bias: bool
) -> Bound:
    """Bind kernels (*size, channels, multiplier), then the bias.

    Forward z = depthwise(x) + b, y = f(z); backward dz = dy·f'(z), db = Σ dz; the rest see `depthwise`.
    """
    y, dy = columns_view(buffers.y_values), columns_view(buffers.dy)
    z = y if function.from_output else buffers.scratch("z", y.shape)
    kernels = (-1, buffers.input_shape[-1], multiplier)
    weights = windows.size[0] * windows.size[1] * len(y)
    kernel, dkernel = (flat[:weights].reshape(kernels) for flat in (buffers.parameters, buffers.gradients))
    ways = bind_depthwise(buffers, windows, kernel=kernel, dkernel=dkernel, z=z, dz=dy)

    def scratch(label: str) -> Array:
        return buffers.scratch(label, y.shape)

    bias, dbias = buffers.parameters[weights:], buffers.gradients[weights:]
    shift: Calls = [partial(np.add, z, bias[:, None], z)] if use_bias else []
    shifted: Calls = [partial(np.add.reduce, dy, 1, None, dbias)] if use_bias else []
    forward = [*ways.forward, *shift, *function.forward(z, y, scratch)]
    return Bound(forward, [*function.backward(z, y, dy, scratch), *shifted, *ways.backward])


def bind_separable(
    buffers: LayerBuffers, windows: Windows, function: Function, *, multiplier: int, use_bias: bool
) -> Bound:
    """Bind kernels (*size, channels, multiplier), the mixture (channels · multiplier, filters), then the bias.

    Forward h = depthwise(x), z = [P; b]ᵀ[h; 1], y = f(z); backward d[P; b] = [h; 1]·dzᵀ, dh = P·dz.
    """
    y, dy = columns_view(buffers.y_values), columns_view(buffers.dy)
    z = y if function.from_output else buffers.scratch("z", y.shape)
    channels, between = buffers.input_shape[-1], buffers.input_shape[-1] * multiplier
    weights = windows.size[0] * windows.size[1] * between
    kernels = (-1, channels, multiplier)
    kernel, dkernel = (flat[:weights].reshape(kernels) for flat in (buffers.parameters, buffers.gradients))
    P, dP = (flat[weights:].reshape(-1, len(y)) for flat in (buffers.parameters, buffers.gradients))
    hidden = buffers.scratch("hidden", (between + 1, y.shape[1]))
    hidden[between] = 1
    h, dh = hidden[:between], buffers.scratch("dhidden", (between, y.shape[1]))
    ways = bind_depthwise(buffers, windows, kernel=kernel, dkernel=dkernel, z=h, dz=dh)

    def scratch(label: str) -> Array:
        return buffers.scratch(label, y.shape)

    seen = hidden if use_bias else h
    forward: Calls = [*ways.forward, partial(P.T.dot, seen, z), *function.forward(z, y, scratch)]
    backward: Calls = [*function.backward(z, y, dy, scratch), partial(seen.dot, dy.T, dP)]
    return Bound(forward, [*backward, partial(P[:between].dot, dy, dh), *ways.backward])
