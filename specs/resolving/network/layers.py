"""The long form: every layer was written, and what is open in one is settled."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from neural import vocabulary
from neural.fields import ParameterInfo
from neural.layers.shared.mask_use import FIRST
from specs.grammar.components import json_value
from specs.grammar.fields import AUTO
from specs.keras.layers import AXIS_OF_LAYER
from specs.pointers import at, merged, patch_at
from specs.resolving.answers.output import Output, check_output, check_units, find_output
from specs.resolving.answers.target import Goal
from specs.resolving.components import Names, completed, initializer_for
from specs.resolving.network.masks import check_masked_end
from specs.resolving.network.shapes import check_end, check_shapes
from specs.resolving.notes import Notes
from specs.values import Component, Layer, NetworkSpec

Given = Mapping[str, Any]


def settle_layers(
    notes: Notes,
    goal: Goal,
    given: Sequence[Given],
    *,
    link: str,
    input_shape: tuple[int, ...],
    is_scaled: bool = True,
) -> NetworkSpec:
    """Return the layers as given, with names, defaults and what was auto filled in.

    Outputs in the shape of an image or a sequence are put in a row, as the values of the target are.
    """
    _check_names(notes, given)
    is_first = notes.given.find("network", "semantics") == FIRST
    output = find_output(given, is_first=is_first)
    names = Names(str(layer["name"]) for layer in given if layer.get("name", AUTO) != AUTO)
    layers = [_settle(notes, index, layer, names, output, goal, link) for index, layer in enumerate(given)]
    before = len(notes.faults)
    check_output(notes, goal, layers, output, link=link, is_scaled=is_scaled)
    if len(notes.faults) == before and not notes.refused("features"):
        axes = [layer.get(AXIS_OF_LAYER) for layer in given]
        shape = check_shapes(notes, layers, input_shape, axes)
        is_row = shape is not None and check_end(notes, goal, layers, output, shape, is_first=is_first)
        if is_row and check_masked_end(notes, layers):
            layers.append(_in_a_row(notes, len(layers), names, goal))
    else:
        check_units(notes, goal, layers, output)
    _mention_linear(notes, layers, output)
    return NetworkSpec(layers=tuple(layers))


def _in_a_row(notes: Notes, index: int, names: Names, goal: Goal) -> Layer:
    """Put the outputs in a row."""
    for key in ("type", "name"):
        notes.note(("network", "layers", index, key), "inferred", f"{goal.because}, one after the other")
    return Layer(type="flatten", name=names.next("flatten"), parameters={})


def _settle(notes: Notes, index: int, given: Given, names: Names, output: Output, goal: Goal, link: str) -> Layer:
    path = ("network", "layers", index)
    notes.note((*path, "type"), "given")
    entry = vocabulary.LAYERS[given["type"]]
    settled: dict[str, Any] = {}
    for info in entry.parameters:
        value = given.get(info.name, json_value(info.default))
        here = (*path, info.name)
        if info.optional:
            settled |= _optional(notes, given, info, here, is_output=index == output.function, link=link)
            continue
        if vocabulary.kind_of(info) == "activation":
            is_link = index == output.function
            settled[info.name] = _activation(
                notes, given.get(info.name), info, here, link=link if is_link else None, goal=goal
            )
        elif value == AUTO:
            settled[info.name] = _inferred(
                notes, info.name, here, is_output=index == output.units, goal=goal, settled=settled
            )
        elif vocabulary.kind_of(info) == "initializer":
            settled[info.name] = _initializer(notes, given.get(info.name), str(info.default), here)
        else:
            settled[info.name] = value
            notes.note(here, "given" if info.name in given else "default")
    name = _name(notes, path, given, names)
    inputs = given.get("inputs", AUTO)
    for place, _ in enumerate(inputs if inputs != AUTO else ()):
        notes.note((*path, "inputs", place), "given")
    return Layer(type=entry.name, name=name, parameters=settled, inputs=None if inputs == AUTO else tuple(inputs))


def _activation(
    notes: Notes,
    given: Given | str | None,
    info: ParameterInfo,
    path: tuple[str | int, ...],
    *,
    link: str | None,
    goal: Goal,
) -> Component:
    """Return a layer's function; `link` is what the loss needs of the output layer, None for other layers."""
    if isinstance(given, Mapping):
        if link is not None and given["name"] == "linear" != link:
            notes.warn("spec.rewritten", f"`linear` before this loss gives logits; it was read as `{link}`.", path)
            return completed(notes, "activation", {"name": link}, path, because="the loss works from logits")
        return completed(notes, "activation", given, path)
    if link is not None:
        return completed(notes, "activation", {"name": link}, path, because=goal.because)
    own = str(info.default or "linear")
    name = "relu" if given == AUTO and own == "linear" else own
    activation = completed(notes, "activation", {"name": name}, path)
    notes.note(path, "default")
    return activation


