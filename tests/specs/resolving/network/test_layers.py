"""The long form of a network: every layer of the vocabulary, how layers read each other, and the shapes between."""

from typing import Any

import pytest

import specs
from neural import vocabulary
from specs.pointers import apply_patch
from tests.specs.facts import IRIS, body, faults_of, resolve

Layers = list[dict[str, Any]]
HEAD = {"type": "dense", "units": "auto"}
HIDDEN = {"type": "dense", "units": 4, "activation": "relu", "name": "a"}


def layers(*given: dict[str, Any]) -> dict[str, Any]:
    """Make a body with a network in the long form."""
    return body(network={"layers": list(given)})


def test_a_residual_block_is_built_as_written() -> None:
    """Names connect layers; without them a network could only be a chain."""
    given = layers(HIDDEN, {"type": "dense", "units": 4, "name": "b"}, {"type": "add", "inputs": ["a", "b"]}, HEAD)

    resolved = resolve(given)
    network = specs.build_network(resolved.spec, resolved.sizes.input_shape, 3)

    assert network.sources == ((0,), (1,), (1, 2), (3,))
    assert resolved.spec.to_json()["network"]["layers"][2]["inputs"] == ["a", "b"]
    assert resolve(resolved.spec.to_json()).spec == resolved.spec


def test_branches_may_read_the_input() -> None:
    """Parts of a row can go through networks of their own."""
    given = layers(
        {"type": "slice", "stop": 2, "name": "left"},
        {"type": "slice", "start": 2, "stop": 4, "name": "right", "inputs": ["input"]},
        {"type": "concatenate", "inputs": ["left", "right"]},
        HEAD,
    )

    summary = specs.summarize(resolve(given), IRIS)

    assert [layer["output_shape"] for layer in summary["layers"]] == [[2], [2], [4], [3]]


def test_sizes_of_several_axes_say_where_they_come_from() -> None:
    """Each number of a list is a leaf of the resolved spec, and every leaf has a source."""
    given = layers(
        {"type": "reshape", "target_shape": [2, 2, 1]},
        {"type": "conv2d", "filters": 3, "kernel_size": [2, 1]},
        {"type": "flatten"},
        HEAD,
    )

    resolved = resolve(given)

    assert resolved.provenance["/network/layers/0/target_shape/2"].source == "given"
    assert resolved.provenance["/network/layers/1/kernel_size/0"].source == "given"
    assert resolve(resolved.spec.to_json()).spec == resolved.spec


def test_penalties_and_limits_of_a_layer_are_said_only_where_they_are_given() -> None:
    """Most layers have none, and eight lines of `none` for each would hide those that have one."""
    given = layers({**HIDDEN, "kernel_regularizer": "l2", "bias_constraint": {"name": "max_norm", "axis": [0]}}, HEAD)

    resolved = resolve(given)

    hidden, head = resolved.spec.to_json()["network"]["layers"]
    assert hidden["kernel_regularizer"] == {"name": "l2", "l2": 0.01}
    assert hidden["bias_constraint"] == {"name": "max_norm", "max_value": 2.0, "axis": [0]}
    assert not [key for key in (*hidden, *head) if "activity" in key or key == "kernel_constraint"]
    assert resolved.provenance["/network/layers/0/kernel_regularizer/l2"].source == "default"
    assert resolve(resolved.spec.to_json()).spec == resolved.spec


