"""Linear maps of a sequence into several parts at once, with the tokens ordered row by row of the batch."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.layers.shared.base import LayerBuffers


def tokens(values: Array) -> Array:
    """View (features, time, batch) as (features, batch, time)."""
    return values.swapaxes(1, 2)


class Projection:
    """[part₁; part₂; …] = [W₁ W₂ …]ᵀ[x; 1], one product for all parts and one for all their errors."""

    def __init__(
        self, buffers: LayerBuffers, number: int, kernels: Sequence[tuple[Array, Array]], label: str, *, use_bias: bool
    ) -> None:
        """Bind to one input of the layer; `kernels` are the parameters of each part, with their gradients."""
        x, dx = buffers.xs[number], buffers.dxs[number]
        features, time = len(x) - 1, x.shape[1]
        wide = kernels[0][0].shape[1]
        high, columns = features + use_bias, time * x.shape[2]
        inputs = buffers.scratch(f"{label} inputs", (high, columns))
        W, dW = (buffers.scratch(f"{label} {name}", (high, wide * len(kernels))) for name in ("kernels", "dkernels"))
        out, errors = (buffers.scratch(f"{label} {name}", (W.shape[1], columns)) for name in ("parts", "errors"))
        cuts = [slice(index * wide, (index + 1) * wide) for index in range(len(kernels))]
        self.parts = [(out[cut], errors[cut]) for cut in cuts]
        source = tokens(x[:high])
        self.forward: Calls = [
            *(partial(np.copyto, W[:, cut], own) for cut, (own, _) in zip(cuts, kernels, strict=True)),
            partial(np.copyto, inputs.reshape(source.shape), source),
            partial(W.T.dot, inputs, out),
        ]
        self.backward: Calls = [
            partial(inputs.dot, errors.T, dW),
            *(partial(np.copyto, own, dW[:, cut]) for cut, (_, own) in zip(cuts, kernels, strict=True)),
        ]
        if dx is not None:
            by_row = buffers.scratch(f"{label} dx", (features, columns))
            into = tokens(dx)
            self.backward += [
                partial(W[:features].dot, errors, by_row),
                partial(np.copyto, into, by_row.reshape(into.shape)),
            ]