def _optional(
    notes: Notes, given: Given, info: ParameterInfo, path: tuple[str | int, ...], *, is_output: bool, link: str
) -> dict[str, Any]:
    """Return what says nothing where it is not given: a penalty or limit of the layer's own, or a plain value."""
    if info.name not in given:
        return {}
    kind = vocabulary.kind_of(info)
    if kind is None:
        notes.note(path, "given")
        return {info.name: given[info.name]}
    if info.name == "activity_regularizer" and is_output and link != "linear" and given[info.name]["name"] != "none":
        notes.fault(
            "spec.not_supported_yet",
            f"`activity_regularizer` cannot hold for the outputs here: the loss applies `{link}` itself.",
            path,
            found=given[info.name]["name"],
            expected="none",
            suggestion="none",
            hint="Give it to the layer before, or say `kernel_regularizer`.",
        )
    return {info.name: completed(notes, kind, given[info.name], path)}


def _initializer(notes: Notes, given: Given | None, default: str, path: tuple[str | int, ...]) -> Component:
    if given is not None:
        return completed(notes, "initializer", given, path)
    component = completed(notes, "initializer", {"name": default}, path)
    notes.note((*path, "name") if component.parameters else path, "default")
    return component


def _inferred(
    notes: Notes, name: str, path: tuple[str | int, ...], *, is_output: bool, goal: Goal, settled: Mapping[str, Any]
) -> Any:
    if name == "units":
        if not is_output:
            notes.fault(
                "spec.missing_field",
                "`units` can be auto in the output layer only; other layers need a number.",
                path,
                found=AUTO,
                expected="a whole number",
                suggestion=32,
            )
            return 32
        notes.note(path, "inferred", goal.because)
        return goal.outputs
    if name == "initializer" and "activation" not in settled:
        notes.note(path, "default")
        return Component(name="glorot_uniform")
    activation = settled["activation"].name
    notes.note(path, "inferred", f"fits `{activation}`")
    return initializer_for(activation)


def _name(notes: Notes, path: tuple[str | int, ...], given: Given, names: Names) -> str:
    name = given.get("name", AUTO)
    if name != AUTO:
        names.skip(given["type"])
        notes.note((*path, "name"), "given")
        return str(name)
    notes.note((*path, "name"), "inferred", "numbered by type")
    return names.next(given["type"])


def _check_names(notes: Notes, given: Sequence[Given]) -> None:
    seen: Counter[str] = Counter()
    taken = {layer.get("name") for layer in given}
    for index, layer in enumerate(given):
        name = layer.get("name", AUTO)
        if name == AUTO:
            continue
        seen[name] += 1
        if seen[name] > 1:
            other = next(f"{name[:50]}_{number}" for number in range(2, 1000) if f"{name[:50]}_{number}" not in taken)
            notes.fault(
                "spec.conflict",
                f"Two layers are called `{name}`; their weights need different names.",
                ("network", "layers", index, "name"),
                found=name,
                suggestion=other,
            )


def _mention_linear(notes: Notes, layers: Sequence[Layer], output: Output) -> None:
    """Tell about dense layers in a row without an activation between them: together they are one linear layer."""
    for index, (layer, after) in enumerate(pairwise(layers)):
        is_linear = layer.type == "dense" and layer.activation is not None and layer.activation.name == "linear"
        if is_linear and after.type == "dense" and index != output.units:
            path = ("network", "layers", index, "activation")
            posted = notes.given.posted
            written = isinstance(at(posted, ("network", "layers")), list)  # else the model came from Keras
            patch = patch_at(posted, path, "relu") if written else None
            notes.warn(
                "spec.linear_layer",
                f"`layers[{index}]` has no activation, so together with the next layer it is one linear layer.",
                path,
                patch=merged(patch) if patch else None,
            )
