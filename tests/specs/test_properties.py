"""What must hold for any body and any dataset."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import specs
from datasets import Column, Kind
from specs.given import GivenSpec
from specs.pointers import apply_patch
from specs.resolve import leaves
from specs.tables.job import JOB, _homes
from tests.specs.facts import DATASETS, IRIS, category, faults_of, number, of_kind

QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["auto", "relu", "x"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
KEYS = st.sampled_from([*(field.name for field in JOB.fields), *_homes(), "type", "units", "rate", "name"])
NEAR_MISSES = st.recursive(
    SCALARS | st.sampled_from(["ds_iris", "species", "dense", "dropout", "adam", "mse", "val_loss", "number"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)

UNITS = st.integers(1, 40)
ACTIVATIONS = st.sampled_from(["relu", "tanh", "gelu", {"name": "leaky_relu", "negative_slope": 0.1}, "auto"])
HIDDEN = st.fixed_dictionaries(
    {},
    optional={
        "hidden": st.lists(UNITS, max_size=3),
        "activation": ACTIVATIONS,
        "dropout": st.sampled_from([0, 0.3, None]),
        "init": st.sampled_from(["glorot_normal", "auto"]),
    },
)
LAYER = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("dense"), "units": UNITS},
        optional={
            "activation": ACTIVATIONS,
            "initializer": st.sampled_from(["auto", "ones"]),
            "use_bias": st.booleans(),
        },
    ),
    st.fixed_dictionaries({"type": st.just("dropout"), "rate": st.floats(0, 0.9)}),
    st.fixed_dictionaries({"type": st.just("activation"), "function": st.sampled_from(["elu", "softplus"])}),
)
LAYERS = st.lists(LAYER, max_size=4).map(lambda found: {"layers": [*found, {"type": "dense", "units": "auto"}]})
TRAINING = st.fixed_dictionaries(
    {},
    optional={
        "epochs": st.integers(1, 10**6),
        "batch_size": st.sampled_from(["auto", 1, 8]),
        "optimizer": st.sampled_from(["sgd", {"name": "adam", "beta_1": 0.5}, {"name": "rmsprop", "centered": True}]),
        "lr": st.floats(1e-6, 10),
        "l2": st.sampled_from([0, 1e-3, None]),
        "clip_norm": st.sampled_from([None, 1]),
        "early_stopping": st.sampled_from([None, "auto", {}, {"patience": 3}, {"metric": "loss", "min_delta": 0.1}]),
        "seed": st.integers(0, 2**53 - 1),
        "dtype": st.sampled_from(["float32", "float64"]),
        "gradient_check": st.booleans(),
    },
)

TARGET = st.just("answer") | st.just(["also", "always"])


@st.composite
def tables(draw: st.DrawFn) -> specs.DatasetFacts:
    """Draw the facts of a dataset whose column `answer` can be learned."""
    rows = draw(st.integers(20, 5000))
    makers = st.sampled_from(
        [
            lambda name: number(name, missing=draw(st.sampled_from([0, 3]))),
            lambda name: category(name, {"a": rows - 5, "b": 5}),
            lambda name: of_kind(name, Kind.ID, distinct=rows),
            lambda name: of_kind(name, Kind.CONSTANT, distinct=1),
        ]
    )
    columns = [draw(makers)(f"column {index}/~") for index in range(draw(st.integers(0, 4)))]
    answers: list[Column] = [
        category("answer", {"no": rows - 4, "yes": 4}, kind=Kind.BOOLEAN),
        category("answer", {"x": 4, "y": 5, "z": rows - 9}),
        number("answer", distinct=rows),
        number("answer", distinct=2, whole=True, top={"0": rows - 7, "1": 7}),
    ]
    return specs.DatasetFacts(
        "ds_any", rows, (number("always"), number("also"), *columns, draw(st.sampled_from(answers)))
    )


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a body that is right for every drawn table."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "network": HIDDEN | LAYERS,
        "training": TRAINING,
        "features": st.fixed_dictionaries(
            {}, optional={"scaling": st.sampled_from(["minmax", None]), "exclude": st.just([])}
        ),
        "split": st.fixed_dictionaries(
            {}, optional={"validation_share": st.floats(0.05, 0.4), "seed": st.integers(0, 9)}
        ),
        "name": st.sampled_from([None, "a job"]),
        "tags": st.lists(st.sampled_from(["a", "b"]), max_size=3),
        "metadata": st.just({"ticket": [1, {"x": None}]}),
    }
    return draw(st.fixed_dictionaries({"dataset_id": st.just("ds_any"), "target": TARGET}, optional=optional))


@QUICK
@given(JSON | NEAR_MISSES)
def test_any_json_is_understood_or_told_what_is_wrong(body: Any) -> None:
    """Whatever a client sends, the answer is a list of faults, never a crash."""
    found = specs.read(body)

    assert isinstance(found, GivenSpec)
    json.dumps([fault.to_json() for fault in found.faults], allow_nan=False)
    json.dumps([warning.to_json() for warning in found.warnings], allow_nan=False)
    faults_of(body, IRIS)


@QUICK
@given(st.dictionaries(KEYS, NEAR_MISSES, max_size=6), st.sampled_from(sorted(DATASETS)))
def test_what_is_proposed_for_a_single_fault_is_accepted(fields: dict[str, Any], name: str) -> None:
    """A suggestion that fails in turn would be worse than none; tried wherever one fault is all there is."""
    facts, target = DATASETS[name]
    body = {**fields, "dataset_id": facts.id, "target": target}
    faults = faults_of(body, facts)

    patch = faults[0].patch if len(faults) == 1 else None

    if patch is not None:
        left = faults_of(apply_patch(body, patch), facts)
        assert (faults[0].code, faults[0].pointer) not in [(fault.code, fault.pointer) for fault in left]


@QUICK
@given(bodies(), tables())
def test_a_resolved_spec_posted_again_resolves_to_itself(body: dict[str, Any], facts: specs.DatasetFacts) -> None:
    """Otherwise something would be hidden that decides the weights."""
    first = specs.resolve(specs.parse(body), facts, draw_seed=lambda: 7)
    posted = json.loads(json.dumps(first.spec.to_json(), allow_nan=False))

    again = specs.resolve(specs.parse(posted), facts, draw_seed=lambda: pytest.fail("nothing is left to draw"))

    assert again.spec == first.spec
    assert json.dumps(again.spec.to_json()) == json.dumps(first.spec.to_json())
    assert {entry.source for pointer, entry in again.provenance.items()} <= {"given", "inferred"}
    assert not [warning for warning in again.warnings if warning.code == "spec.rewritten"]


@QUICK
@given(bodies(), tables())
def test_every_leaf_says_where_it_comes_from(body: dict[str, Any], facts: specs.DatasetFacts) -> None:
    """A value without a source could not be trusted, a source without a value would mislead."""
    resolved = specs.resolve(specs.parse(body), facts, draw_seed=lambda: 7)

    assert list(resolved.provenance) == list(leaves(resolved.spec.to_json()))
    assert all(entry.reason for entry in resolved.provenance.values() if entry.source in {"inferred", "drawn"})


@QUICK
@given(bodies(), tables())
def test_json_gives_the_equal_spec_back(body: dict[str, Any], facts: specs.DatasetFacts) -> None:
    """The worker reads the spec that the app wrote."""
    spec = specs.resolve(specs.parse(body), facts, draw_seed=lambda: 7).spec

    read = specs.Spec.from_json(json.loads(json.dumps(spec.to_json())))

    assert read == spec


@QUICK
@given(bodies(), tables())
def test_what_is_resolved_can_be_built(body: dict[str, Any], facts: specs.DatasetFacts) -> None:
    """A job that was accepted must not fail at its first line."""
    resolved = specs.resolve(specs.parse(body), facts, draw_seed=lambda: 7)

    network = specs.build_network(resolved.spec, resolved.sizes.inputs, resolved.sizes.outputs)
    plan = specs.build_plan(resolved.spec)

    summary = specs.summarize(resolved, facts)
    assert summary["parameters"] == network.parameter_count * summary["members"]
    assert plan.watched(with_validation=True)
    json.dumps([summary, specs.estimate(resolved), resolved.to_json()], allow_nan=False)


@QUICK
@given(bodies(), tables())
def test_resolving_twice_gives_the_same(body: dict[str, Any], facts: specs.DatasetFacts) -> None:
    """A dry run promises what the run will do."""
    first = specs.resolve(specs.parse(body), facts, draw_seed=lambda: 7)

    again = specs.resolve(specs.parse(body), facts, draw_seed=lambda: 7)

    assert again.to_json() == first.to_json()
