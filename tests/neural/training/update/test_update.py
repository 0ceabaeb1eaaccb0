"""What stands around the optimizer does what it says: frozen layers, factors, accumulation, limits, averages."""

from collections.abc import Callable

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.training.averaging import ExponentialAverage, StochasticAverage

Plans = Callable[..., neural.TrainingPlan]


@pytest.fixture
def network() -> neural.Network:
    """Three layers without dropout, so that batches may be cut in any way."""
    layers = (
        neural.Dense(units=6, activation="tanh"),
        neural.Dense(units=5, activation="tanh"),
        neural.Dense(units=3, activation="softmax"),
    )
    return neural.Network(layers=layers, input_shape=(4,))


def weights_after(
    network: neural.Network, plan: neural.TrainingPlan, rows: neural.Examples, **settings: object
) -> list[np.ndarray]:
    """Train; return the first weights, then those after each epoch."""
    start = neural.initialize(network, np.random.default_rng(7), plan.dtype)
    reports = neural.train(network, plan, rows, None, weights=start, **settings)  # type: ignore[arg-type]
    return [start, *(report.weights() for report in reports if isinstance(report, neural.EpochReport))]


def part(network: neural.Network, name: str) -> slice:
    """Find a layer's stretch of the flat vector."""
    return network.trainable_part([layer.name for layer in network.layers].index(name))


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "lion"])
def test_a_frozen_layer_keeps_its_bytes_and_others_learn(
    network: neural.Network, make_plan: Plans, classes: neural.Examples, optimizer: str
) -> None:
    """Also under decay, which moves weights without any gradient."""
    plan = make_plan(
        frozen=("dense_2",), max_norm=0.1, optimizer=vocabulary.create("optimizer", optimizer, learning_rate=0.01)
    )

    first, *_, last = weights_after(network, plan, classes)

    assert last[part(network, "dense_2")].tobytes() == first[part(network, "dense_2")].tobytes()
    assert np.abs(last - first)[part(network, "dense_1")].min() > 0
    assert np.abs(last - first)[part(network, "dense_3")].min() > 0


def test_a_frozen_layers_gradient_counts_in_no_norm(
    network: neural.Network, make_plan: Plans, classes: neural.Examples
) -> None:
    """Otherwise what cannot move would shorten the steps of what can."""
    rule = vocabulary.create("optimizer", "sgd", learning_rate=1.0)
    plan = make_plan(
        frozen=("dense_1", "dense_2"), clip_norm=1e-3, optimizer=rule, batch_size=101, epochs=1, dtype="float64"
    )

    first, last = weights_after(network, plan, classes)

    assert np.linalg.norm(last - first) == pytest.approx(1e-3, rel=1e-6)


NOT_BY_THE_RATE = {"adadelta", "ftrl"}  # their first steps are no multiples of the rate; a factor scales the step


@pytest.mark.parametrize("optimizer", sorted(vocabulary.OPTIMIZERS.keys() - NOT_BY_THE_RATE))
def test_a_factor_is_a_learning_rate_of_its_own(
    network: neural.Network, make_plan: Plans, classes: neural.Examples, optimizer: str
) -> None:
    """A layer's first step at factor a half is its first step at half the rate."""
    changes = {"epochs": 1, "batch_size": 101, "dtype": "float64"}
    whole = vocabulary.create("optimizer", optimizer, learning_rate=0.02)
    half = vocabulary.create("optimizer", optimizer, learning_rate=0.01)

    _, scaled = weights_after(
        network, make_plan(optimizer=whole, learning_rate_factors={"dense_1": 0.5}, **changes), classes
    )
    _, slow = weights_after(network, make_plan(optimizer=half, **changes), classes)
    _, fast = weights_after(network, make_plan(optimizer=whole, **changes), classes)

    where = part(network, "dense_1")
    assert np.abs(scaled[where] - slow[where]).max() < 1e-14
    assert np.abs(np.delete(scaled, np.r_[where]) - np.delete(fast, np.r_[where])).max() < 1e-14
    assert np.abs(fast[where] - slow[where]).max() > 1e-6


def test_layers_that_do_not_exist_are_named(
    network: neural.Network, make_plan: Plans, classes: neural.Examples
) -> None:
    """A misspelt name must not train what was meant to stay."""
    with pytest.raises(neural.errors.UnknownComponent, match=r"dense_9.*dense_1, dense_2, dense_3"):
        next(neural.train(network, make_plan(frozen=("dense_9",)), classes, None))


def test_freezing_everything_is_refused(network: neural.Network, make_plan: Plans, classes: neural.Examples) -> None:
    """Nothing would be left to learn."""
    with pytest.raises(neural.errors.ParameterOutOfRange, match="leave something to learn"):
        next(neural.train(network, make_plan(frozen=("dense_1", "dense_2", "dense_3")), classes, None))


@pytest.mark.parametrize("clip_norm", [0.1, None])  # a clipped gradient, and Adam's steps, hide a wrong factor
@pytest.mark.parametrize("steps", [2, 3, 5, 100])
def test_gathered_batches_are_one_step(
    network: neural.Network, make_plan: Plans, classes: neural.Examples, steps: int, clip_norm: float | None
) -> None:
    """13 batches of 8 with one of 5 at the end: whatever is left makes a smaller step, as a smaller last batch does."""
    schedule = vocabulary.create("schedule", "cosine")
    optimizer = vocabulary.create("optimizer", "sgd", learning_rate=0.05)
    same = {"optimizer": optimizer, "dtype": "float64", "schedule": schedule, "clip_norm": clip_norm, "l2": 0.01}
    gathered = make_plan(batch_size=8, gradient_accumulation_steps=steps, **same)
    large = make_plan(batch_size=8 * steps, **same)

    mine, theirs = weights_after(network, gathered, classes), weights_after(network, large, classes)

    assert all(np.abs(one - other).max() < 1e-12 for one, other in zip(mine, theirs, strict=True))
    assert np.abs(mine[-1] - mine[0]).max() > 1e-3


