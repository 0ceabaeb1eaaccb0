"""A network bound to a batch size: every array allocated once, every operation prebound on them.

Values are feature-major, (features, batch), so that a row of ones below the features carries the bias through
the product, and no product needs a transposed copy. A bound network has `slots`: places for several batches, whose
inputs and logits are kept side by side while everything in between is shared. One slot after the other is run;
filling the inputs and reading the losses is then done for all slots at once, which costs almost nothing per step.
"""

from dataclasses import dataclass

import numpy as np

from neural.arrays import Array, Workspace
from neural.layers.base import Bound, Place, Shape
from neural.network import Network


@dataclass(frozen=True)
class BoundNetwork:
    """Arrays and calls of a network for batches of one size."""

    inputs: Array  # (slots, batch, inputs + 1), the last column ones
    logits: Array  # (slots, outputs, batch), what the last layer gave
    dlogits: Array  # (outputs, batch), shared by all slots
    values: tuple[Array, ...]  # what each layer but the last gave, (features, batch), shared by all slots
    slots: tuple[Bound, ...]
    workspace: Workspace


def bind(
    network: Network,
    parameters: Array,
    gradients: Array | None = None,
    *,
    inputs: Array,
    generator: np.random.Generator | None = None,
) -> BoundNetwork:
    """Bind a network to inputs of shape (slots, batch, inputs + 1) and to its flat parameters and gradients.

    Without `gradients` the way back must not be run; without a `generator` dropout lets everything through.
    """
    slots, batch, _ = inputs.shape
    dtype = parameters.dtype
    workspace = Workspace(dtype)
    widths = [shape[0] for shape in network.shapes]
    between = [_extended(width, batch, dtype) for width in widths[1:-1]]
    outputs = np.ones((slots, widths[-1] + 1, batch), dtype)
    errors = [None, *(np.zeros((width, batch), dtype) for width in widths[1:])]
    if gradients is None:
        gradients = np.empty_like(parameters)  # never written, so it takes no memory

    def bind_layer(index: int, x: Array, y: Array) -> Bound:
        layer, described = network.layers[index], network.parameters_by_layer[index]
        part = slice(described[0].start, described[-1].stop) if described else slice(0, 0)

        def scratch(label: str, shape: Shape) -> Array:
            return workspace.take(f"{layer.name}.{label}", shape)

        dx, dy = errors[index], errors[index + 1]
        assert dy is not None  # noqa: S101  # only the inputs have no error
        return layer.bind(Place(x, y, dx, dy, parameters[part], gradients[part], scratch, generator))

    last = len(network.layers) - 1
    middle = [bind_layer(index, between[index - 1], between[index]) for index in range(1, last)]

    def bind_slot(slot: int) -> Bound:
        x, y = inputs[slot].T, outputs[slot]
        if last == 0:
            return bind_layer(0, x, y)
        layers = [bind_layer(0, x, between[0]), *middle, bind_layer(last, between[-1], y)]
        return Bound(
            [call for layer in layers for call in layer.forward],
            [call for layer in reversed(layers) for call in layer.backward],
        )

    dlogits = errors[-1]
    assert dlogits is not None  # noqa: S101
    return BoundNetwork(
        inputs=inputs,
        logits=outputs[:, :-1],
        dlogits=dlogits,
        values=tuple(y[:-1] for y in between),
        slots=tuple(bind_slot(slot) for slot in range(slots)),
        workspace=workspace,
    )


def _extended(width: int, batch: int, dtype: np.dtype[np.floating]) -> Array:
    return np.ones((width + 1, batch), dtype)
