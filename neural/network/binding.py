"""A network bound to a batch size: every array allocated once, every operation prebound on them.

Values lie as `neural.engine.layouts` says, mostly feature-major with a row of ones below the features that carries
the bias through the product. A bound network has `slots`: places for several batches, whose inputs and logits are
kept side by side while everything in between is shared. One slot after the other is run; filling the inputs and
reading the losses is then done for all slots at once, which costs almost nothing per step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls, Workspace
from neural.engine.layouts import batch_of, error_array, input_value, value_array, values_of
from neural.layers.shared.base import Bound, LayerBuffers, Shape
from neural.layers.shared.mask_use import FIRST
from neural.network.masks import bind_masks, joined
from neural.network.network import Network


@dataclass(frozen=True)
class BoundNetwork:
    """Arrays and calls of a network for batches of one size.

    The loss sees columns: one for each row of the batch, for sequences and images one for each place of each row.
    """

    inputs: Array  # (slots, …), as `layouts.input_arrays` makes them
    logits: Array  # (slots, outputs, columns), what the last layer gave
    dlogits: Array  # (outputs, columns), shared by all slots
    mask: Array | None  # (columns,) of 0 and 1, which columns count
    values: tuple[Array, ...]  # what each layer but the last gave, without ones, shared by all slots
    slots: tuple[Bound, ...]
    workspace: Workspace
    layers: tuple[Bound, ...]  # of the first slot, one by one
    errors: tuple[Array, ...]  # of the input (nothing) and of what each layer gave, shared by all slots


def bind(
    network: Network,
    parameters: Array,
    gradients: Array | None = None,
    *,
    inputs: Array,
    generator: np.random.Generator | None = None,
) -> BoundNetwork:
    """Bind a network to loaded inputs (`layouts.input_arrays`) and to its flat parameters and gradients.

    Without `gradients` the way back must not be run; without a `generator` the network is bound for inference.
    """
    binder = _Binder(network, parameters, gradients, inputs=inputs, generator=generator)
    outputs, width = len(inputs), network.output_shape[-1]
    mask = binder.masks[-1]
    layers = binder.layers(0)
    return BoundNetwork(
        inputs=inputs,
        logits=binder.outputs[:, :-1].reshape(outputs, width, -1),
        dlogits=binder.errors[-1].reshape(width, -1),
        mask=None if mask is None else mask.reshape(-1),
        values=tuple(values_of(y) for y in binder.between),
        slots=(together(layers), *(together(binder.layers(index)) for index in range(1, len(inputs)))),
        workspace=binder.workspace,
        layers=layers,
        errors=tuple(binder.errors),
    )


def together(layers: Sequence[Bound]) -> Bound:
    """Put the ways of all layers one behind the other."""
    return Bound(
        [call for bound in layers for call in bound.forward],
        [call for bound in reversed(layers) for call in bound.backward],
        tuple(kink for bound in layers for kink in bound.kinks),
        penalties=tuple(penalty for bound in layers for penalty in bound.penalties),
    )


class _Binder:
    """Allocates what lies between layers, and binds them to it; value 0 is the input, value i + 1 that of layer i."""

    def __init__(
        self,
        network: Network,
        parameters: Array,
        gradients: Array | None,
        *,
        inputs: Array,
        generator: np.random.Generator | None,
    ) -> None:
        self._network, self._parameters, self._inputs, self._generator = network, parameters, inputs, generator
        dtype = parameters.dtype
        batch = batch_of(inputs, network.input_shape)
        # gradients that are never written take no memory
        self._gradients = np.empty(network.trainable_count, dtype) if gradients is None else gradients
        self.workspace = Workspace(dtype)
        shapes = network.shapes
        self.between = [value_array(shape, batch, dtype) for shape in shapes[1:-1]]
        self.outputs = np.stack([value_array(shapes[-1], batch, dtype)] * len(inputs))
        self.errors = [np.zeros(0, dtype), *(error_array(shape, batch, dtype) for shape in shapes[1:])]
        self.masks = bind_masks(network, batch, dtype)
        self._shared: dict[int, Bound] = {}

    def layers(self, slot: int) -> tuple[Bound, ...]:
        """Bind all layers for one slot; only those that touch its input or its output are bound anew."""
        network = self._network
        written: set[int] = set()
        bounds: dict[int, Bound] = {}
        for index in reversed(
            range(len(network.layers))
        ):  # the order of the way back decides who writes an error first
            sources = network.sources[index]
            known = self._shared.get(index)
            own = index == len(network.layers) - 1 or (0 in sources and not (known and known.enter))
            first = [source not in written and sources.index(source) == i for i, source in enumerate(sources)]
            written.update(sources)
            if known is None or own:
                known = self._shared[index] = self._bind_layer(index, slot, first)
            bounds[index] = self._entered(known, sources[0], slot)
        return tuple(bounds[index] for index in range(len(network.layers)))

    def _entered(self, bound: Bound, source: int, slot: int) -> Bound:
        """Put the copy of a slot's input in front, where the layer left that open."""
        if bound.enter is None:
            return bound
        return replace(bound, forward=[*bound.enter(self._value(source, slot)), *bound.forward])

    def _bind_layer(self, index: int, slot: int, first: list[bool]) -> Bound:
        """Bind a layer; `first` tells for each input whether this layer is the first to write the error there."""
        network = self._network
        layer, sources = network.layers[index], network.sources[index]

        def scratch(label: str, shape: Shape) -> Array:
            return self.workspace.take(f"{layer.name}.{label}", shape)

        def error(number: int, source: int) -> Array | None:
            if source == 0:
                return None
            shared = self.errors[source]
            return shared if first[number] else scratch(f"error of input {number}", shared.shape)

        dxs = tuple(error(number, source) for number, source in enumerate(sources))
        bound = layer.bind(
            LayerBuffers(
                xs=tuple(self._value(source, slot) for source in sources),
                y=self._value(index + 1, slot),
                dxs=dxs,
                dy=self.errors[index + 1],
                parameters=self._parameters[network.trainable_part(index)],
                gradients=self._gradients[network.trainable_part(index)],
                state=self._parameters[network.state_part(index)],
                scratch=scratch,
                generator=self._generator,
                input_shapes=tuple(network.shapes[source] for source in sources),
                output_shape=network.shapes[index + 1],
                masks=tuple(self.masks[source] for source in sources),
                y_mask=self.masks[index + 1],
                semantics=network.semantics,
            )
        )
        bound = self._penalised(bound, index, slot)
        sums: Calls = [
            partial(np.add, self.errors[source], dx, self.errors[source])
            for source, dx, is_first in zip(sources, dxs, first, strict=True)
            if dx is not None and not is_first
        ]
        is_joining = layer.mask_use.joins and network.semantics > FIRST
        masks = joined([self.masks[source] for source in sources], self.masks[index + 1]) if is_joining else []
        return replace(bound, forward=[*masks, *bound.forward], backward=[*bound.backward, *sums])

    def _penalised(self, bound: Bound, index: int, slot: int) -> Bound:
        """Add the gradient of the penalty on a layer's outputs to their error, a mean over the rows of the batch."""
        layer = self._network.layers[index]
        penalty = layer.penalty_on_outputs()
        if self._generator is None or penalty.key == "none":
            return bound
        y, dy = values_of(self._value(index + 1, slot)), self.errors[index + 1]
        rows = y.shape[-1]
        gradient = penalty.add_gradient(y, dy, self.workspace.take(f"{layer.name}.penalty", dy.shape), share=1 / rows)
        return replace(
            bound,
            backward=[*gradient, *bound.backward],
            kinks=(*bound.kinks, lambda: np.sign(y)),
            penalties=(lambda: penalty.value(y) / rows,),
        )

    def _value(self, value: int, slot: int) -> Array:
        if value == 0:
            return input_value(self._inputs, slot, self._network.shapes[0])
        return self.outputs[slot] if value == len(self._network.layers) else self.between[value - 1]