def test_groups_do_not_change_gathered_steps(
    network: neural.Network, make_plan: Plans, classes: neural.Examples
) -> None:
    """How many batches are loaded at once is nobody's business."""
    plan = make_plan(gradient_accumulation_steps=3)

    ordinary, other = weights_after(network, plan, classes), weights_after(network, plan, classes, group_size=4)

    assert ordinary[-1].tobytes() == other[-1].tobytes()


def test_max_norm_holds_for_what_flows_into_each_unit(
    network: neural.Network, make_plan: Plans, classes: neural.Examples
) -> None:
    """Kernels by columns, biases not at all."""
    *_, last = weights_after(network, make_plan(max_norm=0.7, epochs=20), classes)

    lengths = [
        np.linalg.norm(array, axis=0)
        for name, array in neural.named_arrays(network, last).items()
        if name.endswith("kernel")
    ]
    assert max(length.max() for length in lengths) <= 0.7 * (1 + 1e-6)
    assert max(length.max() for length in lengths) > 0.69


def test_the_exponential_average_is_what_its_formula_says(
    network: neural.Network, make_plan: Plans, classes: neural.Examples
) -> None:
    """Training itself goes on from the weights, not from their average."""
    changes = {"batch_size": 101, "epochs": 6, "dtype": "float64"}
    _, *raw = weights_after(network, make_plan(**changes), classes)
    expected = raw[0]
    for weights in raw[1:]:
        expected = 0.8 * expected + (1 - 0.8) * weights

    *_, averaged = weights_after(network, make_plan(averaging=ExponentialAverage(momentum=0.8), **changes), classes)

    assert np.abs(averaged - expected).max() < 1e-14
    assert np.abs(averaged - raw[-1]).max() > 1e-4


def test_the_stochastic_average_begins_with_its_epoch(
    network: neural.Network, make_plan: Plans, classes: neural.Examples
) -> None:
    """Before that the weights themselves are what is kept."""
    changes = {"epochs": 6, "dtype": "float64"}
    _, *raw = weights_after(network, make_plan(**changes), classes)

    _, *averaged = weights_after(network, make_plan(averaging=StochasticAverage(start_epoch=3), **changes), classes)

    assert averaged[1].tobytes() == raw[1].tobytes()
    assert np.abs(averaged[-1] - np.mean(raw[2:], axis=0)).max() < 1e-14


def test_what_is_validated_is_what_is_kept(network: neural.Network, make_plan: Plans, classes: neural.Examples) -> None:
    """A score of weights that nobody gets would be a lie."""
    plan = make_plan(averaging=ExponentialAverage(momentum=0.9), epochs=4, early_stopping=neural.EarlyStopping())

    seen = []
    for report in neural.train(network, plan, classes, classes):
        if isinstance(report, neural.EpochReport):
            scores = neural.evaluate(network, report.weights(), classes, loss=plan.loss)
            seen.append((report.values["val_loss"], scores["loss"], report.result))

    assert [told for told, _, _ in seen] == pytest.approx([measured for _, measured, _ in seen], rel=1e-6)
    best = neural.evaluate(network, seen[-1][2].weights, classes, loss=plan.loss)
    assert best["loss"] == pytest.approx(min(told for told, _, _ in seen), rel=1e-6)


def test_decay_beside_the_gradient_is_adamw(
    network: neural.Network, make_plan: Plans, classes: neural.Examples
) -> None:
    """Two ways to say one thing have one result, also while the rate changes."""
    changes = {"schedule": vocabulary.create("schedule", "cosine"), "dtype": "float64"}
    own = make_plan(optimizer=vocabulary.create("optimizer", "adam"), weight_decay=0.1, **changes)
    adamw = make_plan(optimizer=vocabulary.create("optimizer", "adamw", weight_decay=0.1), **changes)

    mine, theirs = weights_after(network, own, classes)[-1], weights_after(network, adamw, classes)[-1]

    assert np.abs(mine - theirs).max() < 1e-13


def test_decay_twice_is_refused(make_plan: Plans) -> None:
    """`adamw` has one already."""
    with pytest.raises(neural.errors.ParameterOutOfRange, match="weight_decay of its own"):
        make_plan(optimizer=vocabulary.create("optimizer", "adamw"), weight_decay=0.1)


@pytest.mark.parametrize("name", ["clip_norm", "clip_value", "clip_parameter_norm", "max_norm"])
def test_limits_of_nothing_are_refused(make_plan: Plans, name: str) -> None:
    """A limit of 0 would stop everything."""
    with pytest.raises(neural.errors.ParameterOutOfRange, match=name):
        make_plan(**{name: 0.0})


def test_the_average_is_told_in_the_middle_of_an_epoch_too(
    network: neural.Network, make_plan: Plans, classes: neural.Examples
) -> None:
    """A training that runs out of time is left with these weights."""
    raw, averaged = (
        [
            report.weights()
            for report in neural.train(
                network, make_plan(epochs=1, dtype="float64", **changes), classes, None, group_size=1
            )
        ]
        for changes in ({}, {"averaging": ExponentialAverage(momentum=0.5)})
    )

    assert np.abs(averaged[0] - raw[0]).max() == 0
    assert np.abs(averaged[1] - (raw[0] + raw[1]) / 2).max() < 1e-15
