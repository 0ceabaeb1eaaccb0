"""One call of a Keras layer, computed as a network of that layer alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

import neural
from neural.data.examples import prepare_inputs
from neural.engine.arrays import Calls
from neural.engine.layouts import slots_of_rows
from neural.layers import Layer, Masking
from neural.layers.shared.base import Bound, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.network.binding import bind
from neural.vocabulary import layer_of
from specs.grammar.reading import Diagnostics, Location
from specs.keras.reading import KerasModel
from specs.tables.network import LAYER
from tools.oracle.subjects import IMPOSSIBLE, Outside, check_layer
from tools.oracle.verdicts import AGREES, NotSaid, compared

PASSED_ON = frozenset({"training", "mask", "use_causal_mask", "value", "key", "query", "return_attention_scores"})
PLACEWISE = frozenset({"ReLU", "LeakyReLU", "ELU", "Identity", "ActivityRegularization", "Activation"})
MODEL = KerasModel(layer=LAYER, most=256)


@dataclass(frozen=True, kw_only=True)
class GivenMask(Layer):
    """y = x but for its last feature, which says whether a step counts."""

    key: ClassVar[str] = "given_mask"
    summary: ClassVar[str] = "A mask that stands beside the values."
    mask_use: ClassVar[MaskUse] = MaskUse.MAKES

    @property
    def makes_mask(self) -> bool:
        """It does."""
        return True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape without the mask."""
        return (*input_shape[:-1], input_shape[-1] - 1)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Copy the values and the mask."""
        x = buffers.x_values
        forward: Calls = [partial(np.copyto, buffers.y_values, x[:-1])]
        if buffers.y_mask is not None:
            forward.append(partial(np.copyto, buffers.y_mask, x[-1]))
        return Bound(forward, [])


@dataclass(frozen=True)
class Called:
    """A call as it was seen: the layer, its values with their masks, its options, what it gave.

    `before` has the weights that training changes without a gradient, as they were before the call.
    """

    layer: Any
    values: Sequence[np.ndarray]
    masks: Sequence[np.ndarray | None]
    options: dict[str, Any]
    result: Any
    training: bool = False
    before: Sequence[np.ndarray] | None = None


def compare(keras: Any, called: Called) -> tuple[str, str]:
    """Compute the call here; raise NotSaid where it cannot be said, Outside where it is of another subject."""
    check_layer(called.layer, [*called.values], called.options, training=called.training)
    for option, value in called.options.items():
        if option not in PASSED_ON and value is not None:
            raise NotSaid(f"called with `{option}`")
    if not isinstance(called.result, np.ndarray):
        raise NotSaid("gives several values")
    called = _in_rows(called)
    if any(value.ndim < 2 for value in called.values):
        raise Outside(IMPOSSIBLE)
    network, inputs = _network(keras, called)
    flat = _weights(called.layer, network)
    if called.training and _acts_by_batch(called.layer):
        return _compare_training(called, network, flat, inputs)
    outputs = neural.predict(network, flat, inputs, loss="mean_squared_error")
    return compared(
        outputs.reshape(called.result.shape) if outputs.size == called.result.size else outputs, called.result
    )


def _in_rows(called: Called) -> Called:
    """Read a row of numbers without a batch as a batch of rows of one number, where each number is for itself."""
    if type(called.layer).__name__ not in PLACEWISE or any(value.ndim != 1 for value in called.values):
        return called
    values = [value[:, None] for value in called.values]
    return replace(called, values=values, result=called.result[:, None])


def _acts_by_batch(layer: Any) -> bool:
    """Tell whether a layer does something else while training, without a draw."""
    return type(layer).__name__ == "BatchNormalization" and layer.trainable


def _compare_training(called: Called, network: neural.Network, flat: np.ndarray, inputs: np.ndarray) -> tuple[str, str]:
    """Compare what a layer gives while training, and what it keeps."""
    rows, kept = len(inputs), network.trainable_count
    half = (flat.size - kept) // 2  # means, then variances; a layer that was not built yet begins as it is told to
    before = called.before or [np.zeros(half), np.ones(half)]
    flat[kept:] = np.concatenate([each.ravel() for each in before])
    prepared = slots_of_rows(np.asarray(prepare_inputs(network, inputs, flat.dtype)), rows, network.input_shape)
    gradients, generator = np.zeros(kept), np.random.default_rng(0)
    bound = bind(network, flat, gradients, inputs=prepared, generator=generator)
    for call in bound.slots[0].forward:
        call()
    *places, features = network.output_shape
    outputs = np.moveaxis(bound.logits[0].reshape(features, *places, rows), (0, -1), (-1, 0))
    theirs = np.concatenate([np.asarray(weight).ravel() for weight in called.layer.non_trainable_weights])
    outcome = compared(outputs.reshape(called.result.shape), called.result)
    return outcome if outcome[0] != AGREES else compared(flat[kept:], theirs)


def _network(keras: Any, called: Called) -> tuple[neural.Network, np.ndarray]:
    """Read the layer as the only one of a Functional model; give the network and its rows."""
    read = _read(_functional(keras, called))
    if any(each.get("keras_axis") not in {None, called.values[0].ndim - 1} for each in read):
        raise NotSaid("an axis that is not the last")
    layers = [
        layer_of({key: value for key, value in each.items() if key not in {"keras_axis", "inputs"}}) for each in read
    ]
    inputs = {str(each["name"]): tuple(each["inputs"]) for each in read if each.get("inputs")}
    if called.values[0].dtype == np.float32:
        layers = [_rounded(layer) for layer in layers]
    rows = len(called.values[0])
    masks = [mask for mask in called.masks if mask is not None]
    if masks:
        return _masked(layers, called)
    flat = [np.asarray(value, np.float64).reshape(rows, -1) for value in called.values]
    x = np.concatenate(flat, axis=1)
    shape = called.values[0].shape[1:] if len(flat) == 1 else (x.shape[1],)
    return _ended(tuple(layers), shape, inputs), x.reshape(rows, *shape)


def _rounded(layer: Layer) -> Layer:
    """Compare with a value as float32 has it where the values were float32."""
    return replace(layer, mask_value=float(np.float32(layer.mask_value))) if isinstance(layer, Masking) else layer


def _masked(layers: Sequence[Layer], called: Called) -> tuple[neural.Network, np.ndarray]:
    """Let a mask stand beside the values as one more feature."""
    value, mask = called.values[0], called.masks[0]
    if len(called.values) > 1 or mask is None or value.ndim < 3 or mask.shape != value.shape[:-1]:
        raise NotSaid("masks of several values, or of another shape than steps or places")
    x = np.concatenate([np.asarray(value, np.float64), np.asarray(mask, np.float64)[..., None]], axis=-1)
    return _ended((GivenMask(name="given_mask_of_call"), *layers), x.shape[1:], {}), x


def _ended(layers: tuple[Layer, ...], shape: Shape, inputs: dict[str, tuple[str, ...]]) -> neural.Network:
    """Put the values in a row where they have three axes: a network gives at most two."""
    given = shape if not inputs else None
    for layer in layers if given else ():
        given = layer.output_shape(given)  # type: ignore[arg-type]  # one after the other
    network = neural.Network(layers=layers, input_shape=tuple(int(size) for size in shape), inputs=inputs)
    try:
        _ = network.shapes
    except neural.errors.ShapeError as error:
        if "output" not in str(error.needed):
            raise NotSaid(f"a shape that does not fit: {error}") from error
        network = neural.Network(
            layers=(*layers, neural.layers.Flatten(name="row_of_call")), input_shape=shape, inputs=inputs
        )
    return network


def _functional(keras: Any, called: Called) -> dict[str, Any]:
    """Let Keras write the call as a model."""
    try:
        inputs = [keras.Input(tuple(value.shape[1:])) for value in called.values]
        fresh = type(called.layer).from_config(called.layer.get_config())
        several = type(called.layer).__name__ == "MultiHeadAttention"
        options = {"use_causal_mask": True} if called.options.get("use_causal_mask") else {}
        given = fresh(*inputs, **options) if several else fresh(inputs if len(inputs) > 1 else inputs[0])
        text = keras.Model(inputs if len(inputs) > 1 else inputs[0], given).to_json()
    except Exception as error:
        raise NotSaid(f"Keras cannot write it: {type(error).__name__}") from error
    model: dict[str, Any] = json.loads(text)
    return model


def _read(model: dict[str, Any]) -> list[dict[str, Any]]:
    """Read the model as a job's body would be."""
    diagnostics = Diagnostics(model)
    read = MODEL.read(model, Location(diagnostics, ("network", "keras"), ("network", "keras")))
    if diagnostics.faults:
        raise NotSaid(_plain(diagnostics.faults[0]))
    found: list[dict[str, Any]] = read["layers"]
    return found


def _plain(fault: Any) -> str:
    """Say a refusal without what it found, so that equal reasons are one."""
    place = str(fault.pointer).rsplit("/", maxsplit=1)[-1]
    return f"{fault.message}" if "class_name" in fault.pointer else f"`{place}`: {fault.expected or fault.message}"


def _weights(layer: Any, network: neural.Network) -> np.ndarray:
    """Lay Keras' weights out as ours."""
    theirs = [np.asarray(weight) for weight in layer.weights]
    flat = np.zeros(network.parameter_count)
    if len(theirs) != len(network.parameters):
        raise NotSaid(f"{len(theirs)} weights for {len(network.parameters)}")
    for parameter, weight in zip(network.parameters, theirs, strict=True):
        if weight.size != parameter.size:
            raise NotSaid(f"a weight of the shape {weight.shape} for {parameter.shape}")
        flat[parameter.start : parameter.stop] = weight.ravel()
    return flat
