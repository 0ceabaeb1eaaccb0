"""The layers' health is what a look at the arrays themselves says, and looking changes nothing."""

from collections.abc import Callable

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.training.layer_health import not_alive, stuck

Plans = Callable[..., neural.TrainingPlan]
ROWS = 40


@pytest.fixture
def network() -> neural.Network:
    """A rectifier, a layer without weights, a squashed one, an output."""
    layers = (
        neural.Dense(units=6, activation="relu"),
        neural.Dropout(rate=0.1),
        neural.Dense(units=5, activation="tanh"),
        neural.Dense(units=3),
    )
    return neural.Network(layers=layers, input_shape=(4,))


@pytest.fixture
def rows(generator: np.random.Generator) -> neural.Examples:
    """Three noisy classes."""
    return neural.Examples(generator.standard_normal((ROWS, 4)), generator.integers(0, 3, ROWS))


def epochs(network: neural.Network, plan: neural.TrainingPlan, rows: neural.Examples, **settings: object) -> list:
    """Train; return each epoch's report with the weights after it."""
    reports = neural.train(network, plan, rows, None, **settings)  # type: ignore[arg-type]
    return [(report, report.weights()) for report in reports if isinstance(report, neural.EpochReport)]


def test_norms_and_ratios_are_those_of_a_step(network: neural.Network, rows: neural.Examples, make_plan: Plans) -> None:
    """With plain descent the gradient is the change over the rate."""
    rate = 0.1
    sgd = vocabulary.create("optimizer", "sgd", learning_rate=rate)
    plan = make_plan(optimizer=sgd, batch_size=ROWS, epochs=1, health_every=1, dtype="float64")
    before = neural.initialize(network, np.random.default_rng(1), "float64")

    [(report, after)] = epochs(network, plan, rows, weights=before)

    for index, health in enumerate(report.health):
        part = network.trainable_part(index)
        assert health.layer == network.layers[index].name
        if index == 1:
            assert (health.gradient_norm, health.update_ratio) == (None, None)
            continue
        change = float(np.linalg.norm((after - before)[part]))
        assert health.gradient_norm == pytest.approx(change / rate, rel=1e-9)
        assert health.update_ratio == pytest.approx(change / np.linalg.norm(after[part]), rel=1e-9)


def test_dead_and_saturated_units_are_counted(network: neural.Network, rows: neural.Examples, make_plan: Plans) -> None:
    """Two rectifiers pushed down for good, and one of five tangents pushed up."""
    still = vocabulary.create("optimizer", "sgd", learning_rate=1e-30)
    weights = neural.initialize(network, np.random.default_rng(1)) * np.float32(0.1)
    arrays = neural.named_arrays(network, weights)
    arrays["dense_1.bias"][:2] = -100
    arrays["dense_1.bias"][2:] = 0.5
    arrays["dense_2.bias"][3] = 100

    [(report, _)] = epochs(network, make_plan(optimizer=still, epochs=1, health_every=2), rows, weights=weights)

    first, dropout, second, last = report.health
    assert (first.dead, first.saturated) == (pytest.approx(2 / 6), None)
    assert (second.dead, second.saturated) == (None, pytest.approx(1 / 5))
    assert (dropout.dead, dropout.saturated, last.dead, last.saturated) == (None, None, None, None)


def test_shares_count_units_and_outputs() -> None:
    """A unit is dead only if no row wakes it; every output is flat or not on its own."""
    outputs = np.array([[0.0, 0.0, 0.0], [0.0, 0.99, 0.5]])

    assert not_alive(outputs) == 0.5
    assert stuck(outputs, 0.02, 0.98) == pytest.approx(5 / 6)


def test_looking_changes_no_byte(network: neural.Network, rows: neural.Examples, make_plan: Plans) -> None:
    """A thermometer must not heat."""
    unseen = epochs(network, make_plan(), rows)
    seen = epochs(network, make_plan(health_every=2), rows)

    assert [weights.tobytes() for _, weights in unseen] == [weights.tobytes() for _, weights in seen]
    assert [report.values for report, _ in unseen] == [report.values for report, _ in seen]
    assert all(not report.health for report, _ in unseen)


def test_groups_change_no_health(network: neural.Network, rows: neural.Examples, make_plan: Plans) -> None:
    """Steps are sampled by their place in the epoch."""
    plan = make_plan(health_every=2, batch_size=3)

    ordinary, other = epochs(network, plan, rows), epochs(network, plan, rows, group_size=4)

    assert [report.health for report, _ in ordinary] == [report.health for report, _ in other]


def test_looks_at_steps_that_are_none_are_refused(make_plan: Plans) -> None:
    """Every zeroth step is no step."""
    with pytest.raises(neural.errors.ParameterOutOfRange, match="health_every"):
        make_plan(health_every=0)


def test_the_output_layer_is_looked_at_too(make_plan: Plans, generator: np.random.Generator) -> None:
    """Where the loss has no link of its own, the last function may be flat as well."""
    network = neural.Network(layers=(neural.Dense(units=2, activation="sigmoid"),), input_shape=(3,))
    weights = np.array([0, 0, 0, 0, 0, 0, 50, 0], float)  # the bias of the first output
    plan = make_plan(loss=vocabulary.create("loss", "mean_squared_error"), epochs=1, health_every=1)
    rows = neural.Examples(generator.standard_normal((ROWS, 3)), np.full((ROWS, 2), 0.5))

    [(report, _)] = epochs(network, plan, rows, weights=weights)

    assert report.health[0].saturated == 0.5


def test_every_kth_step_is_looked_at_from_the_first_on(
    network: neural.Network, rows: neural.Examples, make_plan: Plans
) -> None:
    """Eight batches are four steps of two, and the first and third of them count."""
    rate = 0.1
    sgd = vocabulary.create("optimizer", "sgd", learning_rate=rate)
    plan = make_plan(
        optimizer=sgd, batch_size=5, epochs=1, health_every=2, gradient_accumulation_steps=2, dtype="float64"
    )
    weights, health = [], ()
    for report in neural.train(network, plan, rows, None, group_size=1):
        if isinstance(report, neural.EpochReport):
            health = report.health
        else:
            weights.append(report.weights())

    part = network.trainable_part(0)
    changes = [np.linalg.norm((weights[end] - weights[end - 1])[part]) for end in (1, 5)]
    assert health[0].gradient_norm == pytest.approx(np.mean(changes) / rate, rel=1e-9)
