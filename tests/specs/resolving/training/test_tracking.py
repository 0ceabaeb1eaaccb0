"""Looking at the layers: off unless asked for, every hundred steps unless said otherwise."""

import json
from typing import Any

import pytest

import specs
from tests.specs.facts import body, resolve


@pytest.mark.parametrize(
    ("asked", "every"),
    [(True, 100), (10, 10), ({}, 100), ({"every": 5}, 5), ({"every": "auto"}, 100), (False, None), (None, None)],
)
def test_layers_are_looked_at_as_often_as_asked(asked: Any, every: int | None) -> None:
    """Each way to write it means one number of steps, or none."""
    spec = resolve(body(tracking={"layer_health": asked})).spec

    assert specs.build_plan(spec).health_every == every
    assert spec.to_json()["tracking"]["layer_health"] == (None if every is None else {"every": every})


def test_nobody_looks_unless_asked() -> None:
    """It costs time, so it is a wish."""
    resolved = resolve(body())

    assert specs.build_plan(resolved.spec).health_every is None
    assert resolved.provenance["/tracking/layer_health"].source == "default"


def test_the_steps_between_two_looks_say_where_they_came_from() -> None:
    """`true` is the wish; the hundred is ours."""
    asked, given = (resolve(body(tracking={"layer_health": wish})) for wish in (True, {"every": 5}))

    assert asked.provenance["/tracking/layer_health/every"].source == "default"
    assert given.provenance["/tracking/layer_health/every"].source == "given"


def test_resolved_looks_resolve_to_themselves() -> None:
    """The history of a repeated job has the same columns."""
    first = resolve(body(tracking={"layer_health": {"every": 5}})).spec
    posted = json.loads(json.dumps(first.to_json()))

    assert resolve(posted).spec == specs.Spec.from_json(posted) == first


def test_a_spec_from_before_the_field_is_read() -> None:
    """Jobs that waited over an update go on."""
    old = resolve(body()).spec.to_json()
    del old["tracking"]["layer_health"], old["training"]["augmentation"]

    assert specs.Spec.from_json(old) == resolve(body()).spec
