"""The layers: from sizes of hidden layers, or from the list of all of them."""

from dataclasses import replace
from math import prod

from neural import vocabulary
from specs.grammar.components import json_value
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted
from specs.pointers import pointer
from specs.resolving.answers.target import Goal
from specs.resolving.components import Names, completed, initializer_for
from specs.resolving.network.layers import settle_layers
from specs.resolving.notes import Notes
from specs.resolving.recipe import TableRecipe
from specs.values import Component, Layer, NetworkSpec

SMALL, LARGE = 1_000, 100_000


def settle_network(
    notes: Notes,
    goal: Goal,
    *,
    training_rows: int,
    link: str,
    input_shape: tuple[int, ...],
    is_scaled: bool,
    recipe: TableRecipe | None = None,
) -> NetworkSpec:
    """Return every layer, output layer included; `is_scaled` tells whether numbers that are predicted are."""
    layers = notes.given.find("network", "layers")
    if layers is not ABSENT:
        shape = _checked_input(notes, input_shape)
        return settle_layers(notes, goal, layers, link=link, input_shape=shape, is_scaled=is_scaled)
    is_flat = len(input_shape) == 1
    return _from_hidden(notes, goal, training_rows=training_rows, link=link, is_flat=is_flat, recipe=recipe)


def _checked_input(notes: Notes, input_shape: tuple[int, ...]) -> tuple[int, ...]:
    """Note a fault where a Keras model was made for rows of another shape; go on with what it was made for."""
    wanted = notes.given.find("network", "input_shape")
    if wanted is ABSENT or tuple(wanted) == input_shape or notes.refused("features"):
        return input_shape
    fits = prod(wanted) == prod(input_shape) and len(wanted) > 1
    notes.fault(
        "spec.shape_mismatch",
        f"The Keras model reads rows of the shape {wanted}, but the features give {list(input_shape)}.",
        ("network", "layers"),
        found=wanted,
        expected=str(list(input_shape)),
        hint="Give the features that shape." if fits else "Choose other columns in `features`, or change the model.",
        patch={"features": {"reshape": wanted}} if fits else None,
    )
    return tuple(wanted)


def hidden_for(training_rows: int) -> list[int]:
    """Return the sizes of hidden layers that a table of this many rows can fill."""
    if training_rows < SMALL:
        return [32, 16]
    return [64, 32] if training_rows < LARGE else [128, 64]


def _from_hidden(
    notes: Notes, goal: Goal, *, training_rows: int, link: str, is_flat: bool, recipe: TableRecipe | None
) -> NetworkSpec:
    given = notes.given.find("network", "hidden")
    sizes, why = given, "from `network.hidden`"
    if given is ABSENT:
        sizes = recipe.hidden if recipe else hidden_for(training_rows)
        why = recipe.because("wide enough for any table") if recipe else f"{counted(training_rows)} training rows"
    names = Names(())
    layers: list[Layer] = [] if is_flat else [_plain(notes, 0, "flatten", names, "dense layers read vectors")]
    normalised = notes.given.find("network", "batch_norm") is True
    rate = notes.given.find("network", "dropout")
    for units in sizes:
        index = len(layers)
        hidden = _hidden(notes, index, units, names, recipe)
        layers += _normalised(notes, index, hidden, names) if normalised else [hidden]
        notes.note(("network", "layers", index, "units"), "inferred" if given is ABSENT else "given", why)
        if rate is not ABSENT and rate:
            layers.append(_dropout(notes, len(layers), rate, names))
        elif rate is ABSENT and recipe:
            layers.append(_dropout(notes, len(layers), recipe.dropout, names, recipe))
    layers.append(output_layer(notes, len(layers), goal, names, link=link))
    return NetworkSpec(layers=tuple(layers))


