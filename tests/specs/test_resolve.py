"""What is inferred from a dataset, and the reason that is given for it."""

from dataclasses import replace
from typing import Any

import pytest

import specs
from datasets import Kind
from specs.pointers import apply_patch
from tests.specs.facts import CHURN, HOUSES, IRIS, SEED, body, category, faults_of, number, of_kind, resolve


def with_target(column: Any, rows: int) -> specs.DatasetFacts:
    """Make a dataset with one feature and the given target."""
    return specs.DatasetFacts("ds_any", rows, (number("always"), column))


def last_layer(resolved: specs.Resolved) -> tuple[int, str]:
    """Return units and activation of the output layer."""
    layer = resolved.spec.network.layers[-1]
    assert layer.activation is not None
    return layer.parameters["units"], layer.activation.name


def test_the_two_field_body_becomes_a_whole_plan() -> None:
    """It is the first thing that anybody sends."""
    resolved = resolve(body())

    spec = resolved.spec
    assert spec.task == "multiclass"
    kinds = [layer.type for layer in spec.network.layers]
    assert kinds == ["dense", "dropout", "dense", "dropout", "dense"]
    assert last_layer(resolved) == (3, "softmax")
    assert spec.training.loss.name == "categorical_crossentropy"
    assert (spec.training.preset, spec.training.optimizer.name) == ("default", "adamw")
    assert spec.training.schedule is not None
    assert spec.training.early_stopping is not None
    assert spec.training.early_stopping.patience == spec.training.epochs  # the rate falls until the last one
    assert (resolved.sizes.training_rows, resolved.sizes.validation_rows) == (120, 30)


@pytest.mark.parametrize(
    ("column", "rows", "task", "output"),
    [
        (category("t", {"a": 60, "b": 40}), 100, "binary", (1, "sigmoid")),
        (category("t", {"no": 60, "yes": 40}, kind=Kind.BOOLEAN), 100, "binary", (1, "sigmoid")),
        (category("t", {"a": 60, "b": 30, "c": 10}), 100, "multiclass", (3, "softmax")),
        (category("t", {"a": 4, "b": 4, "c": 4}), 12, "multiclass", (3, "softmax")),
        (number("t", distinct=2, whole=True), 100, "binary", (1, "sigmoid")),
        (number("t", distinct=10, whole=True), 1797, "multiclass", (10, "softmax")),
        (number("t", distinct=20, whole=True), 401, "multiclass", (20, "softmax")),
        (number("t", distinct=20, whole=True), 400, "regression", (1, "linear")),
        (number("t", distinct=21, whole=True), 10_000, "regression", (1, "linear")),
        (number("t", distinct=3, whole=False), 10_000, "regression", (1, "linear")),
        (number("t", distinct=2, whole=False), 10_000, "regression", (1, "linear")),
    ],
)
def test_the_task_follows_the_targets_values(column: Any, rows: int, task: str, output: tuple[int, str]) -> None:
    """The bounds are a promise: 20 different whole numbers, below 5 % of the rows."""
    resolved = resolve({"dataset_id": "ds_any", "target": "t"}, with_target(column, rows))

    assert resolved.spec.task == task
    assert last_layer(resolved) == output
    assert resolved.provenance["/task"].source == "inferred"


@pytest.mark.parametrize("name", ["target", "label", "class", "y", "Label"])
def test_a_column_with_such_a_name_is_the_target(name: str) -> None:
    """Where exactly one column is called so, there is nothing to ask."""
    resolved = resolve({"dataset_id": "ds_any"}, with_target(category(name, {"a": 9, "b": 9}), 18))

    assert resolved.spec.target == name
    assert resolved.provenance["/target"].source == "inferred"


def test_the_last_column_is_never_taken_in_silence() -> None:
    """It is right often enough to be believed when it is wrong."""
    (fault,) = faults_of({"dataset_id": "ds_churn"}, CHURN)

    assert fault.code == "spec.target_required"
    assert fault.allowed is not None
    assert set(fault.allowed) == {"age", "income", "plan", "news", "churned"}
    assert "`churned` (yes/no)" in str(fault.hint)


def test_columns_without_information_are_left_out_with_a_reason() -> None:
    """Learned ids look like knowledge and are none."""
    resolved = resolve(body("churn"), CHURN)

    assert resolved.spec.features.include == ("age", "income", "plan", "news")
    assert resolved.spec.features.exclude == ("customer_id", "country", "notes")
    assert "every row" in str(resolved.provenance["/features/exclude/0"].reason)
    assert [w.message.split("`")[1] for w in resolved.warnings if w.code == "data.column_left_out"] == [
        "customer_id",
        "country",
        "notes",
    ]


def test_many_columns_that_are_left_out_are_one_warning() -> None:
    """A table of ten thousand constants must not answer with as many sentences."""
    constants = [of_kind(f"c{index}", Kind.CONSTANT, distinct=1) for index in range(1000)]
    facts = specs.DatasetFacts("ds_any", 100, (number("x"), *constants, category("t", {"a": 50, "b": 50})))

    (warning,) = resolve({"dataset_id": "ds_any", "target": "t"}, facts).warnings

    assert "1 000 columns" in warning.message
    assert len(warning.message) < 300


