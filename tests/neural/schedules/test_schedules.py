"""Schedules: Keras' values at every step, warm-up, plateaus, and what a training makes of them."""

import math
from typing import Any

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.errors import ParameterOutOfRange
from neural.schedules import Plateau, ReduceOnPlateau

keras = pytest.importorskip("keras", reason="Keras is a reference; its h5py has no wheel for Python 3.15")
jax = pytest.importorskip("jax", reason="Keras reckons on it here")

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own

KERAS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "exponential": ({"decay_steps": 20, "decay_rate": 0.5}, "ExponentialDecay", {"decay_steps": 20, "decay_rate": 0.5}),
    "exponential in stairs": (
        {"decay_steps": 20, "decay_rate": 0.5, "staircase": True},
        "ExponentialDecay",
        {"decay_steps": 20, "decay_rate": 0.5, "staircase": True},
    ),
    "inverse_time": ({"decay_steps": 7}, "InverseTimeDecay", {"decay_steps": 7, "decay_rate": 1.0}),
    "polynomial": ({"decay_steps": 60, "power": 2.0}, "PolynomialDecay", {"decay_steps": 60, "power": 2.0}),
    "polynomial in cycles": (
        {"decay_steps": 30, "cycle": True},
        "PolynomialDecay",
        {"decay_steps": 30, "cycle": True},
    ),
    "piecewise": (
        {"boundaries": [9, 30, 70], "factors": [1.0, 0.5, 0.2, 0.0]},
        "PiecewiseConstantDecay",
        {"boundaries": [9, 30, 70], "values": [0.1, 0.05, 0.02, 0.0]},
    ),
    "cosine": ({"decay_steps": 70, "alpha": 0.1}, "CosineDecay", {"decay_steps": 70, "alpha": 0.1}),
    "cosine_restarts": (
        {"first_decay_steps": 10, "m_mul": 0.8, "alpha": 0.05},
        "CosineDecayRestarts",
        {"first_decay_steps": 10, "t_mul": 2.0, "m_mul": 0.8, "alpha": 0.05},
    ),
    "cosine_restarts of one length": (
        {"first_decay_steps": 10, "t_mul": 1.0},
        "CosineDecayRestarts",
        {"first_decay_steps": 10, "t_mul": 1.0},
    ),
}


@pytest.mark.parametrize("case", KERAS)
def test_rates_are_those_of_keras(case: str) -> None:
    """At each of a hundred steps; Keras reckons in float32."""
    options, name, settings = KERAS[case]
    schedule = vocabulary.create("schedule", case.split(" ", maxsplit=1)[0], **options)
    first = {} if "values" in settings else {"initial_learning_rate": 0.1}
    theirs = getattr(keras.optimizers.schedules, name)(**first, **settings)

    rates = [schedule.rate(0.1, step, 100) for step in range(100)]

    np.testing.assert_allclose(rates, jax.vmap(theirs)(np.arange(100)), rtol=2e-4, atol=1e-7)


def test_steps_fall_by_their_factor() -> None:
    """Three thirds of a training by default."""
    schedule = vocabulary.create("schedule", "step", factor=0.5)

    assert [schedule.rate(0.8, step, 9) for step in range(9)] == [0.8] * 3 + [0.4] * 3 + [0.2] * 3


def test_pieces_change_at_half_and_three_quarters_by_default() -> None:
    """Without a plan of one's own."""
    schedule = vocabulary.create("schedule", "piecewise")

    rates = [schedule.rate(1.0, step, 8) for step in range(8)]

    assert rates == [1.0] * 4 + [0.1] * 2 + [0.01] * 2


@pytest.mark.parametrize(
    ("parameters", "culprit", "expected"),
    [
        ({"boundaries": [5, 3], "factors": [1, 1, 1]}, "boundaries", "rising order"),
        ({"boundaries": [5, 5], "factors": [1, 1, 1]}, "boundaries", "rising order"),
        ({"boundaries": [5], "factors": [1, 1, 1]}, "factors", "2 factors"),
        ({"boundaries": [5]}, "factors", "2 factors"),
        ({"boundaries": [0.5], "factors": [1, 1]}, "boundaries", "whole numbers"),
        ({"boundaries": 5, "factors": [1, 1]}, "boundaries", "a list"),
        ({"boundaries": [5], "factors": [1, -1]}, "factors", "at least 0"),
        ({"boundaries": [5], "factors": [1, math.nan]}, "factors", "numbers"),
        ({"boundaries": list(range(101))}, "boundaries", "at most 100"),
    ],
)
def test_pieces_that_do_not_fit_together_are_refused(parameters: dict, culprit: str, expected: str) -> None:
    """A rate that is missing would be found out at the step that needs it."""
    with pytest.raises(ParameterOutOfRange) as wrong:
        vocabulary.create("schedule", "piecewise", **parameters)

    assert wrong.value.parameter == culprit
    assert expected in wrong.value.expected


