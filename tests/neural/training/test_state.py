"""The state of a training as checkpoints have it: names, types and shapes stay, so that earlier ones can be read."""

import json
from collections.abc import Callable

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.data.augmentation import Augmentation
from neural.training.averaging import ExponentialAverage

ARRAYS = {
    "best_weights": ("float32", (37,)),
    "memory/accumulated": ("float32", (37,)),
    "memory/accumulated_counts": ("int64", (2,)),
    "memory/augmentation_key": ("int64", (1,)),
    "memory/average": ("float32", (37,)),
    "memory/average_count": ("int64", (1,)),
    "memory/health_count": ("int64", (1,)),
    "memory/health_sums": ("float64", (3, 4)),
    "metric/accuracy/counts": ("int64", (2,)),
    "metric/auc/scores": ("float32", (4, 3)),
    "metric/auc/targets": ("int64", (4,)),
    "parameters": ("float32", (37,)),
    "permutation": ("int64", (13,)),
    "slot/mean": ("float32", (37,)),
    "slot/square": ("float32", (37,)),
}
GENERATOR = {"bit_generator": "str", "has_uint32": "int", "state": {"inc": "int", "state": "int"}, "uinteger": "int"}
SCALARS = {
    "best_epoch": "int",
    "best_value": "float",
    "epoch": "int",
    "epochs_without_improvement": "int",
    "format": "int",
    "generators": dict.fromkeys(("augmentation", "dropout", "initialization", "shuffling"), GENERATOR),
    "loss_sum": "float",
    "optimizer_step": "int",
    "pace": {"best": "float", "cooling": "int", "learning_rate": "float", "waited": "int"},
    "position": "int",
    "step": "int",
    "stop_reason": "NoneType",
}


@pytest.fixture
def state(generator: np.random.Generator, make_plan: Callable[..., neural.TrainingPlan]) -> neural.TrainingState:
    """In the second epoch of a training in which everything that has a state takes part."""
    images = generator.standard_normal((13, 3, 3, 1)).astype(np.float32)
    layers = (neural.layers.Conv2D(filters=2, kernel_size=2), neural.layers.Flatten(), neural.Dense(units=3))
    network = neural.Network(layers=layers, input_shape=(3, 3, 1))
    plan = make_plan(
        epochs=3,
        batch_size=2,
        metrics=("accuracy", "auc"),
        schedule=vocabulary.create("schedule", "reduce_on_plateau"),
        gradient_accumulation_steps=2,
        averaging=ExponentialAverage(),
        augmentation=Augmentation(flip_horizontal=True),
        health_every=1,
    )
    rows = neural.Examples(images, generator.integers(0, 3, 13))
    reports = neural.train(network, plan, rows, None, group_size=2)
    return next(report for report in reports if report.epoch == 2).state()


def kinds(value: object) -> object:
    """Put the names of types in the place of values."""
    return {name: kinds(each) for name, each in value.items()} if isinstance(value, dict) else type(value).__name__


def test_arrays_have_the_names_that_checkpoints_have(state: neural.TrainingState) -> None:
    """A name that changes here makes every paused job start again."""
    arrays = state.to_arrays()

    scalars = json.loads(arrays.pop("scalars").tobytes())

    assert {name: (str(array.dtype), array.shape) for name, array in sorted(arrays.items())} == ARRAYS
    assert kinds(scalars) == SCALARS
    assert list(scalars) == sorted(scalars)
    assert scalars["format"] == 1


def test_what_was_read_is_what_was_written(state: neural.TrainingState) -> None:
    """Bytes and all."""
    arrays = state.to_arrays()

    again = neural.TrainingState.from_arrays(arrays).to_arrays()

    assert {name: array.tobytes() for name, array in again.items()} == {
        name: array.tobytes() for name, array in arrays.items()
    }


@pytest.mark.parametrize("name", ["scalars", "parameters", "best_weights", "permutation"])
def test_a_state_without_an_array_is_refused(name: str, state: neural.TrainingState) -> None:
    """At once, not in the middle of a training."""
    arrays = state.to_arrays()
    del arrays[name]

    with pytest.raises(KeyError, match=name):
        neural.TrainingState.from_arrays(arrays)