def test_numbers_stay_numbers_however_few_they_are() -> None:
    """The pixels of a digit have 17 values and are no categories."""
    resolved = resolve(body("houses"), HOUSES)

    assert resolved.spec.features.kinds == {"rooms": "number", "area": "number"}


@pytest.mark.parametrize(
    ("features", "include"),
    [
        ({"include": ["plan", "age"]}, ("age", "plan")),
        ({"exclude": ["age"]}, ("income", "plan", "news")),
        ({"include": ["customer_id"]}, ("customer_id",)),
        ({"kinds": {"customer_id": "category"}}, ("customer_id", "age", "income", "plan", "news")),
        ({"include": ["age"], "exclude": ["plan"]}, ("age",)),
    ],
)
def test_named_columns_are_taken_in_the_tables_order(features: dict[str, Any], include: tuple[str, ...]) -> None:
    """The order of inputs must not depend on the order in which they were written."""
    resolved = resolve(body("churn", features=features), CHURN)

    assert resolved.spec.features.include == include
    assert len(include) + len(resolved.spec.features.exclude) + 1 == len(CHURN.columns)


@pytest.mark.parametrize(
    ("rows", "hidden", "batch_size", "learning_rate"),
    [
        (12, [32, 16], 8, 0.01),
        (150, [32, 16], 16, 0.01),
        (1_200, [32, 16], 16, 0.01),
        (1_260, [64, 32], 16, 0.01),
        (5_000, [64, 32], 64, 0.003),
        (50_000, [64, 32], 256, 0.001),
        (200_000, [128, 64], 256, 0.001),
    ],
)
def test_sizes_follow_the_number_of_training_rows(
    rows: int, hidden: list[int], batch_size: int, learning_rate: float
) -> None:
    """A table can fill only so many weights, and few rows give few steps."""
    third = rows // 3
    facts = with_target(category("t", {"a": third, "b": third, "c": rows - 2 * third}), rows)

    resolved = resolve({"dataset_id": "ds_any", "target": "t", "training": {"preset": "fast"}}, facts)

    units = [layer.parameters["units"] for layer in resolved.spec.network.layers]
    assert units == [*hidden, 3]
    assert resolved.spec.training.batch_size == batch_size
    assert resolved.spec.training.learning_rate == learning_rate
    assert "training rows" in str(resolved.provenance["/network/layers/0/units"].reason)


@pytest.mark.parametrize(
    ("activation", "initializer"),
    [("relu", "he_normal"), ("leaky_relu", "he_normal"), ("tanh", "glorot_uniform"), ("sigmoid", "glorot_uniform")],
)
def test_initializers_follow_the_activation(activation: str, initializer: str) -> None:
    """A wrong spread at the start makes deep layers silent or loud."""
    resolved = resolve(body(network={"hidden": [8], "activation": activation}))

    assert resolved.spec.network.layers[0].parameters["initializer"].name == initializer


def test_the_short_form_is_a_rewriting_of_the_long_one() -> None:
    """Nothing can be said in one form only."""
    short = resolve(body(network={"hidden": [8], "activation": "tanh", "dropout": 0.25}))
    long = resolve(
        body(
            network={
                "layers": [
                    {"type": "dense", "units": 8, "activation": "tanh"},
                    {"type": "dropout", "rate": 0.25},
                    {"type": "dense", "units": "auto"},
                ]
            }
        )
    )

    assert short.spec == long.spec


def test_layers_have_keras_defaults() -> None:
    """The long form is a Keras Sequential, so that results can be held against it."""
    resolved = resolve(body(network={"layers": [{"type": "dense", "units": 8}, {"type": "dense", "units": 3}]}))

    first = resolved.spec.network.layers[0].to_json()
    assert (first["activation"], first["initializer"]) == ("linear", "glorot_uniform")
    assert [warning.code for warning in resolved.warnings] == ["spec.linear_layer"]


def test_logits_before_a_cross_entropy_are_understood() -> None:
    """Who comes from PyTorch ends the network with a linear layer; the weights are the same."""
    resolved = resolve(body(network={"layers": [{"type": "dense", "units": 3, "activation": "linear"}]}))

    assert last_layer(resolved) == (3, "softmax")
    assert [warning.code for warning in resolved.warnings] == ["spec.rewritten"]


def test_names_of_layers_avoid_those_that_were_given() -> None:
    """Two layers of one name would share their place in the weights file."""
    given = [
        {"type": "dense", "units": 8, "name": "dense_2", "activation": "relu"},
        {"type": "dense", "units": 8, "activation": "relu"},
        {"type": "dense", "units": 3},
    ]

    names = [layer.name for layer in resolve(body(network={"layers": given})).spec.network.layers]

    assert len(set(names)) == 3
    assert names[0] == "dense_2"


