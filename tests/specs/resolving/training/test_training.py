"""Every way to steer a training reaches the plan, and a resolved one resolves to itself."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specs
from neural import vocabulary
from neural.data.augmentation import Augmentation
from tests.specs.facts import HOUSES, IRIS, body, faults_of, resolve
from tests.specs.test_blueprint import EXAMPLES, job

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


IMAGES = {"reshape": [2, 2, 1]}


def test_images_are_changed_as_asked() -> None:
    """What is not asked for stays off, and all of it is written down."""
    given = body(features=IMAGES, training={"augmentation": {"flip_horizontal": True, "shift": 1}})

    resolved = resolve(given)
    plan = specs.build_plan(resolved.spec)

    assert plan.augmentation == Augmentation(flip_horizontal=True, shift=1)
    assert resolved.provenance["/training/augmentation/shift"].source == "given"
    assert resolved.provenance["/training/augmentation/noise"].source == "default"
    assert resolve(resolved.spec.to_json()).spec == resolved.spec


@pytest.mark.parametrize(
    ("training", "code", "pointer"),
    [
        ({"augmentation": {"crop": 1.0}}, "spec.out_of_range", "/training/augmentation/crop"),
        ({"augmentation": {"rotate": 3}}, "spec.unknown_field", "/training/augmentation/rotate"),
        ({"augmentation": True}, "spec.wrong_type", "/training/augmentation"),
    ],
)
def test_changes_that_make_no_sense_are_told(training: dict[str, Any], code: str, pointer: str) -> None:
    """Before anything is started."""
    faults = faults_of(body(features=IMAGES, training=training))

    assert [(fault.code, fault.pointer) for fault in faults] == [(code, pointer)]


@pytest.mark.parametrize("nothing", [{}, {"flip_horizontal": False, "shift": 0}])
def test_a_change_that_changes_nothing_is_off(nothing: dict[str, Any]) -> None:
    """It needs no images, and says so."""
    resolved = resolve(body(training={"augmentation": nothing}))

    assert resolved.spec.training.augmentation is None
    assert [warning.code for warning in resolved.warnings] == ["spec.rewritten"]


def test_only_images_can_be_changed() -> None:
    """A row of four measurements has no left and right."""
    (fault,) = faults_of(body(training={"augmentation": {"flip_horizontal": True}}))

    assert (fault.code, fault.pointer) == ("spec.conflict", "/training/augmentation")
    assert "[4]" in fault.message
    assert "reshape" in str(fault.hint)


def test_a_column_may_weigh_the_rows() -> None:
    """It is left out of the features, with the reason, unless `include` names it."""
    resolved = resolve(body(training={"sample_weight": "petal_width"}))
    named = resolve(
        body(training={"sample_weight": "petal_width"}, features={"include": ["petal_length", "petal_width"]})
    )

    assert resolved.spec.training.sample_weight == "petal_width"
    assert resolved.spec.features.exclude == ("petal_width",)
    assert resolved.provenance["/features/exclude/0"].reason == "it says how much each row counts"
    assert named.spec.features.include == ("petal_length", "petal_width")
    assert resolve(resolved.spec.to_json()).spec == resolved.spec


@pytest.mark.parametrize(
    ("column", "statistics", "why"),
    [
        ({"missing": 3}, {}, "3 of its rows have no value"),
        ({}, {"min": -1.0}, "its smallest value is -1"),
        ({"numeric": False}, {}, "weights are numbers"),
    ],
)
def test_a_column_that_cannot_weigh_rows_is_told_why(
    column: dict[str, Any], statistics: dict[str, Any], why: str
) -> None:
    """A row of negative weight would be unlearned."""
    *others, last, target = IRIS.columns
    changed = replace(last, **column, statistics={**last.statistics, **statistics})
    facts = specs.DatasetFacts("ds_iris", 150, (*others, changed, target))

    with pytest.raises(specs.SpecFaults) as refused:
        specs.resolve(specs.parse(body(training={"sample_weight": last.name})), facts, draw_seed=lambda: 1)

    assert why in refused.value.faults[0].message


def test_weights_reach_the_rows_they_belong_to(tmp_path: Path) -> None:
    """In the order of the split, which shuffles."""
    path = tmp_path / "weighted.csv"
    path.write_text("x,y,w\n" + "".join(f"{row / 10},{row % 7},{row}\n" for row in range(50)))

    made = job(path, "y", training={"sample_weight": "w"}, task="regression")

    assert made.prepared.training_weights is not None
    np.testing.assert_array_equal(made.prepared.training_weights, made.prepared.split.training)


def test_layers_health_is_looked_at_when_asked_for() -> None:
    """It costs time, so it is off by itself."""
    asked = resolve(body(tracking={"layer_health": 10}))

    assert specs.build_plan(asked.spec).health_every == 10
    assert specs.build_plan(resolve(body()).spec).health_every is None
    assert resolve(asked.spec.to_json()).spec == asked.spec


def test_all_rows_can_be_one_batch() -> None:
    """Said in a word, since nobody counts training rows before the split."""
    resolved = resolve(body(training={"batch_size": "all"}))

    assert resolved.spec.training.batch_size == resolved.sizes.training_rows == 120
    assert resolved.warnings == ()
    assert resolve(resolved.spec.to_json()).spec == resolved.spec


def test_a_batch_larger_than_the_rows_takes_all_of_them() -> None:
    """As other tools do; told, since the spec says another number than was asked for."""
    resolved = resolve(body(training={"batch_size": 512}))

    assert resolved.spec.training.batch_size == 120
    assert [(warning.code, warning.pointer) for warning in resolved.warnings] == [
        ("spec.rewritten", "/training/batch_size")
    ]