WRONG: list[tuple[str, Layers, str, str]] = [
    (
        "an unknown name",
        [HIDDEN, {"type": "add", "inputs": ["a", "inputt"]}, HEAD],
        "spec.unknown_choice",
        "/network/layers/1/inputs/1",
    ),
    (
        "a later layer",
        [HIDDEN, {"type": "add", "inputs": ["a", "z"]}, {**HEAD, "name": "z"}],
        "spec.unknown_choice",
        "/network/layers/1/inputs/1",
    ),
    ("one input for a sum", [HIDDEN, {"type": "add"}, HEAD], "spec.missing_field", "/network/layers/1/inputs"),
    (
        "two inputs for a dense layer",
        [HIDDEN, {"type": "dense", "units": 2, "inputs": ["a", "input"]}, HEAD],
        "spec.shape_mismatch",
        "/network/layers/1/inputs",
    ),
    (
        "an output that nobody reads",
        [HIDDEN, {"type": "dense", "units": 2, "inputs": ["input"]}, HEAD],
        "spec.shape_mismatch",
        "/network/layers/0",
    ),
    (
        "a sum of different shapes",
        [{**HIDDEN, "units": 7}, {"type": "add", "inputs": ["a", "input"]}, HEAD],
        "spec.shape_mismatch",
        "/network/layers/1",
    ),
    ("a slice beyond the row", [{"type": "slice", "stop": 9}, HEAD], "spec.shape_mismatch", "/network/layers/0"),
    (
        "a slice that ends before it starts",
        [{"type": "slice", "start": 2, "stop": 1}, HEAD],
        "spec.out_of_range",
        "/network/layers/0/stop",
    ),
    (
        "lengths along an axis that there is not",
        [{**HIDDEN, "kernel_constraint": {"name": "max_norm", "axis": [2]}}, HEAD],
        "spec.out_of_range",
        "/network/layers/0/kernel_constraint/axis",
    ),
    (
        "a penalty on outputs that the loss makes",
        [HIDDEN, {**HEAD, "activity_regularizer": "l2"}],
        "spec.not_supported_yet",
        "/network/layers/1/activity_regularizer",
    ),
    (
        "a penalty that there is not",
        [{**HIDDEN, "kernel_regularizer": "l3"}, HEAD],
        "spec.unknown_choice",
        "/network/layers/0/kernel_regularizer",
    ),
    ("an end without outputs", [{"type": "slice", "stop": 2}], "spec.shape_mismatch", "/network/layers/0"),
]


@pytest.mark.parametrize(("given", "code", "pointer"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_does_not_fit_is_told_with_its_layer(given: Layers, code: str, pointer: str) -> None:
    """One fault for one cause, at the layer, and never a job that fails at its first line."""
    faults = faults_of(layers(*given))

    assert [(fault.code, fault.pointer) for fault in faults] == [(code, pointer)]


def test_the_message_says_what_the_layer_got_and_what_it_needs() -> None:
    """Whoever builds networks thinks in shapes."""
    fault = faults_of(layers({"type": "slice", "stop": 9}, HEAD))[0]

    assert "`slice_1`" in fault.message
    assert "[4]" in fault.message
    assert fault.expected == "a vector or sequence of at least 9"


def test_a_misspelt_input_is_corrected() -> None:
    """The patch makes the body right."""
    given = layers(HIDDEN, {"type": "add", "inputs": ["a", "inputt"]}, {"type": "slice", "stop": 4}, HEAD)
    fault = faults_of(given)[0]

    left = faults_of(apply_patch(given, fault.patch))

    assert fault.suggestion == "input"
    assert "spec.unknown_choice" not in [found.code for found in left]


@pytest.mark.parametrize("name", list(vocabulary.LAYERS))
def test_every_layer_of_the_vocabulary_can_be_written(name: str) -> None:
    """A layer that the mathematics has and no job can use would be lost."""
    entry = vocabulary.LAYERS[name]
    needed = {info.name: 2 for info in entry.parameters if info.default is None and info.type in {"int", "sizes"}}
    texts = {info.name: info.choices[0] for info in entry.parameters if info.default is None and info.choices}
    shares = {info.name: 0.5 for info in entry.parameters if info.default is None and info.type == "float"}
    lists = {info.name: [1.0] for info in entry.parameters if info.default is None and info.type == "floats"}

    given = specs.read(layers({"type": name, **needed, **texts, **shares, **lists}, HEAD))

    assert {fault.code for fault in given.faults} <= {"spec.wrong_type"}  # of sizes that must be a list
    assert not [fault for fault in given.faults if fault.pointer == "/network/layers/0/type"]