def test_a_seed_is_drawn_once_and_written_down() -> None:
    """Posting it again must give the same weights."""
    drawn: list[int] = []

    resolved = specs.resolve(specs.parse(body()), IRIS, draw_seed=lambda: drawn.append(SEED) or SEED)

    assert drawn == [SEED]
    assert resolved.spec.training.seed == resolved.spec.split.seed == SEED
    assert resolved.provenance["/training/seed"].source == "drawn"
    assert str(SEED) in str(resolved.provenance["/training/seed"].reason)


@pytest.mark.parametrize(
    ("name", "metrics"),
    [
        ("churn", ("accuracy", "balanced_accuracy", "auc", "f1")),
        ("iris", ("accuracy", "balanced_accuracy", "f1")),
        ("houses", ("rmse", "mae", "r2")),
    ],
)
def test_metrics_follow_the_task(name: str, metrics: tuple[str, ...]) -> None:
    """Nobody should have to ask for accuracy."""
    facts = {"churn": CHURN, "iris": IRIS, "houses": HOUSES}[name]

    assert resolve(body(name), facts).spec.tracking.metrics == metrics


def test_a_rare_class_is_mentioned_with_a_way_out() -> None:
    """95 % accuracy is what a model gets that never says yes."""
    (warning,) = [found for found in resolve(body("churn"), CHURN).warnings if found.code == "data.imbalanced"]

    balanced = resolve(apply_patch(body("churn"), warning.patch), CHURN)

    assert balanced.spec.training.class_weight == {"no": pytest.approx(1000 / 1900), "yes": pytest.approx(10.0)}
    assert not [found for found in balanced.warnings if found.code == "data.imbalanced"]


def test_ten_equal_classes_are_not_rare() -> None:
    """Each has 10 % of the rows, as it should."""
    digits = with_target(category("t", {str(digit): 100 for digit in range(10)}), 1000)

    assert resolve({"dataset_id": "ds_any", "target": "t"}, digits).warnings == ()


def test_few_whole_numbers_in_few_rows_are_asked_about() -> None:
    """Grades in 60 rows could be classes as well as a quantity."""
    facts = with_target(number("t", distinct=5, whole=True), 60)

    (warning,) = resolve({"dataset_id": "ds_any", "target": "t"}, facts).warnings

    assert warning.code == "spec.task_unclear"
    assert warning.patch == {"task": "multiclass"}


def test_null_turns_things_off() -> None:
    """Absence and refusal are different wishes."""
    resolved = resolve(
        body(
            training={"early_stopping": None, "clip_norm": None, "l2": None, "class_weight": None},
            features={"scaling": None},
            network={"hidden": [], "dropout": None},
        )
    )

    assert resolved.spec.training.early_stopping is None
    assert resolved.spec.training.l2 == 0.0
    assert resolved.spec.features.scaling == "none"
    assert len(resolved.spec.network.layers) == 1


def test_early_stopping_follows_the_metric_that_it_watches() -> None:
    """More accuracy is better, less loss is."""
    resolved = resolve(body("churn", training={"early_stopping": {"metric": "val_auc", "patience": 3}}), CHURN)

    rule = resolved.spec.training.early_stopping
    assert rule is not None
    assert (rule.metric, rule.direction, rule.patience, rule.min_delta) == ("val_auc", "max", 3, 0.0)


def test_a_watched_metric_can_be_added_by_the_patch() -> None:
    """The way out keeps what was wished for."""
    wished = body("churn", training={"early_stopping": {"metric": "val_auc"}}, tracking={"metrics": ["f1"]})

    (fault,) = faults_of(wished, CHURN)

    mended = resolve(apply_patch(wished, fault.patch), CHURN)
    assert mended.spec.tracking.metrics == ("f1", "auc")


def test_columns_that_share_a_range_are_scaled_by_it() -> None:
    """Pixels: standardising would blow up those that are hardly ever used."""
    pixels = tuple(replace(number(f"pixel_{i}"), statistics={"min": 0, "max": 16 if i % 2 else 8}) for i in range(10))
    facts = specs.DatasetFacts("ds_any", 1000, (*pixels, category("digit", {str(i): 100 for i in range(10)})))

    resolved = resolve(body(target="digit"), facts)

    assert resolved.spec.features.scaling == "minmax"
    assert resolved.provenance["/features/scaling"].reason == "10 columns share the range 0 to 16"


@pytest.mark.parametrize(
    ("rows", "distinct", "most"), [(3000, 80, 120), (3000, 50, 50), (1000, 80, 50), (10**6, 900, 256)]
)
def test_many_categories_get_inputs_where_rows_are_enough(rows: int, distinct: int, most: int) -> None:
    """Stations, shops and models differ; merging those into `other` for which there are rows costs accuracy."""
    values = {f"v{index}": rows // distinct for index in range(distinct)}
    facts = specs.DatasetFacts("ds_any", rows, (category("station", values), category("t", {"a": 50, "b": 50})))

    resolved = specs.resolve(specs.parse({"dataset_id": "ds_any", "target": "t"}), facts, draw_seed=lambda: 1)

    assert resolved.spec.features.max_categories == most
