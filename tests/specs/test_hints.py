"""Hints lead out: who does literally what a refusal says comes to an accepted body, never back to where they were."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

import specs
from datasets import Column
from specs.pointers import apply_patch
from tests.specs.facts import category, faults_of, number
from tests.specs.following import STEPS, follow
from tests.specs.test_broken_bodies import CASES, Case, broken

ANOTHER = "a value of another type, or none at all, does not tell what was wished for"
CHOOSE = "there are several ways, or none is near: one of `allowed` has to be chosen"
MEANING = "the name means several things, and only its owner knows which"
SMALLER = "how much smaller, or which shape, is for its owner to say"
OUTSIDE = "something else than the body has to change"
UNFOLLOWABLE: Mapping[str, str] = {
    ANOTHER: """
        spec.wrong_type /dataset_id /target /target/1 /network /training /priority /training/batch_size
        spec.wrong_type /training/epochs /training/learning_rate /training/optimizer /training/loss
        spec.wrong_type /training/class_weight /training/early_stopping /training/init_from /network/hidden
        spec.wrong_type /network/hidden/1 /network/init /network/keras /network/layers/0
        spec.wrong_type /network/layers/0/units /metadata /split/validation_share
        spec.out_of_range /network/layers /features/include /name /target /metadata
    """,
    CHOOSE: """
        spec.unknown_choice /network/activation /network/init /task /network/layers/0/type
        spec.unknown_choice /network/layers/0/inputs/0 /training/optimizer /training/frozen/0
        spec.unknown_choice /training/learning_rate_factors/nobody
        spec.unknown_column /features/exclude/0 /features/kinds/x /split/group_by
        spec.not_supported_yet /training/solver
    """,
    MEANING: """
        spec.ambiguous_field /training/alpha /training/momentum /training/weight_decay
        spec.ambiguous_field /training/validation_split /training/optimizer/momentum
        spec.ambiguous_field /training/augmentation/rotation /split/validation_split
    """,
    SMALLER: """
        spec.out_of_range /network/hidden
        spec.too_big /network/hidden/0 /network/layers/0/units
        spec.too_many_parameters /network/hidden/1
        spec.shape_mismatch /features/reshape /network/layers/0
        spec.conflict /training/augmentation
        spec.missing_field /network/layers/0/inputs
    """,
    OUTSIDE: """
        data.too_few_rows /dataset_id
        spec.import_forbidden /network/keras/config/layers/0/class_name
        spec.not_supported_yet /network/keras/config/layers/0/config/trainable
    """,
}
"""Reasons, each with lines of a code and the places at which it stands."""

KNOWN = {
    f"{code}@{place}"
    for lines in UNFOLLOWABLE.values()
    for code, *places in map(str.split, lines.strip().splitlines())
    for place in places
}


def place_of(fault: specs.Fault) -> str:
    """Name a fault by its code and where it points."""
    return f"{fault.code}@{fault.pointer}"


def led(made: Any, facts: specs.DatasetFacts) -> list[str]:
    """Follow hints until the body is accepted, or one cannot be followed; gives what was refused last, if anything."""
    seen = set()
    for _ in range(STEPS):
        faults = faults_of(made, facts)
        if not faults:
            return []
        text = json.dumps(made, sort_keys=True, default=str)
        assert text not in seen, f"hints lead in a circle: {faults[0].message} {faults[0].hint}"
        seen.add(text)
        after = follow(made, faults[0])
        if after is None:
            return [place_of(faults[0])]
        made = after
    raise AssertionError(f"after {STEPS} hints it is still refused: {faults_of(made, facts)}")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hint_leads_to_an_accepted_body(case: Case) -> None:
    """Or it is one that nobody can follow without thinking, for a reason that is written down."""
    assert set(led(*broken(case))) <= KNOWN


def test_every_exception_is_needed() -> None:
    """One that can be followed meanwhile would hide the next that cannot."""
    stuck = {place for case in CASES for place in led(*broken(case))}

    assert stuck == KNOWN


TEXTS = category("t", {f"{place} kg": 1 for place in range(90)})
NUMBERS = number("t", distinct=90)


@pytest.mark.parametrize(
    "column", [TEXTS, NUMBERS, category("t", {"a": 50, "b": 40})], ids=["texts", "numbers", "classes"]
)
@pytest.mark.parametrize("task", ["regression", "binary", "multiclass", "multilabel"])
def test_tasks_do_not_point_at_each_other(column: Column, task: str) -> None:
    """For what is neither numbers nor classes there is no task to be proposed, but another target."""
    facts = specs.DatasetFacts("ds_any", 90, (number("x"), column))

    stuck = led({"dataset_id": "ds_any", "target": "t", "task": task}, facts)

    assert len(stuck) == (column is TEXTS)
    assert all(place.endswith("@/task") for place in stuck)


@pytest.mark.parametrize(
    ("change", "accepted"),
    [
        ({"training": {"early_stopping": {"metric": "val_acc"}}}, "val_accuracy"),
        ({"training": {"early_stopping": {"monitor": "validation_loss"}}}, "val_loss"),
        ({"training": {"early_stopping": {"metric": "val_f1_score"}}}, "val_f1"),
    ],
)
def test_other_tools_names_of_what_is_watched_are_read(change: dict[str, Any], accepted: str) -> None:
    """`val_acc` is what Keras called it for years; it is no misspelt `val_auc`."""
    facts = specs.DatasetFacts("ds_any", 600, (number("x"), category("t", {"a": 300, "b": 300})))

    resolved = specs.resolve(specs.read({"dataset_id": "ds_any", "target": "t", **change}), facts, draw_seed=lambda: 1)

    assert resolved.spec.training.early_stopping is not None
    assert resolved.spec.training.early_stopping.metric == accepted
    assert "spec.rewritten" in {warning.code for warning in resolved.warnings}


def test_no_patience_is_accepted_as_keras_accepts_it() -> None:
    """The first epoch without improvement ends the training, as it does with a patience of 1."""
    facts = specs.DatasetFacts("ds_any", 600, (number("x"), category("t", {"a": 300, "b": 300})))
    body = {"dataset_id": "ds_any", "target": "t", "training": {"early_stopping": {"patience": 0}}}

    rule = specs.resolve(specs.read(body), facts, draw_seed=lambda: 1).spec.training.early_stopping

    assert rule is not None
    assert rule.patience == 0
    assert [rule.is_over(epochs) for epochs in (0, 1)] == [False, True]


def test_a_normalization_that_adapt_filled_can_be_left_out() -> None:
    """What is left is accepted: `features.scaling` does what the layer did, batch normalization would not."""
    facts = specs.DatasetFacts("ds_any", 600, (number("x"), category("t", {"a": 300, "b": 300})))
    layers = [
        {"class_name": "Normalization", "config": {"axis": -1}},
        {"class_name": "Dense", "config": {"units": 8, "activation": "relu"}},
        {"class_name": "Dense", "config": {"units": 1, "activation": "sigmoid"}},
    ]
    model = {"class_name": "Sequential", "config": {"layers": layers}}
    body = {"dataset_id": "ds_any", "target": "t", "network": {"keras": model}}

    (fault,) = faults_of(body, facts)

    assert "features.scaling" in str(fault.hint)
    assert fault.suggestion is None
    assert faults_of(apply_patch(body, fault.patch), facts) == ()
