"""Rows that cannot be learned from are refused before the first step, with what would be right."""

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.data.examples import Examples, prepare
from neural.errors import NonFiniteInput, ParameterOutOfRange, ShapeError

X = np.ones((6, 4))
IDS = np.array([0, 1, 2, 0, 1, 2])
SHARES = np.full((6, 3), 1 / 3)


def network(outputs: int = 3) -> neural.Network:
    """Four inputs, some outputs."""
    return neural.Network(layers=(neural.Dense(units=outputs),), input_shape=(4,))


def changed(array: np.ndarray, place: tuple[int, ...], value: float) -> np.ndarray:
    """Spoil one value of a copy."""
    spoilt = array.astype(float)
    spoilt[place] = value
    return spoilt


@pytest.mark.parametrize(
    ("loss", "y", "outputs", "error", "says"),
    [
        ("categorical_crossentropy", changed(IDS, (2,), 3), 3, ParameterOutOfRange, "class id from 0 to 2"),
        ("categorical_crossentropy", changed(IDS, (2,), -1), 3, ParameterOutOfRange, "class id from 0 to 2"),
        (
            "categorical_hinge",
            changed(IDS, (2,), 0.5),
            3,
            ParameterOutOfRange,
            "categorical_hinge.*class id from 0 to 2",
        ),
        ("categorical_crossentropy", IDS, 1, ShapeError, "at least 2 outputs"),
        ("categorical_crossentropy", np.eye(6, 3), 3, ShapeError, "class ids"),
        ("kl_divergence", changed(IDS, (0,), 7), 3, ParameterOutOfRange, "kl_divergence.*class id from 0 to 2"),
        ("kl_divergence", 2 * SHARES, 3, ParameterOutOfRange, "sum to 1"),
        ("kl_divergence", changed(SHARES, (0, 0), -0.1), 3, ParameterOutOfRange, "from 0 to 1"),
        ("binary_crossentropy", changed(np.zeros(6), (1,), 2), 1, ParameterOutOfRange, "from 0 to 1"),
        ("poisson", changed(np.ones(6), (1,), -1), 1, ParameterOutOfRange, "at least 0"),
        ("mean_squared_error", np.ones((6, 2)), 3, ShapeError, r"\(rows, 3\)"),
        ("mean_squared_error", np.ones((5, 3)), 3, ShapeError, "as many as x"),
        ("mean_squared_error", changed(SHARES, (4, 1), np.nan), 3, NonFiniteInput, r"examples.y"),
        ("huber", changed(SHARES, (4, 1), np.inf), 3, NonFiniteInput, r"examples.y"),
    ],
)
def test_targets_that_no_loss_can_read_are_refused(
    loss: str, y: np.ndarray, outputs: int, error: type[Exception], says: str
) -> None:
    """A class that does not exist would read another class's memory."""
    with pytest.raises(error, match=says):
        prepare(network(outputs), vocabulary.create("loss", loss), Examples(X, y), np.float64)


@pytest.mark.parametrize(
    ("weights", "error", "says"),
    [
        (np.ones(5), ShapeError, r"examples.weights.*\(6,\)"),
        (np.ones((6, 1)), ShapeError, r"examples.weights.*\(6,\)"),
        (changed(np.ones(6), (3,), -1), ParameterOutOfRange, "at least 0"),
        (changed(np.ones(6), (3,), np.nan), NonFiniteInput, "examples.weights"),
    ],
    ids=["too few", "two axes", "negative", "not a number"],
)
def test_weights_of_rows_that_make_no_sense_are_refused(weights: np.ndarray, error: type[Exception], says: str) -> None:
    """A negative weight would learn the opposite."""
    loss = vocabulary.create("loss", "categorical_crossentropy")

    with pytest.raises(error, match=says):
        prepare(network(), loss, Examples(X, IDS, weights), np.float64)


@pytest.mark.parametrize("outputs", [2, 3])
def test_weights_for_targets_that_are_no_classes_are_refused(outputs: int) -> None:
    """Nobody could say which weight a number has."""
    loss = vocabulary.create("loss", "mean_squared_error")
    examples = Examples(X, np.ones((6, outputs)))

    with pytest.raises(ParameterOutOfRange, match="not classes"):
        prepare(network(outputs), loss, examples, np.float64, class_weight=(1.0,) * outputs)


def test_a_class_is_all_of_its_share() -> None:
    """A job names classes; a loss of shares takes them, and metrics still see ids."""
    loss = vocabulary.create("loss", "kl_divergence")
    flat = np.random.default_rng(1).standard_normal(15)
    x = np.random.default_rng(2).standard_normal((6, 4))

    by_id = neural.evaluate(network(), flat, Examples(x, IDS), loss=loss, metrics=("accuracy",))
    by_share = neural.evaluate(network(), flat, Examples(x, np.eye(3)[IDS]), loss=loss)

    assert by_id["loss"] == pytest.approx(by_share["loss"], abs=1e-12)
    assert by_id["accuracy"] * 6 == pytest.approx(round(by_id["accuracy"] * 6))


def test_a_row_of_weight_two_counts_as_two_rows() -> None:
    """The step is the one of a batch that holds the row twice, but for the number that it divides by."""
    generator = np.random.default_rng(3)
    x, y = generator.standard_normal((4, 4)), IDS[:4]
    weights = neural.initialize(network(), generator, "float64")

    def step(examples: Examples, learning_rate: float) -> np.ndarray:
        plan = neural.TrainingPlan(
            loss=vocabulary.create("loss", "categorical_crossentropy"),
            optimizer=vocabulary.create("optimizer", "sgd", learning_rate=learning_rate),
            epochs=1,
            batch_size=len(examples),
            seed=1,
            dtype="float64",
        )
        *_, last = neural.train(network(), plan, examples, None, weights=weights)
        return np.asarray(last.weights())

    twice = step(Examples(np.vstack([x, x[:1]]), np.append(y, y[0])), 0.5)

    np.testing.assert_allclose(step(Examples(x, y, np.array([2.0, 1, 1, 1])), 0.4), twice, atol=1e-12)
