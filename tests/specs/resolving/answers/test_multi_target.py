"""What a list of targets, or a target of vectors, is resolved to."""

from typing import Any

import pytest

import specs
from datasets import Column, Kind
from tests.specs.facts import CHURN, HOUSES, category, faults_of, number, resolve


def vector(name: str, *shape: int, low: float = -1, high: float = 3, whole: bool = False) -> Column:
    """Describe a column of arrays."""
    told = {"shape": list(shape), "min": low, "max": high, "mean": 0.5, "std": 0.5, "whole": whole}
    return Column(
        name=name, kind=Kind.VECTOR, missing=0, distinct=0, distinct_exact=False, numeric=True, statistics=told
    )


def with_vector(*shape: int, **told: Any) -> specs.DatasetFacts:
    """Make a dataset with one feature and a target `y` of arrays."""
    return specs.DatasetFacts("ds_any", 500, (number("always"), vector("y", *shape, **told)))


def test_several_numbers_are_predicted_together() -> None:
    """One linear output for each, the squared error over all."""
    resolved = resolve({"dataset_id": "ds_houses", "target": ["price", "area"]}, HOUSES)

    spec, last = resolved.spec, resolved.spec.network.layers[-1]
    assert (spec.task, spec.target, resolved.sizes.outputs) == ("regression", ("price", "area"), 2)
    assert (last.parameters["units"], last.activation and last.activation.name) == (2, "linear")
    assert spec.training.loss.name == "mean_squared_error"
    assert spec.tracking.metrics == ("rmse", "mae", "r2")
    assert spec.features.include == ("rooms",)
    assert resolved.provenance["/target/0"].source == "given"
    place = len(spec.network.layers) - 1
    assert resolved.provenance[f"/network/layers/{place}/units"].reason == "2 numbers for each row"


def test_several_yes_no_columns_are_labels_of_one_row() -> None:
    """One sigmoid for each, since one answer does not exclude another; and no split by class."""
    resolved = resolve({"dataset_id": "ds_churn", "target": ["news", "churned"]}, CHURN)

    spec, last = resolved.spec, resolved.spec.network.layers[-1]
    assert (spec.task, resolved.sizes.outputs) == ("multilabel", 2)
    assert resolved.provenance["/task"].reason == "2 columns of yes and no"
    assert (last.parameters["units"], last.activation and last.activation.name) == (2, "sigmoid")
    assert spec.training.loss.name == "binary_crossentropy"
    assert spec.tracking.metrics == ("accuracy", "f1", "auc")
    assert spec.split.stratify is False
    assert "several answers" in str(resolved.provenance["/split/stratify"].reason)
    assert not {"news", "churned"} & {*spec.features.include, *spec.features.exclude}


def test_zeros_and_ones_are_yes_and_no_unless_numbers_are_asked_for() -> None:
    """A column of 0 and 1 beside others like it is a label; who says `regression` gets shares."""
    flags = [number(name, distinct=2, whole=True, top={"0": 60, "1": 40}) for name in "ab"]
    facts = specs.DatasetFacts("ds_any", 100, (number("always"), *flags))
    body = {"dataset_id": "ds_any", "target": ["a", "b"]}

    assert resolve(body, facts).spec.task == "multilabel"
    assert resolve({**body, "task": "regression"}, facts).spec.training.loss.name == "mean_squared_error"


def test_two_values_that_are_not_yes_and_no_are_refused_in_a_list() -> None:
    """Nobody could tell which of `red` and `blue` is true."""
    facts = specs.DatasetFacts(
        "ds_any", 100, (number("x"), category("c", {"red": 50, "blue": 50}), category("d", {"no": 50, "yes": 50}))
    )

    (fault,) = faults_of({"dataset_id": "ds_any", "target": ["c", "d"], "task": "multilabel"}, facts)

    assert (fault.code, fault.pointer) == ("data.not_boolean", "/target/0")
    assert "`c`" in fault.message
    assert "yes and no" in str(fault.expected)


def test_everything_wrong_with_a_list_is_told_at_once() -> None:
    """Each column has its own place."""
    faults = faults_of({"dataset_id": "ds_churn", "target": ["aeg", "notes", "income"]}, CHURN)

    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("spec.unknown_column", "/target/0"),
        ("data.target_missing", "/target/1"),
    ]


