"""Ensembles: members that are what they would be alone, judged by their mean, resumed to the bit."""

from dataclasses import replace

import numpy as np
import pytest

from neural import (
    BoundPredictor,
    Dense,
    Dropout,
    EarlyStopping,
    EpochReport,
    Examples,
    Network,
    TrainingPlan,
    TrainingState,
    evaluate,
    flatten,
    named_arrays,
    predict,
    split_members,
    train,
    vocabulary,
)
from neural.errors import Diverged, ShapeError
from neural.training.ensemble import member_seed

MEMBERS = 3
_DRAW = np.random.Generator(np.random.PCG64(0))
X = _DRAW.normal(size=(60, 4)).astype(np.float32)
CLASSES = (X[:, 0] > 0).astype(np.int64) + (X[:, 1] > 1)
TARGETS = {"categorical_crossentropy": CLASSES, "binary_crossentropy": CLASSES > 0, "mean_squared_error": X[:, :1] * 3}


def network_for(loss: str) -> Network:
    """Make a small network with dropout for a loss."""
    outputs, link = {"categorical_crossentropy": (3, "softmax"), "binary_crossentropy": (1, "sigmoid")}.get(
        loss, (1, "linear")
    )
    layers = (Dense(units=8, activation="mish"), Dropout(rate=0.2), Dense(units=outputs, activation=link))
    return Network(layers=layers, input_shape=(4,))


def plan_for(loss: str, **changes: object) -> TrainingPlan:
    """Plan four epochs of four mini-batches for three members."""
    plan = TrainingPlan(
        loss=vocabulary.create("loss", loss),
        optimizer=vocabulary.create("optimizer", "adamw", learning_rate=0.02),
        schedule=vocabulary.create("schedule", "cosine"),
        epochs=4,
        batch_size=12,
        seed=7,
        members=MEMBERS,
        early_stopping=EarlyStopping(patience=4),
        health_every=2,
    )
    return replace(plan, **changes)


def rows_for(loss: str) -> tuple[Examples, Examples]:
    """Give training rows and held-out ones."""
    y = TARGETS[loss].astype(np.float32) if loss != "categorical_crossentropy" else TARGETS[loss]
    return Examples(X[:48], y[:48]), Examples(X[48:], y[48:])


def run(loss: str, *, state: TrainingState | None = None, **changes: object) -> EpochReport:
    """Train to the end; give the last report."""
    return [*train(network_for(loss), plan_for(loss, **changes), *rows_for(loss), state=state)][-1]


def test_a_member_is_what_a_training_alone_with_its_seed_gives() -> None:
    """Members differ by their seed and by nothing else."""
    loss = "categorical_crossentropy"

    together = run(loss)

    for number, weights in enumerate(np.split(together.weights(), MEMBERS)):
        alone = run(loss, members=1, seed=member_seed(7, number), early_stopping=None)
        np.testing.assert_array_equal(alone.weights(), weights)
        assert alone.values["val_loss"] == together.values[f"member_{number + 1}/val_loss"]
        assert alone.values["loss"] == together.values[f"member_{number + 1}/loss"]
    assert [layer.layer for layer in together.health][::3] == [f"member_{n}/dense_1" for n in (1, 2, 3)]


@pytest.mark.parametrize("loss", TARGETS)
def test_an_ensemble_is_judged_by_its_mean_answer(loss: str) -> None:
    """The best epoch's value is the loss of the mean outputs of its weights, and predictions are these means."""
    network, (_, held_out) = network_for(loss), rows_for(loss)
    reports = [report for report in train(network, plan_for(loss), *rows_for(loss)) if isinstance(report, EpochReport)]
    weights = reports[-1].result.weights

    outputs = predict(network, weights, held_out.x, loss=loss)
    score = evaluate(network, weights, held_out, loss=loss)["loss"]

    members = split_members(network, weights)
    np.testing.assert_allclose(outputs, np.mean([predict(network, w, held_out.x, loss=loss) for w in members], axis=0))
    assert score == min(report.values["val_loss"] for report in reports)
    assert score == pytest.approx(_loss_of(loss, outputs, held_out.y), rel=1e-5)
    assert score < np.mean([evaluate(network, member, held_out, loss=loss)["loss"] for member in members])
    one = BoundPredictor(network, weights, rows=1, loss=loss).predict(held_out.x[:1])
    np.testing.assert_array_equal(one, predict(network, weights, held_out.x[:1], loss=loss))


def _loss_of(loss: str, outputs: np.ndarray, y: np.ndarray) -> float:
    """Write the formula out."""
    p = outputs.astype(np.float64)
    if loss == "categorical_crossentropy":
        return float(-np.log(p[np.arange(len(y)), y]).mean())
    if loss == "binary_crossentropy":
        return float(-np.where(y.reshape(p.shape) > 0, np.log(p), np.log1p(-p)).mean())
    return float(((p - y) ** 2).mean())


@pytest.mark.parametrize("stop", [0, 5, 12, 14, 27])
def test_an_ensemble_goes_on_from_any_state_to_the_bit(stop: int) -> None:
    """A state holds every member between any two groups, and survives being written."""
    loss = "binary_crossentropy"
    network = network_for(loss)
    whole = run(loss)
    states = [r.state() for r in train(network, plan_for(loss), *rows_for(loss), group_size=1)]

    resumed = run(loss, state=TrainingState.from_arrays(states[stop].to_arrays()))

    np.testing.assert_array_equal(resumed.result.weights, whole.result.weights)
    assert resumed.values == whole.values


def test_names_of_members_come_back_as_one_vector() -> None:
    """`member_2/dense_1.kernel` is what a file calls it."""
    network = network_for("mean_squared_error")
    weights = run("mean_squared_error").result.weights

    arrays = named_arrays(network, weights)

    assert "member_2/dense_1.kernel" in arrays
    assert len(arrays) == MEMBERS * len(network.parameters)
    np.testing.assert_array_equal(flatten(network, arrays), weights)
    with pytest.raises(ShapeError):
        flatten(network, {name: array for name, array in arrays.items() if name != "member_2/dense_1.kernel"})


def test_states_and_weights_of_other_numbers_of_members_are_refused() -> None:
    """An ensemble cannot go on from one network's state, but may start from one network's weights."""
    loss = "mean_squared_error"
    network, rows = network_for(loss), rows_for(loss)
    single = run(loss, members=1)

    with pytest.raises(ShapeError, match="members"):
        run(loss, state=single.state())
    with pytest.raises(ShapeError, match="members"):
        next(train(network, plan_for(loss, members=2), *rows, weights=run(loss).weights()))
    report = next(train(network, plan_for(loss), *rows, weights=single.weights()))
    assert len(report.weights()) == MEMBERS * network.parameter_count


def test_a_member_that_diverges_is_named() -> None:
    """What failed is the member's layer; what is left is the best of all members together."""
    with pytest.raises(Diverged) as caught:
        run("mean_squared_error", optimizer=vocabulary.create("optimizer", "sgd", learning_rate=1e9))

    assert caught.value.layer.startswith("member_1/")
    assert caught.value.best_weights.size == MEMBERS * network_for("mean_squared_error").parameter_count
