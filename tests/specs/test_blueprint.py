"""Resolved specs become networks that learn, on tables read from files."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import neural
import specs
from datasets import Limits, TrainingArrays, parse_csv
from specs.blueprint import class_order
from tests.specs.facts import IRIS, body, resolve

EXAMPLES = Path(__file__).parents[2] / "examples" / "data"


@dataclass(frozen=True)
class Job:
    """A body resolved against a file, with the arrays that a worker would train on."""

    resolved: specs.Resolved
    prepared: TrainingArrays

    def train(self) -> dict[str, float]:
        """Train to the end and return the values of the best epoch."""
        spec, prepared = self.resolved.spec, self.prepared
        shape = prepared.preprocessing.input_shape
        best: dict[str, float] = {}
        for report in neural.train(
            specs.build_network(spec, shape, prepared.preprocessing.output_width),
            specs.build_plan(spec),
            neural.Examples(prepared.training_x, prepared.training_y),
            neural.Examples(prepared.validation_x, prepared.validation_y),
        ):
            if isinstance(report, neural.EpochReport) and report.is_best:
                best = report.values
        return best


def job(path: Path, target: str, *, seed: int = 1, **more: object) -> Job:
    """Read a file and do what app and worker do with a body."""
    table = parse_csv(path, limits=Limits())
    facts = specs.DatasetFacts("ds_any", table.row_count, table.columns)
    given = {"dataset_id": "ds_any", "target": target, **more}
    resolved = specs.resolve(specs.parse(given), facts, draw_seed=lambda: seed)
    return Job(resolved, specs.prepare(table.arrow, table.columns, resolved.spec))


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a table."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Write 600 rows with numbers, categories, yes/no, missing values and an id."""
    generator = np.random.default_rng(0)
    rows = []
    for index in range(600):
        city = str(generator.choice(["Lyon", "Oslo", "Rome"]))
        age = int(generator.integers(18, 80))
        income = round(float(generator.normal(3000, 900)), 1)
        bought = (city == "Lyon") * 1.5 + (age - 45) / 15 - (income - 3000) / 900 > 0.5
        rows.append([f"c{index}", city, "" if index % 20 == 0 else age, income, "yes" if bought else "no"])
    return write(tmp_path / "mixed.csv", ["customer", "city", "age", "income", "bought"], rows)