@pytest.mark.parametrize("target", [["price", "area"], ["area", "price", "rooms"]])
def test_a_resolved_list_resolves_to_itself(target: list[str]) -> None:
    """The promise that holds for every spec: posted again, nothing is left to be inferred otherwise."""
    facts = specs.DatasetFacts("ds_houses", 400, (*HOUSES.columns, number("year")))
    first = resolve({"dataset_id": "ds_houses", "target": target}, facts).spec

    assert resolve(first.to_json(), facts).spec == first
    assert specs.Spec.from_json(first.to_json()) == first


def test_auto_units_are_as_many_as_targets() -> None:
    """The long form leaves the count to the service."""
    layers = [{"type": "dense", "units": 8, "activation": "tanh"}, {"type": "dense", "units": "auto"}]

    resolved = resolve({"dataset_id": "ds_houses", "target": ["price", "area"], "network": {"layers": layers}}, HOUSES)

    assert resolved.spec.network.layers[-1].parameters["units"] == 2


def test_a_column_of_arrays_is_answered_by_an_image() -> None:
    """As many values as its cells have numbers, put in a row at the end."""
    facts = specs.DatasetFacts("ds_any", 500, (vector("x", 4, 4, 1), vector("y", 4, 4, 1)))
    layers = [{"type": "conv2d", "filters": 2, "padding": "same"}, {"type": "conv2d", "filters": 1, "padding": "same"}]

    resolved = resolve({"dataset_id": "ds_any", "target": "y", "network": {"layers": layers}}, facts)

    assert resolved.sizes.outputs == 16
    assert resolved.spec.network.layers[-1].type == "flatten"


@pytest.mark.parametrize(
    ("facts", "task", "link"),
    [
        (with_vector(3), "regression", "linear"),
        (with_vector(3, low=0, high=1), "regression", "linear"),
        (with_vector(3, low=0, high=2, whole=True), "regression", "linear"),
        (with_vector(3, low=0, high=1, whole=True), "multilabel", "sigmoid"),
    ],
)
def test_a_column_of_vectors_has_an_output_for_each_number(facts: specs.DatasetFacts, task: str, link: str) -> None:
    """Zeros and ones throughout are answers, everything else numbers."""
    resolved = resolve({"dataset_id": "ds_any", "target": "y"}, facts)

    last = resolved.spec.network.layers[-1]
    assert (resolved.spec.task, resolved.spec.target) == (task, "y")
    assert (last.parameters["units"], last.activation and last.activation.name) == (3, link)
    assert resolve(resolved.spec.to_json(), facts).spec == resolved.spec


@pytest.mark.parametrize(
    ("facts", "more", "code", "pointer"),
    [
        (with_vector(3, low=2, high=2), {}, "data.target_single_value", "/target"),
        (with_vector(3), {"task": "multilabel"}, "spec.conflict", "/task"),
        (with_vector(3, low=0, high=1, whole=True), {"task": "binary"}, "spec.conflict", "/task"),
        (with_vector(3), {"target": ["y", "always"]}, "spec.conflict", "/target/0"),
    ],
)
def test_vectors_that_cannot_be_predicted_are_told(
    facts: specs.DatasetFacts, more: dict[str, Any], code: str, pointer: str
) -> None:
    """Constants, and tasks that do not fit what the vectors hold."""
    (fault,) = faults_of({"dataset_id": "ds_any", "target": "y", **more}, facts)

    assert (fault.code, fault.pointer) == (code, pointer)
    assert "`y`" in fault.message


def test_a_dataset_to_validate_on_needs_every_target() -> None:
    """Half of the answers could not be scored."""
    other = specs.DatasetFacts("ds_other", 100, tuple(c for c in HOUSES.columns if c.name != "area"))
    body = {"dataset_id": "ds_houses", "target": ["price", "area"], "split": {"validation_dataset_id": "ds_other"}}

    (fault,) = faults_of(body, HOUSES, validation=other)

    assert fault.pointer == "/split/validation_dataset_id"
    assert "`area`" in fault.message