def test_one_cycle_rises_and_falls() -> None:
    """From a twenty-fifth to the whole, then to almost nothing."""
    schedule = vocabulary.create("schedule", "one_cycle")

    rates = [schedule.rate(1.0, step, 100) for step in range(100)]

    assert rates[0] == pytest.approx(1 / 25)
    assert max(rates) == rates[29] == pytest.approx(1.0)
    assert rates[-1] == pytest.approx(1 / 250_000)
    assert sorted(rates[:30]) == rates[:30]
    assert sorted(rates[29:], reverse=True) == rates[29:]


def test_a_warm_up_comes_first() -> None:
    """A straight line from its start; then the schedule begins at its beginning."""
    schedule = vocabulary.create("schedule", "cosine", warmup_steps=4, warmup_start=0.2)

    rates = [schedule.rate(1.0, step, 14) for step in range(14)]

    assert rates[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert rates[9] == pytest.approx(0.5 * (1 + math.cos(math.pi * 5 / 10)))


@pytest.mark.parametrize("direction", ["min", "max"])
def test_a_plateau_lowers_the_rate_as_keras_does(direction: str) -> None:
    """Patience, cooldown and the smallest change interact; the callback of Keras is the judge."""
    values = [1.0, 0.9, 0.9, 0.89, 0.895, 0.89, 0.88, 0.88, 0.88, 0.88, 0.88, 0.7, 0.7, 0.7, 0.7, 0.7]
    rule = ReduceOnPlateau(factor=0.5, patience=2, min_delta=0.005, cooldown=1, minimum=0.02)
    watch = Plateau(rule, direction, 0.1)
    callback = keras.callbacks.ReduceLROnPlateau(
        monitor="loss", mode=direction, factor=0.5, patience=2, min_delta=0.005, cooldown=1, min_lr=0.02
    )
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    callback.set_model(model)
    callback.on_train_begin()
    theirs = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"loss": value if direction == "min" else -value})
        theirs.append(float(np.asarray(model.optimizer.learning_rate)))

    ours = [watch.observe(value if direction == "min" else -value) for value in values]

    assert ours == pytest.approx(theirs, rel=1e-6)


def plan(name: str, optimizer: str = "sgd", **options: Any) -> neural.TrainingPlan:
    """Plan three epochs of four batches."""
    return neural.TrainingPlan(
        loss=vocabulary.create("loss", "mean_squared_error"),
        optimizer=vocabulary.create("optimizer", optimizer, learning_rate=0.1),
        schedule=vocabulary.create("schedule", name, **options),
        epochs=3,
        batch_size=5,
        seed=1,
        dtype="float64",
    )


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam", "adamw"])
@pytest.mark.parametrize("group_size", [1, None])
def test_each_step_takes_its_own_rate(optimizer: str, group_size: int | None) -> None:
    """Against Keras with its exponential schedule, weights after twelve steps."""
    generator = np.random.default_rng(1)
    examples = neural.Examples(generator.normal(size=(20, 3)), generator.normal(size=(20, 1)))
    network = neural.Network(layers=(neural.Dense(units=1),), input_shape=(3,))
    weights = np.array([0.3, -0.2, 0.1, 0.0])
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 12, 0.1)
    classes = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.set_weights([weights[:3].reshape(3, 1), weights[3:]])
    model.compile(optimizer=getattr(keras.optimizers, classes[optimizer])(schedule), loss="mse")
    shuffling = neural.streams(1).shuffling

    *_, last = neural.train(
        network, plan("exponential", optimizer), examples, None, weights=weights, group_size=group_size
    )
    for _ in range(3):
        order = shuffling.permutation(20).reshape(4, 5)
        for batch in order:
            model.train_on_batch(examples.x[batch], examples.y[batch])

    theirs = np.concatenate([np.asarray(weight).ravel() for weight in model.get_weights()])
    np.testing.assert_allclose(last.weights(), theirs, atol=3e-6)


def test_the_rate_of_an_epoch_is_reported() -> None:
    """What was used in its last step."""
    generator = np.random.default_rng(2)
    examples = neural.Examples(generator.normal(size=(20, 3)), generator.normal(size=(20, 1)))
    network = neural.Network(layers=(neural.Dense(units=1),), input_shape=(3,))

    reports = neural.train(network, plan("step", factor=0.5, decay_steps=4), examples, None)
    rates = [report.values["learning_rate"] for report in reports if isinstance(report, neural.EpochReport)]

    assert rates == [0.1, 0.05, 0.025]
