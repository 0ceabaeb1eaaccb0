"""What does not fit is refused before anything is allocated, and quickly."""

import time
from typing import Any

import pytest

import specs
from specs.pointers import apply_patch
from tests.observing import PROMPTLY
from tests.specs.facts import CHURN, IRIS, body, faults_of, number, resolve

WIDE = specs.DatasetFacts(
    "ds_wide", 100_000_000, (*(number(f"x{index}") for index in range(1000)), number("y", distinct=10**6))
)
HUGE: list[tuple[dict[str, Any], str]] = [
    ({"network": {"hidden": [10**9]}}, "spec.out_of_range"),
    ({"network": {"hidden": [10**6, 10**6]}}, "spec.too_big"),
    ({"network": {"hidden": [10**6] * 256}}, "spec.too_big"),
    ({"network": {"hidden": [64] * 10_000}}, "spec.out_of_range"),
    ({"network": {"layers": [{"type": "dense", "units": 10**30}] * 10_000}}, "spec.out_of_range"),
    (
        {"network": {"layers": [{"type": "dense", "units": 10**6}] * 255 + [{"type": "dense", "units": 3}]}},
        "spec.too_big",
    ),
    ({"training": {"epochs": 10**9}}, "spec.out_of_range"),
    ({"training": {"batch_size": 10**9}}, "spec.out_of_range"),
]


@pytest.mark.parametrize(("change", "code"), HUGE, ids=lambda value: str(value)[:50])
def test_huge_jobs_are_refused_at_once(change: dict[str, Any], code: str) -> None:
    """A body of a hundred bytes must not cost more than it takes to read it."""
    started = min(_seconds(change) for _ in range(3))

    faults = faults_of(body(**change))

    assert started < PROMPTLY  # some 20 ms alone; to allocate what is asked for would take minutes
    assert {fault.code for fault in faults} == {code}


def _seconds(change: dict[str, Any]) -> float:
    started = time.perf_counter()
    faults_of(body(**change))
    return time.perf_counter() - started


def test_ten_thousand_columns_are_resolved_quickly() -> None:
    """Wide tables are ordinary in biology."""
    facts = specs.DatasetFacts(
        "ds_iris", 5000, (*(number(f"x{index}", missing=1) for index in range(9_999)), IRIS.columns[-1])
    )
    started = time.perf_counter()

    resolved = resolve(resolve(body(task="multiclass"), facts).spec.to_json(), facts)

    assert time.perf_counter() - started < 30
    assert resolved.sizes.inputs == 2 * 9_999


def test_a_table_that_does_not_fit_is_said_to_be_the_cause() -> None:
    """Smaller layers would not help."""
    (fault,) = faults_of({"dataset_id": "ds_wide", "target": "y"}, WIDE)

    assert (fault.code, fault.pointer) == ("spec.too_big", "/dataset_id")


def test_a_batch_that_does_not_fit_is_proposed_smaller() -> None:
    """The suggestion itself fits."""
    facts = specs.DatasetFacts("ds_any", 2_000_000, (number("x"), number("y", distinct=10**6)))
    wished = {
        "dataset_id": "ds_any",
        "target": "y",
        "network": {"hidden": [2000]},
        "training": {"batch_size": 1_000_000},
    }

    (fault,) = faults_of(wished, facts)

    assert (fault.code, fault.pointer) == ("spec.too_big", "/training/batch_size")
    assert faults_of(apply_patch(wished, fault.patch), facts) == ()


def test_limits_can_be_set() -> None:
    """Operators know their machines."""
    small = specs.Limits(memory_bytes=1000)

    (fault,) = faults_of(body(), IRIS, limits=small)

    assert fault.code == "spec.too_big"


def test_float64_needs_about_twice_the_memory() -> None:
    """The estimate follows what is asked for."""
    wide = {"hidden": [2000, 2000]}

    single = specs.estimate_memory(resolve(body(network=wide)).blueprint)
    double = specs.estimate_memory(resolve(body(network=wide, training={"dtype": "float64"})).blueprint)

    assert double.parameters == 2 * single.parameters
    assert double.total > 1.4 * single.total


def test_the_summary_counts_what_the_network_has() -> None:
    """4 inputs, 32, 16 and 3 units make 739 weights."""
    summary = specs.summarize(resolve(body(network={"hidden": [32, 16]})), IRIS)

    assert summary["parameters"] == 739
    assert [layer["output_shape"] for layer in summary["layers"]] == [[32], [16], [3]]
    assert summary["inputs_reason"] == "4 columns → 4 inputs: 4 numbers"
    assert summary["steps"] == 800


def test_the_summary_says_how_columns_become_inputs() -> None:
    """Categories make more inputs than columns."""
    summary = specs.summarize(resolve(body("churn"), CHURN), CHURN)

    assert summary["inputs"] == 7
    assert summary["inputs_reason"] == "4 columns → 7 inputs: 2 numbers, 1 category, 1 boolean"


def test_the_estimate_counts_the_steps_of_all_epochs() -> None:
    """Progress is measured in steps."""
    estimate = specs.estimate(resolve(body(training={"epochs": 7, "batch_size": 50, "members": 1})))

    assert estimate["steps"] == 7 * 3
    assert 0 < estimate["duration_s"]["low"] <= estimate["duration_s"]["high"]


def test_members_cost_what_as_many_trainings_cost() -> None:
    """A quote that forgot them would be five times too small."""
    one, four = (resolve(body(training={"epochs": 7, "members": members})) for members in (1, 4))

    single, ensemble = specs.estimate(one), specs.estimate(four)

    for name in ("steps", "flops"):
        assert ensemble[name] == 4 * single[name]
    assert ensemble["epoch_s"] == pytest.approx(4 * single["epoch_s"], rel=1e-3)
    assert specs.estimate_memory(four.blueprint).parameters == 4 * specs.estimate_memory(one.blueprint).parameters
    assert specs.summarize(four, IRIS)["parameters"] == 4 * specs.summarize(one, IRIS)["parameters"]
