"""A network with more parameters than the operator allows is refused where it was made large."""

from typing import Any

import pytest

import specs
from tests.specs.facts import IRIS, body, faults_of, resolve

SMALL = {"hidden": [32, 16]}  # for 4 inputs and 3 classes: 739 weights
PLACES: dict[str, tuple[dict[str, Any], str]] = {
    "the list of layers": (
        {
            "layers": [
                {"type": "dense", "units": 32},
                {"type": "dense", "units": 16},
                {"type": "dense", "units": "auto"},
            ]
        },
        "/network/layers/1",
    ),
    "hidden sizes": ({"hidden": [32, 16]}, "/network/hidden/1"),
    "hidden sizes around other layers": ({"hidden": [32, 16], "batch_norm": True, "dropout": 0.1}, "/network/hidden/1"),
    "what was inferred": ({}, "/network"),
    "an output layer": ({"hidden": [1]}, "/network"),
}


@pytest.mark.parametrize(("network", "place"), PLACES.values(), ids=PLACES)
def test_the_fault_stands_at_the_layer_that_takes_the_most(network: dict[str, Any], place: str) -> None:
    """528 of 739 are between 32 and 16 units."""
    (fault,) = faults_of(body(network=network), IRIS, limits=specs.Limits(parameters=10))

    assert (fault.code, fault.pointer, fault.expected) == ("spec.too_many_parameters", place, "at most 10 parameters")


def test_the_fault_names_what_was_found_and_what_is_allowed() -> None:
    """Whoever reads it knows by how much, and because of which layer."""
    (fault,) = faults_of(body(network=SMALL), IRIS, limits=specs.Limits(parameters=738))

    assert fault.found == 739
    assert "739" in fault.message
    assert "738" in fault.message
    assert "`dense_2`" in fault.message
    assert "528" in fault.message


def test_a_network_may_have_as_many_as_are_allowed() -> None:
    """The limit itself is no fault."""
    resolved = resolve(body(network=SMALL), IRIS, limits=specs.Limits(parameters=739))

    assert resolved.blueprint.network.parameter_count == 739
