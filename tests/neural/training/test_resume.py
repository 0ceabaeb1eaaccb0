"""A training that goes on from a state ends with the bytes of one that never stopped."""

import io
from collections.abc import Callable, Iterable

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.data.augmentation import Augmentation
from neural.network.batch_sizes import slots_for
from neural.training.averaging import ExponentialAverage, StochasticAverage

ROWS = 301  # 150 batches of two and one of one


OPTIMIZERS = ["adam", "rmsprop", "sgd", "adagrad", "adadelta", "adamax", "nadam", "lion", "amsgrad"]
SCHEDULES = {"adam": "cosine", "rmsprop": "reduce_on_plateau", "sgd": "one_cycle"}


@pytest.fixture(params=OPTIMIZERS)
def plan(request: pytest.FixtureRequest) -> neural.TrainingPlan:
    """Everything that has a state takes part: slots, dropout, metrics with memory, early stopping."""
    settings = {
        "sgd": {"momentum": 0.9},
        "rmsprop": {"momentum": 0.5, "centered": True},
        "amsgrad": {"amsgrad": True},
    }.get(request.param, {})
    schedule = SCHEDULES.get(request.param)
    waiting = {"patience": 1} if schedule == "reduce_on_plateau" else {}
    return neural.TrainingPlan(
        loss=vocabulary.create("loss", "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", request.param.replace("amsgrad", "adam"), **settings),
        schedule=vocabulary.create("schedule", schedule, **waiting) if schedule else None,
        epochs=6,
        batch_size=2,
        seed=12,
        metrics=("accuracy", "balanced_accuracy", "auc", "f1"),
        early_stopping=neural.EarlyStopping(patience=2, min_delta=0.02),
        clip_norm=1.0,
        l2=0.001,
    )


@pytest.fixture
def rows(generator: np.random.Generator) -> neural.Examples:
    """Three noisy classes."""
    x = generator.standard_normal((ROWS, 4)).astype(np.float32)
    return neural.Examples(x, generator.integers(0, 3, ROWS))


