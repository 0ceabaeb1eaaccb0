"""Several answers for each row: which rows have them, what is fitted, what is said."""

import io
from pathlib import Path

import numpy as np
import pytest

from datasets import Limits, Preprocessing, Table, TrainingArrays, labelled_rows, parse_table, prepare_examples
from datasets.errors import TargetMissing, TargetSingleValue
from tests.datasets.recipes import recipe

POOLS = ("no", "yes", "yes")
TABLE = "x,price,rooms,garden,pool\n" + "".join(
    f"{n},{'' if n == 4 else 1000 * n},{n % 5},{n % 2},{'' if n == 7 else POOLS[n % 3]}\n" for n in range(60)
)


@pytest.fixture
def houses(tmp_path: Path) -> Table:
    """Read a table with two numbers and two yes/no columns, one missing cell in each kind."""
    file = tmp_path / "houses.csv"
    file.write_text(TABLE)
    return parse_table(file, limits=Limits())


def vectors(tmp_path: Path, y: np.ndarray) -> Table:
    """Read an archive of arrays whose `y` has several numbers in each row."""
    file = io.BytesIO()
    np.savez(file, x=np.random.default_rng(1).normal(size=(len(y), 3)), y=y)
    path = tmp_path / "arrays.npz"
    path.write_bytes(file.getvalue())
    return parse_table(path, limits=Limits())


def prepare(table: Table, target: str | list[str], task: str, **options: object) -> TrainingArrays:
    """Prepare with one seed."""
    return prepare_examples(table.arrow, table.columns, recipe(target, task, seed=5, **options))


def test_rows_need_a_value_of_every_target(houses: Table) -> None:
    """Half an answer teaches half a network; such rows are dropped, and counted."""
    prepared = prepare(houses, ["price", "rooms"], "regression")

    assert set(range(60)) - set(labelled_rows(houses.arrow, ["price", "pool"]).tolist()) == {4, 7}
    assert prepared.dropped_rows == 1


def test_each_number_is_scaled_by_itself_on_the_training_rows(houses: Table) -> None:
    """Prices in thousands beside rooms in units would drown them."""
    prepared = prepare(houses, ["price", "rooms"], "regression")

    assert prepared.training_y.shape[1] == 2
    np.testing.assert_allclose(prepared.training_y.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(prepared.training_y.std(axis=0), 1, atol=1e-12)
    rows = houses.arrow.take(prepared.split.validation).to_pylist()
    told = prepared.preprocessing.decode(prepared.validation_y)
    assert [answer["values"]["price"] for answer in told] == pytest.approx([row["price"] for row in rows])
    assert [answer["values"]["rooms"] for answer in told] == pytest.approx([row["rooms"] for row in rows])


def test_targets_are_no_features(houses: Table) -> None:
    """A network that reads its answers scores perfectly and predicts nothing."""
    prepared = prepare(houses, ["garden", "pool"], "multilabel")

    assert {feature.column for feature in prepared.preprocessing.features} == {"x", "price", "rooms"}
    assert {"garden", "pool"} <= prepared.preprocessing._known  # and rows may carry them at predict


def test_yes_and_no_become_one_and_zero_in_each_column(houses: Table) -> None:
    """`yes` and `1` are both true, whichever way the file spells it."""
    prepared = prepare(houses, ["garden", "pool"], "multilabel")

    rows = houses.arrow.take(prepared.split.training).to_pylist()
    assert prepared.training_y.tolist() == [[float(row["garden"]), float(row["pool"] == "yes")] for row in rows]
    assert prepared.preprocessing.decode(np.array([[0.75, 0.25]])) == [
        {"labels": {"garden": True, "pool": False}, "probabilities": {"garden": 0.75, "pool": 0.25}}
    ]


@pytest.mark.parametrize(("target", "task"), [(["price", "rooms"], "regression"), (["garden", "pool"], "multilabel")])
def test_what_was_fitted_survives_json(houses: Table, target: list[str], task: str) -> None:
    """It travels with the weights, and answers there as it did here."""
    fitted = prepare(houses, target, task).preprocessing

    assert Preprocessing.from_json(fitted.to_json()) == fitted


def test_places_of_a_vector_are_scaled_each_by_itself(tmp_path: Path) -> None:
    """A place that never changes keeps its scale of 1, so that nothing is divided by zero."""
    y = np.random.default_rng(2).normal(size=(50, 3)) * (1, 1000, 0) + (0, 5, 7)
    table = vectors(tmp_path, y.astype(np.float32))

    prepared = prepare(table, "y", "regression")

    np.testing.assert_allclose(prepared.training_y.std(axis=0), (1, 1, 0), atol=1e-6)
    told = prepared.preprocessing.decode(prepared.validation_y)
    np.testing.assert_allclose([answer["values"] for answer in told], y[prepared.split.validation], rtol=1e-5)
    assert Preprocessing.from_json(prepared.preprocessing.to_json()) == prepared.preprocessing


def test_vectors_of_zeros_and_ones_are_learned_as_they_are(tmp_path: Path) -> None:
    """Scaled ones would be no targets of a cross-entropy."""
    y = np.random.default_rng(3).integers(0, 2, (40, 4))

    prepared = prepare(vectors(tmp_path, y), "y", "multilabel")

    np.testing.assert_array_equal(prepared.training_y, y[prepared.split.training])
    told = prepared.preprocessing.decode(np.array([[0.9, 0.1, 0.5, 0.6]]))
    assert told == [{"labels": [True, False, False, True], "probabilities": [0.9, 0.1, 0.5, 0.6]}]


def test_images_are_given_back_as_they_were_read(tmp_path: Path) -> None:
    """The same column in and out; pixels that are not scaled are 0 … 1 on both sides, and answered as images."""
    images = np.random.default_rng(4).integers(0, 256, (30, 4, 3, 2)).astype(np.uint8)
    images[:, 0, 0] = 7  # a corner that never changes

    prepared = prepare(
        vectors(tmp_path, images), "y", "regression", include=["y"], scaling="none", target_scaling="none"
    )

    np.testing.assert_allclose(prepared.training_x, prepared.training_y.reshape(-1, 4, 3, 2), rtol=1e-6)
    assert prepared.training_y.max() <= 1
    told = prepared.preprocessing.decode(prepared.validation_y)
    np.testing.assert_allclose([answer["values"] for answer in told], images[prepared.split.validation], rtol=1e-5)
    assert Preprocessing.from_json(prepared.preprocessing.to_json()) == prepared.preprocessing


def test_targets_that_no_row_has_together_are_told(tmp_path: Path) -> None:
    """Each column has values, so nothing before could have seen it."""
    file = tmp_path / "apart.csv"
    file.write_text("x,a,b\n" + "".join(f"{n},{n if n % 2 else ''},{'' if n % 2 else n}\n" for n in range(20)))
    table = parse_table(file, limits=Limits())

    with pytest.raises(TargetMissing, match="`a` and `b`"):
        prepare(table, ["a", "b"], "regression")


def test_vectors_that_are_all_the_same_teach_nothing(tmp_path: Path) -> None:
    """The message names the column, as for single values."""
    with pytest.raises(TargetSingleValue, match="`y`"):
        prepare(vectors(tmp_path, np.ones((20, 2), np.float32)), "y", "regression")
