"""A job that translates: its column, its tokens, its network, and what is wrong with others."""

from dataclasses import replace
from typing import Any

import pytest

import specs
from datasets import Column, Kind
from datasets.errors import TooFewRows
from specs.resolve import leaves
from tests.specs.facts import faults_of, number, of_kind, resolve

BEFORE, AFTER = [f"number {n}" for n in range(40)], [f"zahl {n}" for n in range(40)]
TEXTS = specs.DatasetFacts(
    "ds_texts",
    40,
    (of_kind("english", Kind.ID, distinct=40), of_kind("german", Kind.ID, distinct=40)),
    pairs=lambda _source, _target: (BEFORE, AFTER),
)


def body(**more: Any) -> dict[str, Any]:
    """Say what has to be said."""
    return {"dataset_id": "ds_texts", "target": "german", "task": "translation", **more}


def with_columns(*columns: Column) -> specs.DatasetFacts:
    """Add columns to the two of texts."""
    return replace(TEXTS, columns=(*TEXTS.columns, *columns))


def test_three_fields_are_enough() -> None:
    """The column to read, the tokens and a network follow, each with its reason."""
    resolved = resolve(body(), TEXTS)

    assert resolved.spec.features.include == ("english",)
    assert resolved.spec.features.tokenizer == "word"
    assert resolved.spec.network.layers[0].parameters["input_dim"] == 4 + 42
    assert resolved.sizes.outputs_of_row == (5, 46)
    assert resolved.spec.tracking.metrics == ("accuracy",)
    assert "small causal transformer" in str(resolved.provenance["/network/layers/3/causal"].reason)
    assert specs.summarize(resolved, TEXTS)["layers"][-1]["output_shape"] == [5, 46]


def test_a_resolved_spec_resolves_to_itself() -> None:
    """It is a job body in which nothing is open."""
    resolved = resolve(body(), TEXTS)

    assert resolve(resolved.spec.to_json(), TEXTS).spec == resolved.spec


def test_every_value_says_where_it_comes_from() -> None:
    """The long list of layers, too, that nobody wrote."""
    resolved = resolve(body(training={"epochs": 3}), TEXTS)

    assert set(resolved.provenance) == set(leaves(resolved.spec.to_json()))
    assert resolved.provenance["/training/epochs"].source == "given"


def test_numbers_beside_the_texts_are_not_read() -> None:
    """The only other column of texts is meant."""
    assert resolve(body(), with_columns(number("length"))).spec.features.include == ("english",)


def test_of_several_texts_one_must_be_named() -> None:
    """Guessing would translate from the wrong language."""
    facts = with_columns(of_kind("french", Kind.ID, distinct=40))

    (fault,) = faults_of(body(), facts)
    named = resolve(body(features={"include": ["french"]}), facts)

    assert (fault.pointer, fault.allowed, fault.suggestion) == ("/features/include", ("english", "french"), ["english"])
    assert named.spec.features.include == ("french",)


LAYERS = [
    {"type": "embedding", "input_dim": 46, "output_dim": 8, "mask_zero": True},
    {"type": "gru", "units": 8, "return_sequences": True},
    {"type": "dense", "units": "auto"},
]


def changed(index: int, **more: Any) -> list[dict[str, Any]]:
    """Change one of the layers."""
    return [{**layer, **more} if place == index else layer for place, layer in enumerate(LAYERS)]


def test_another_network_may_be_given() -> None:
    """What reads step by step and gives a score for each token will do."""
    network = resolve(body(network={"layers": LAYERS}), TEXTS).spec.network

    assert network.layers[-1].parameters["units"] == 46
    assert network.layers[-1].parameters["activation"].name == "softmax"


@pytest.mark.parametrize(
    ("more", "code", "pointer", "suggestion"),
    [
        ({"network": {"layers": changed(0, input_dim=10)}}, "spec.out_of_range", "/network/layers/0/input_dim", 46),
        (
            {"network": {"layers": changed(1, bidirectional=True)}},
            "spec.conflict",
            "/network/layers/1/bidirectional",
            False,
        ),
        ({"network": {"layers": changed(1, return_sequences=False)}}, "spec.shape_mismatch", "/network/layers/2", None),
        ({"network": {"hidden": [8]}}, "spec.conflict", "/network/hidden", None),
        ({"features": {"scaling": "minmax"}}, "spec.conflict", "/features/scaling", "none"),
        ({"features": {"reshape": [2, 2]}}, "spec.conflict", "/features/reshape", None),
        ({"training": {"loss": "mse"}}, "spec.loss_mismatch", "/training/loss", "categorical_crossentropy"),
        ({"training": {"class_weight": "balanced"}}, "spec.conflict", "/training/class_weight", None),
        ({"split": {"stratify": True}}, "spec.conflict", "/split/stratify", False),
        ({"tracking": {"metrics": ["f1"]}}, "spec.conflict", "/tracking/metrics/0", "accuracy"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_does_not_fit_is_told(more: dict[str, Any], code: str, pointer: str, suggestion: object) -> None:
    """Each at its place, with what would be right."""
    (fault,) = faults_of(body(**more), TEXTS)

    assert (fault.code, fault.pointer, fault.suggestion) == (code, pointer, suggestion)


def test_fields_of_texts_are_refused_where_none_are_translated() -> None:
    """They would be ignored silently."""
    (fault,) = faults_of({"dataset_id": "ds_iris", "target": "species", "features": {"tokenizer": "word"}})

    assert (fault.code, fault.pointer) == ("spec.conflict", "/features/tokenizer")


def test_texts_that_are_too_long_are_refused_before_anything_is_allocated() -> None:
    """The work of attention grows with the square of the steps."""
    facts = replace(TEXTS, pairs=lambda _source, _target: (["a " * 600] * 40, ["b " * 600] * 40))

    (fault,) = faults_of(body(), facts)

    assert (fault.code, fault.expected) == ("spec.too_big", "at most 1023 words")


def test_too_few_pairs_are_a_fault_of_the_target() -> None:
    """What only the rows show is told like the rest."""

    def none(_source: str, _target: str) -> tuple[list[str], list[str]]:
        raise TooFewRows("1 rows have both texts.", found=1, expected="at least 2")

    (fault,) = faults_of(body(), replace(TEXTS, pairs=none))

    assert (fault.code, fault.pointer) == ("data.too_few_rows", "/target")