def through_a_file(state: neural.TrainingState) -> neural.TrainingState:
    """Write a state and read it back, without pickle."""
    file = io.BytesIO()
    np.savez(file, **state.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return neural.TrainingState.from_arrays(dict(arrays))


def follow(reports: Iterable[neural.Report]) -> tuple[list[tuple], dict[str, bytes]]:
    """Run a loop; return what every epoch said, and the last state, down to the bytes."""
    epochs = []
    for report in reports:
        if isinstance(report, neural.EpochReport):
            said = (report.epoch, report.step, report.values, report.is_best, report.stopped, report.health)
            epochs.append((*said, report.weights().tobytes()))
    return epochs, {name: array.tobytes() for name, array in report.state().to_arrays().items()}


def assert_resumes(
    plan: neural.TrainingPlan, rows: neural.Examples, network: neural.Network, *, every: int = 4
) -> list[int]:
    """Hold trainings that go on from states against one that never stopped; return where in an epoch they were."""
    undisturbed, final = follow(neural.train(network, plan, rows, rows))
    positions = []
    for number, report in enumerate(neural.train(network, plan, rows, rows, group_size=29)):
        if number % every != 1 or report.step == undisturbed[-1][1]:
            continue
        state = through_a_file(report.state())
        resumed, end = follow(neural.train(network, plan, rows, rows, state=state))
        positions.append(state.scalars["position"])
        assert resumed == undisturbed[state.epoch - 1 :]
        assert end == final
    return positions


def test_resuming_at_any_batch_changes_no_byte(
    plan: neural.TrainingPlan, rows: neural.Examples, classifier: neural.Network
) -> None:
    """Also in the middle of an epoch and of a group of batches, with every generator and sum on its way."""
    positions = assert_resumes(plan, rows, classifier)

    group = slots_for(classifier, plan.batch_size)
    assert any(0 < position < ROWS // 2 and position % group for position in positions)  # truly inside of one


OPTIONS: dict[str, dict[str, object]] = {
    "accumulation": {"gradient_accumulation_steps": 4},
    "accumulation and schedule": {
        "gradient_accumulation_steps": 7,
        "schedule": vocabulary.create("schedule", "cosine"),
    },
    "exponential average": {"averaging": ExponentialAverage(momentum=0.95)},
    "stochastic average": {"averaging": StochasticAverage(start_epoch=2)},
    "average of accumulated": {"averaging": ExponentialAverage(), "gradient_accumulation_steps": 3},
    "limits": {"clip_parameter_norm": 0.1, "max_norm": 0.8, "weight_decay": 0.01},
    "frozen and slowed": {"frozen": ("dense_2",), "learning_rate_factors": {"dense_1": 0.3}},
    "health": {"health_every": 7},
    "health of accumulated": {"health_every": 3, "gradient_accumulation_steps": 4},
    "no early stopping": {"early_stopping": None},
}


@pytest.mark.parametrize("option", OPTIONS)
def test_resuming_with_an_option_changes_no_byte(
    option: str, rows: neural.Examples, classifier: neural.Network, make_plan: Callable[..., neural.TrainingPlan]
) -> None:
    """What stands around the optimizer remembers things too."""
    stopping = neural.EarlyStopping(patience=2, min_delta=0.02)
    ordinary = {"batch_size": 2, "epochs": 3, "metrics": ("accuracy",), "early_stopping": stopping}

    positions = assert_resumes(make_plan(**(ordinary | OPTIONS[option])), rows, classifier, every=5)

    assert any(position % 4 for position in positions)  # inside of a gathered step


def test_resuming_with_changed_images_changes_no_byte(
    generator: np.random.Generator, make_plan: Callable[..., neural.TrainingPlan]
) -> None:
    """Every image becomes what it would have become."""
    images = generator.standard_normal((61, 6, 5, 2)).astype(np.float32)
    layers = (neural.layers.Conv2D(filters=3, kernel_size=3), neural.layers.Flatten(), neural.Dense(units=3))
    network = neural.Network(layers=layers, input_shape=(6, 5, 2))
    augmentation = Augmentation(flip_horizontal=True, shift=1, crop=0.3, noise=0.1)
    plan = make_plan(batch_size=2, augmentation=augmentation)

    assert_resumes(plan, neural.Examples(images, generator.integers(0, 3, 61)), network, every=2)


def test_a_finished_state_has_nothing_left_to_do(
    plan: neural.TrainingPlan, rows: neural.Examples, classifier: neural.Network
) -> None:
    """A worker that died after the last epoch must not train one more."""
    *_, last = neural.train(classifier, plan, rows, rows)
    loop = neural.train(classifier, plan, rows, rows, state=last.state())

    with pytest.raises(StopIteration) as stopped:
        next(loop)

    assert stopped.value.value.weights.tobytes() == last.result.weights.tobytes()
    assert stopped.value.value.best_epoch == last.result.best_epoch


def test_a_state_is_a_copy(plan: neural.TrainingPlan, rows: neural.Examples, classifier: neural.Network) -> None:
    """A checkpoint is written while training goes on."""
    loop = neural.train(classifier, plan, rows, rows)
    state = next(loop).state()
    before = {name: array.tobytes() for name, array in state.to_arrays().items()}

    list(loop)

    assert {name: array.tobytes() for name, array in state.to_arrays().items()} == before


def test_a_state_of_another_network_is_refused(
    plan: neural.TrainingPlan, rows: neural.Examples, classifier: neural.Network
) -> None:
    """Otherwise NumPy would say something about broadcasting."""
    state = next(neural.train(classifier, plan, rows, rows)).state()
    other = neural.Network(layers=(neural.Dense(units=3),), input_shape=(4,))

    with pytest.raises(neural.errors.ShapeError):
        next(neural.train(other, plan, rows, rows, state=state))