def _hidden(notes: Notes, index: int, units: int, names: Names, recipe: TableRecipe | None) -> Layer:
    path = ("network", "layers", index)
    given = notes.given.find("network", "activation")
    if given is ABSENT and recipe:
        why = recipe.because("smooth, so that predictions are")
        activation = completed(notes, "activation", {"name": recipe.activation}, (*path, "activation"), because=why)
    elif given is ABSENT:
        activation = completed(notes, "activation", {"name": "relu"}, (*path, "activation"))
        notes.note((*path, "activation"), "default")
    else:
        activation = completed(notes, "activation", given, (*path, "activation"))
    given_init, here = notes.given.find("network", "init"), (*path, "initializer")
    if given_init is ABSENT:
        init = initializer_for(activation.name)
        notes.note(here, "inferred", f"fits `{activation.name}`")
    else:
        init = completed(notes, "initializer", given_init, here)
        notes.note(here, "given", "from `network.init`")
    return dense(notes, index, units, activation, init, names)


def dense(notes: Notes, index: int, units: int, activation: Component, initializer: Component, names: Names) -> Layer:
    """Return a dense layer whose other parameters are defaults."""
    path = ("network", "layers", index)
    for key in ("type", "name"):
        notes.note((*path, key), "inferred", "numbered by type" if key == "name" else "`hidden` means dense layers")
    for key in ("use_bias", "bias_initializer"):
        notes.note((*path, key), "default")
    return Layer(
        type="dense",
        name=names.next("dense"),
        parameters={
            "units": units,
            "activation": activation,
            "initializer": initializer,
            "use_bias": True,
            "bias_initializer": Component(name="zeros"),
        },
    )


def _normalised(notes: Notes, index: int, hidden: Layer, names: Names) -> list[Layer]:
    """Put the normalisation between the products and their activation, where Ioffe & Szegedy 2015 have it."""
    path, why = ("network", "layers", index), "from `network.batch_norm`"
    function = hidden.parameters["activation"]
    source = notes.provenance.pop(pointer((*path, "activation")), None)
    for key in [key for key in notes.provenance if key.startswith(pointer((*path, "activation")) + "/")]:
        after = key.replace(pointer((*path, "activation")), pointer(("network", "layers", index + 2, "function")))
        notes.provenance[after] = notes.provenance.pop(key)
    if source is not None:
        notes.provenance[pointer(("network", "layers", index + 2, "function"))] = source
    notes.note((*path, "activation"), "inferred", "it follows after the normalisation")
    linear = replace(hidden, parameters={**hidden.parameters, "activation": Component(name="linear")})
    norm = _plain(notes, index + 1, "batch_normalization", names, why)
    for key in ("type", "name"):
        notes.note(("network", "layers", index + 2, key), "inferred", why)
    return [linear, norm, Layer(type="activation", name=names.next("activation"), parameters={"function": function})]


def _plain(notes: Notes, index: int, kind: str, names: Names, why: str) -> Layer:
    """Return a layer with all of its defaults."""
    path = ("network", "layers", index)
    for key in ("type", "name"):
        notes.note((*path, key), "inferred", why)
    nested = vocabulary.components_of(kind)
    parameters = {
        info.name: Component(name=str(info.default)) if info.name in nested else json_value(info.default)
        for info in vocabulary.LAYERS[kind].parameters
        if not info.optional
    }
    for key in parameters:
        notes.note((*path, key), "default")
    return Layer(type=kind, name=names.next(kind), parameters=parameters)


def _dropout(notes: Notes, index: int, rate: float, names: Names, recipe: TableRecipe | None = None) -> Layer:
    path = ("network", "layers", index)
    why = recipe.because("keeps the network from learning rows by heart") if recipe else "from `network.dropout`"
    notes.note((*path, "type"), "inferred" if recipe else "given", why)
    notes.note((*path, "name"), "inferred", "numbered by type")
    notes.note((*path, "rate"), "inferred" if recipe else "given", why)
    return Layer(type="dropout", name=names.next("dropout"), parameters={"rate": rate})


def output_layer(notes: Notes, index: int, goal: Goal, names: Names, *, link: str) -> Layer:
    """Return the last layer, as the target needs it."""
    path = ("network", "layers", index)
    layer = dense(notes, index, goal.outputs, Component(name=link), Component(name="glorot_uniform"), names)
    notes.note((*path, "type"), "inferred", "the output layer")
    notes.note((*path, "units"), "inferred", goal.because)
    notes.note((*path, "activation"), "inferred", goal.because)
    notes.note((*path, "initializer"), "inferred", f"fits `{link}`")
    return layer