@pytest.fixture
def small_regression(tmp_path: Path) -> Path:
    """Write 400 rows of a curved relation far from zero."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(400, 6))
    y = 3 * x[:, 0] + x[:, 1] ** 2 - 2 * x[:, 2] * x[:, 3] + generator.normal(size=400) * 0.5
    rows = np.column_stack([x, y * 10 + 1000]).round(4).tolist()
    return write(tmp_path / "regression.csv", ["a", "b", "c", "d", "e", "f", "price"], rows)


@pytest.fixture
def four_per_class(tmp_path: Path) -> Path:
    """Write 12 rows: three classes of four."""
    generator = np.random.default_rng(0)
    rows = [[*generator.normal(4.0 * place, 1, 4).round(3), kind] for place, kind in enumerate("abc") for _ in range(4)]
    return write(tmp_path / "four.csv", ["p", "q", "r", "s", "kind"], rows)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_iris_is_learned_from_two_fields(seed: int) -> None:
    """120 rows are few: with steps of 0.001 they would not be learned in time."""
    assert job(EXAMPLES / "iris.csv", "species", seed=seed).train()["val_accuracy"] >= 0.9


@pytest.mark.parametrize("seed", [1, 2])
def test_digits_are_learned_from_two_fields(seed: int) -> None:
    """Pixels with few values stay numbers."""
    assert job(EXAMPLES / "digits.csv", "digit", seed=seed).train()["val_accuracy"] >= 0.95


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_mixed_table_is_learned_from_two_fields(mixed: Path, seed: int) -> None:
    """Most tables look like this one."""
    assert job(mixed, "bought", seed=seed).train()["val_accuracy"] >= 0.9


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_small_regression_is_learned_from_two_fields(small_regression: Path, seed: int) -> None:
    """The target is far from zero and has its own scale."""
    assert job(small_regression, "price", seed=seed).train()["val_r2"] >= 0.8


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_four_rows_per_class_are_enough_to_start(four_per_class: Path, seed: int) -> None:
    """The first table of many people is tiny."""
    done = job(four_per_class, "kind", seed=seed)

    assert done.train()["val_loss"] < 0.5


@pytest.mark.parametrize("share", [0.01, 0.2, 0.33, 0.9])
def test_rows_are_counted_as_they_will_be_split(mixed: Path, four_per_class: Path, share: float) -> None:
    """The batch size is checked against the number of training rows."""
    for path, target in ((mixed, "bought"), (four_per_class, "kind")):
        made = job(path, target, split={"validation_share": share})

        sizes = made.resolved.sizes
        assert (sizes.training_rows, sizes.validation_rows) == (
            len(made.prepared.training_x),
            len(made.prepared.validation_x),
        )


def test_inputs_are_counted_as_they_will_be_fitted(mixed: Path) -> None:
    """Memory and layer shapes are told before anything is read."""
    made = job(mixed, "bought", features={"max_categories": 2})

    assert made.resolved.sizes.inputs == made.prepared.preprocessing.width == 5


@pytest.mark.parametrize(
    "classes",
    [("no", "yes"), ("True", "False"), ("10", "9", "-1"), ("b", "a", "C"), ("1", "0"), ("é", "z", "a"), ("no", "Yes")],
)
def test_classes_are_in_the_order_of_the_fitted_preprocessing(tmp_path: Path, classes: tuple[str, ...]) -> None:
    """A weight for the wrong class would be noticed by nobody."""
    rows = [[index % 7 + index / 100, classes[index % len(classes)]] for index in range(200)]
    path = write(tmp_path / "classes.csv", ["x", "answer"], rows)

    made = job(path, "answer", training={"class_weight": "balanced"})

    assert class_order(made.resolved.spec.training.class_weight or ()) == made.prepared.preprocessing.target.classes


def test_class_weights_reach_the_plan_in_that_order() -> None:
    """The mathematics knows classes by number."""
    weights = {"virginica": 3, "setosa": 1, "versicolor": 2}

    plan = specs.build_plan(resolve(body(training={"class_weight": weights})).spec)

    assert plan.class_weight == (1.0, 2.0, 3.0)


def test_the_plan_holds_what_was_asked_for() -> None:
    """A field that is accepted and forgotten would be a lie."""
    asked = {
        "epochs": 7,
        "batch_size": 5,
        "optimizer": {"name": "sgd", "momentum": 0.5, "nesterov": True},
        "learning_rate": 0.25,
        "l1": 0.1,
        "l2": 0.2,
        "clip_norm": 3,
        "clip_value": 4,
        "seed": 11,
        "dtype": "float64",
        "early_stopping": {"metric": "val_accuracy", "patience": 2, "min_delta": 0.5},
    }

    plan = specs.build_plan(resolve(body(training=asked, tracking={"metrics": ["accuracy"]})).spec)

    assert (plan.epochs, plan.batch_size, plan.seed, plan.dtype) == (7, 5, 11, "float64")
    assert (plan.l1, plan.l2, plan.clip_norm, plan.clip_value) == (0.1, 0.2, 3.0, 4.0)
    assert plan.optimizer == neural.optimizers.SGD(learning_rate=0.25, momentum=0.5, nesterov=True)
    assert plan.metrics == ("accuracy",)
    assert plan.early_stopping == neural.EarlyStopping(
        metric="val_accuracy", direction="max", patience=2, min_delta=0.5
    )


def test_activations_keep_their_parameters() -> None:
    """A slope of 0.3 is not one of 0.2."""
    leaky = {"name": "leaky_relu", "negative_slope": 0.3}
    spec = resolve(body(network={"hidden": [8], "activation": leaky})).spec

    network = specs.build_network(spec, 4, 3)

    assert network.layers[0].output_function() == neural.activations.LeakyRelu(negative_slope=0.3)


def test_other_widths_than_planned_are_an_error() -> None:
    """A dataset that changed under a job must not train in silence."""
    spec = resolve(body(), IRIS).spec

    with pytest.raises(neural.errors.ShapeError):
        specs.build_network(spec, 4, 5)
