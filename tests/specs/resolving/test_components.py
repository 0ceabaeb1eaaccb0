"""Initializers with parameters, wherever a body may name one: read, resolved with their sources, built."""

from typing import Any

import pytest

import specs
from neural.initializers.variance_scaling import VarianceScaling
from tests.specs.facts import body, faults_of, resolve

GIVEN = {"name": "variance_scaling", "scale": 2.0}
WHOLE = {**GIVEN, "mode": "fan_in", "distribution": "truncated_normal"}
HEAD = {"type": "dense", "units": "auto"}
BODIES: dict[str, tuple[dict[str, Any], str]] = {  # a body, and where it names the initializer
    "short form": (body(network={"hidden": [8], "init": GIVEN}), "/network/init"),
    "layer": (
        body(network={"layers": [{"type": "dense", "units": 8, "initializer": GIVEN}, HEAD]}),
        "/network/layers/0/initializer",
    ),
    "bias": (
        body(network={"layers": [{"type": "dense", "units": 8, "bias_initializer": GIVEN}, HEAD]}),
        "/network/layers/0/bias_initializer",
    ),
}


def at(layer: dict[str, Any], place: str) -> Any:
    """Return the initializer of a resolved layer that a body named."""
    return layer["bias_initializer" if place.endswith("bias_initializer") else "initializer"]


@pytest.mark.parametrize("form", BODIES)
def test_parameters_of_an_initializer_are_resolved(form: str) -> None:
    """What was given and what is a default is told apart, parameter by parameter; posted again, nothing moves."""
    given, place = BODIES[form]

    resolved = resolve(given)
    first = resolved.spec.to_json()["network"]["layers"][0]
    path = f"/network/layers/0/{place.rpartition('/')[2].replace('init', 'initializer', form == 'short form')}"

    assert at(first, place) == WHOLE
    assert resolved.provenance[f"{path}/scale"].source == "given"
    assert resolved.provenance[f"{path}/mode"].source == "default"
    assert resolve(resolved.spec.to_json()).spec == resolved.spec


@pytest.mark.parametrize("form", BODIES)
def test_parameters_of_an_initializer_reach_the_network(form: str) -> None:
    """The kernel, or the bias, is drawn as the body says."""
    resolved = resolve(BODIES[form][0])

    network = specs.build_network(resolved.spec, resolved.sizes.input_shape, 3)
    kernel, bias, *_ = network.parameters

    assert (bias if form == "bias" else kernel).initializer == VarianceScaling(scale=2.0)


@pytest.mark.parametrize("form", BODIES)
@pytest.mark.parametrize(
    ("wrong", "code", "key"),
    [
        ({"name": "variance_scaling", "scale": 0}, "spec.out_of_range", "/scale"),
        ({"name": "variance_scaling", "mode": "fan"}, "spec.unknown_choice", "/mode"),
        ({"name": "variance_scaling", "gain": 2}, "spec.unknown_field", "/gain"),
        ({"name": "he_norml"}, "spec.unknown_choice", "/name"),
        ({"scale": 2}, "spec.missing_field", "/name"),
        ({"name": "random_uniform", "minval": 1.0}, "spec.out_of_range", "/minval"),
    ],
    ids=["scale", "mode", "unknown", "misspelt", "unnamed", "bounds"],
)
def test_a_wrong_parameter_is_told_where_it_stands(form: str, wrong: dict[str, Any], code: str, key: str) -> None:
    """The same answer in each place."""
    given, place = BODIES[form]
    changed = _replaced(given, wrong)

    faults = faults_of(changed)

    assert [(fault.code, fault.pointer) for fault in faults] == [(code, place + key)]


def _replaced(value: Any, wrong: dict[str, Any]) -> Any:
    """Put another initializer where the sound one stands."""
    if value == GIVEN:
        return wrong
    if isinstance(value, dict):
        return {key: _replaced(item, wrong) for key, item in value.items()}
    return [_replaced(item, wrong) for item in value] if isinstance(value, list) else value


def test_capabilities_list_what_an_initializer_takes() -> None:
    """With defaults and bounds."""
    found = next(entry for entry in specs.capabilities()["initializers"] if entry["name"] == "variance_scaling")
    parameters = {parameter["name"]: parameter for parameter in found["parameters"]}

    assert parameters["scale"]["default"] == 1.0
    assert parameters["scale"]["exclusive_minimum"] == 0
    assert parameters["mode"]["choices"] == ["fan_in", "fan_out", "fan_avg"]
