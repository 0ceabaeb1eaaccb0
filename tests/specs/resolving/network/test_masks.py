"""A network whose values answer columns must not end with a mask: Keras would learn from the steps that count alone."""

from typing import Any

import pytest

import specs
from specs.pointers import apply_patch
from tests.specs.facts import body, faults_of, number, resolve

WORDS = [f"w{index}" for index in range(3)]
EMBEDDED = {"type": "embedding", "input_dim": 10, "output_dim": 2, "mask_zero": True}
TAGS = {"type": "dense", "units": 1}


def tagging(*layers: dict[str, Any], tags: int = 3) -> tuple[dict[str, Any], specs.DatasetFacts]:
    """A job that answers numbers for the words of a row."""
    names = [f"t{index}" for index in range(tags)]
    facts = specs.DatasetFacts("ds_iris", 150, tuple(map(number, [*WORDS, *names])))
    features = {"include": WORDS, "scaling": "none"}
    return body(target=names, features=features, network={"layers": list(layers)}), facts


@pytest.mark.parametrize("between", [[], [{"type": "lstm", "units": 2, "return_sequences": True}]], ids=["", "lstm"])
def test_a_mask_at_the_end_is_refused_with_what_ends_it(between: list[dict[str, Any]]) -> None:
    """Trained on every step in silence, biases would learn from padding; the patch says that this is meant."""
    order, facts = tagging(EMBEDDED, *between, TAGS)

    (fault,) = faults_of(order, facts)

    assert (fault.code, fault.pointer) == ("spec.not_supported_yet", f"/network/layers/{1 + len(between)}")
    assert "still has a mask" in fault.message
    ended = resolve(apply_patch(order, fault.patch), facts)
    assert ended.spec.network.layers[-1].type == "flatten"
    assert resolve(ended.spec.to_json(), facts).spec == ended.spec


@pytest.mark.parametrize(
    "layers",
    [
        (EMBEDDED | {"mask_zero": False}, TAGS),
        (EMBEDDED, {"type": "zero_padding1d", "padding": 0}, TAGS),  # which ends it
    ],
    ids=["no mask", "ended before"],
)
def test_without_a_mask_outputs_are_put_in_a_row(layers: tuple[dict[str, Any], ...]) -> None:
    """Every step counts, and nobody is told anything."""
    order, facts = tagging(*layers)

    assert resolve(order, facts).spec.network.layers[-1].type == "flatten"
