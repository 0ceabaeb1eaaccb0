"""Every way to steer a training reaches the plan, and a resolved one resolves to itself."""

import json
from typing import Any

import pytest

import specs
from neural import vocabulary
from tests.specs.facts import HOUSES, IRIS, body, faults_of, resolve
from tests.specs.test_building import EXAMPLES, job

ASKED: dict[str, Any] = {
    "schedule": {"name": "cosine", "warmup_steps": 5},
    "gradient_accumulation_steps": 4,
    "clip_parameter_norm": 2,
    "max_norm": 3,
    "averaging": {"name": "ema", "momentum": 0.9},
    "checkpoint_every_s": 15,
    "frozen": ["dense_1"],
    "learning_rate_factors": {"dense_2": 0.5},
    "early_stopping": {"start_from_epoch": 3, "baseline": 0.5, "restore_best": False},
}


def test_the_plan_holds_what_was_asked_for() -> None:
    """A field that is accepted and forgotten would be a lie."""
    spec = resolve(body(training=ASKED)).spec

    plan = specs.build_plan(spec)

    assert plan.schedule == vocabulary.create("schedule", "cosine", warmup_steps=5)
    assert (plan.gradient_accumulation_steps, plan.clip_parameter_norm, plan.max_norm) == (4, 2.0, 3.0)
    assert plan.averaging == vocabulary.create("averaging", "ema", momentum=0.9)
    assert (plan.frozen, plan.learning_rate_factors) == (("dense_1",), {"dense_2": 0.5})
    assert plan.early_stopping is not None
    assert (plan.early_stopping.start_from_epoch, plan.early_stopping.baseline) == (3, 0.5)
    assert not plan.restores_best
    assert spec.training.checkpoint_every_s == 15


def test_a_resolved_training_resolves_to_itself() -> None:
    """Nothing that decides the weights is hidden."""
    first = resolve(body(training=ASKED)).spec
    posted = json.loads(json.dumps(first.to_json()))

    assert resolve(posted).spec == specs.Spec.from_json(posted) == first


@pytest.mark.parametrize("name", list(vocabulary.SCHEDULES))
def test_every_schedule_can_be_asked_for_by_name(name: str) -> None:
    """Those of the vocabulary are those of the service."""
    plan = specs.build_plan(resolve(body(training={"schedule": name})).spec)

    assert plan.schedule is not None
    assert plan.schedule.key == name


def test_a_misspelt_layer_is_told() -> None:
    """A layer that was meant to be frozen and is not would never be noticed."""
    faults = faults_of(body(training={"frozen": ["dense_11"], "learning_rate_factors": {"dens_1": 2}}))

    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("spec.unknown_choice", "/training/frozen/0"),
        ("spec.unknown_choice", "/training/learning_rate_factors/dens_1"),
    ]
    assert faults[0].suggestion == "dense_1"


def test_digits_are_learned_by_convolution() -> None:
    """Sixty-four columns are an image, the columns at the edge that never change included."""
    layers = [
        {"type": "conv2d", "filters": 8, "kernel_size": 3, "activation": "relu"},
        {"type": "max_pooling2d", "pool_size": 2},
        {"type": "flatten"},
        {"type": "dense", "units": "auto"},
    ]
    made = job(
        EXAMPLES / "digits.csv",
        "digit",
        features={"reshape": [8, 8, 1]},
        split={"test_share": 0.1},
        network={"layers": layers},
        training={"epochs": 8},
    )

    assert made.resolved.sizes.input_shape == made.prepared.preprocessing.input_shape == (8, 8, 1)
    assert len(made.prepared.test_x) == made.resolved.sizes.test_rows == 180
    assert made.train()["val_accuracy"] >= 0.9


def test_a_normalised_network_in_the_short_form() -> None:
    """Products, normalisation, activation, for each hidden layer."""
    spec = resolve(body(network={"hidden": [8, 4], "batch_norm": True})).spec

    kinds = [layer.type for layer in spec.network.layers]
    assert kinds == ["dense", "batch_normalization", "activation"] * 2 + ["dense"]
    assert resolve(spec.to_json()).spec == spec


WRONG = [
    ({"features": {"reshape": [3, 3, 1]}}, "spec.shape_mismatch", "/features/reshape"),
    ({"features": {"scaling": {"sepal_lenght": "log"}}}, "spec.unknown_column", "/features/scaling/sepal_lenght"),
    ({"features": {"fill_value": 3}}, "spec.conflict", "/features/fill_value"),
    ({"features": {"missing": "drop", "indicators": True}}, "spec.conflict", "/features/indicators"),
    ({"features": {"target_scaling": "minmax"}}, "spec.conflict", "/features/target_scaling"),
    ({"split": {"group_by": "speciess"}}, "spec.unknown_column", "/split/group_by"),
    ({"split": {"group_by": "species"}}, "spec.conflict", "/split/group_by"),
    ({"split": {"time_by": "sepal_width", "stratify": True}}, "spec.conflict", "/split/stratify"),
    ({"split": {"validation_share": 0.5, "test_share": 0.5}}, "spec.conflict", "/split/test_share"),
    ({"split": {"validation_share": None}}, "spec.conflict", "/split/validation_share"),
    ({"network": {"layers": [{"type": "flatten"}], "batch_norm": True}}, "spec.conflict", "/network/batch_norm"),
]


@pytest.mark.parametrize(("change", "code", "pointer"), WRONG, ids=[case[2] + case[1] for case in WRONG])
def test_what_contradicts_itself_is_told(change: dict[str, Any], code: str, pointer: str) -> None:
    """One of both values would be ignored."""
    assert (code, pointer) in [(fault.code, fault.pointer) for fault in faults_of(body(**change))]


def test_a_second_dataset_must_have_the_same_columns() -> None:
    """Found before the job, not in it."""
    given = specs.read(body(split={"validation_dataset_id": "ds_houses"}))

    with pytest.raises(specs.SpecFaults, match="lacks `sepal_length`"):
        specs.resolve(given, IRIS, draw_seed=lambda: 1, validation=HOUSES)


def test_a_loss_of_counts_sees_them_unscaled() -> None:
    """Of standardised counts half would be negative, and have no logarithm."""
    counted = resolve(body("houses", training={"loss": "poisson"}), HOUSES).spec
    wrong = faults_of(body("houses", training={"loss": "poisson"}, features={"target_scaling": "minmax"}), HOUSES)

    assert counted.features.target_scaling == "none"
    assert resolve(counted.to_json(), HOUSES).spec == counted
    assert [(fault.pointer, fault.suggestion) for fault in wrong] == [("/features/target_scaling", "none")]
