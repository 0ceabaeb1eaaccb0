"""A training step allocates nothing: every array was made when the network was bound."""

import tracemalloc
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.constraints import MaxNorm, MinMaxNorm
from neural.regularizers import L1L2
from neural.training.averaging import Averaging, ExponentialAverage, StochasticAverage
from neural.training.batch_steps import BatchSteps
from neural.training.session import Session

WIDTH, BATCH, STEPS = 32, 1024, 6
SMALLEST_ARRAY = 4 * BATCH * 3  # bytes of the network's smallest activation; what an iterator takes is far less


def peak_of_a_step(
    layers: tuple, loss: str, connections: Mapping[str, tuple[str, ...]] = MappingProxyType({}), **changes: object
) -> int:
    """Run loaded steps under tracemalloc, which NumPy reports its arrays to; return the bytes they added at most."""
    generator = np.random.default_rng(0)
    rows = BATCH * STEPS
    draws = {
        "classes": generator.integers(0, 3, rows),
        "labels": generator.integers(0, 2, (rows, 3)),
        "values": generator.standard_exponential((rows, 3)),  # above 0, as counts have to be
        "shares": generator.dirichlet(np.ones(3), rows),
    }
    settings = {"optimizer": vocabulary.create("optimizer", "adam")} | changes
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", loss),
        epochs=1,
        batch_size=BATCH,
        seed=1,
        **settings,  # type: ignore[arg-type]
    )
    network = neural.Network(layers=layers, input_shape=(WIDTH,), inputs=connections)
    examples = neural.Examples(generator.standard_normal((rows, WIDTH)), draws[vocabulary.LOSSES[loss].targets])
    batch_steps = Session(network, plan, examples, None, group_size=STEPS)._batch_steps[0]
    batch_steps.load(np.arange(rows))
    with np.errstate(all="ignore"):  # as the session does
        return traced(batch_steps)


def traced(batch_steps: BatchSteps) -> int:
    """Run all but the first two loaded steps under tracemalloc."""
    batch_steps.run(0, 1)  # what Python itself caches at a first call is not the step's
    tracemalloc.start()
    try:
        batch_steps.run(1, 2)
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        batch_steps.run(2, STEPS)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def layers(activation: str) -> tuple:
    """Put an activation into every place."""
    return (
        neural.Dense(units=WIDTH, activation=activation),
        neural.Dropout(rate=0.3),
        neural.Activation(function=activation),
        neural.Dense(units=WIDTH, activation=activation),
        neural.Dense(units=3),
    )


@pytest.mark.parametrize("activation", vocabulary.ACTIVATIONS)
def test_no_activation_allocates(activation: str) -> None:
    """Neither forward nor back."""
    assert peak_of_a_step(layers(activation), "categorical_crossentropy") < SMALLEST_ARRAY


@pytest.mark.parametrize("loss", vocabulary.LOSSES)
def test_no_loss_allocates(loss: str) -> None:
    """The gradient goes into a buffer of its own."""
    assert peak_of_a_step(layers("relu"), loss) < SMALLEST_ARRAY


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("sgd", {}),
        ("sgd", {"momentum": 0.9, "nesterov": True}),
        ("rmsprop", {"momentum": 0.5, "centered": True}),
        ("adam", {}),
        ("adamw", {}),
    ],
)
def test_no_optimizer_allocates(name: str, settings: dict) -> None:
    """Updates are done in place, chunk by chunk, with one scratch."""
    optimizer = vocabulary.create("optimizer", name, **settings)

    assert peak_of_a_step(layers("relu"), "huber", optimizer=optimizer) < SMALLEST_ARRAY


def test_no_penalty_allocates() -> None:
    """Decay, clipping and class weights have their scratch."""
    peak = peak_of_a_step(
        layers("relu"),
        "categorical_crossentropy",
        l1=0.1,
        l2=0.1,
        clip_norm=1.0,
        clip_value=1.0,
        class_weight=(1.0, 2.0, 3.0),
    )

    assert peak < SMALLEST_ARRAY


def test_no_penalty_or_limit_of_a_layer_allocates() -> None:
    """Of weights and outputs, along one axis and along several."""
    elastic, shortened = L1L2(l1=0.1, l2=0.2), MinMaxNorm(rate=0.5, axis=(0, 1))
    wide = neural.Dense(
        units=1024,
        activation="tanh",
        kernel_regularizer=elastic,
        bias_regularizer="l1",
        activity_regularizer=elastic,
        kernel_constraint=MaxNorm(max_value=1.0),
        bias_constraint="non_neg",
    )

    head = neural.Dense(units=3, kernel_constraint=shortened)
    kernel = 4 * WIDTH * wide.units  # bytes; what an iterator takes for a broadcast is less

    assert peak_of_a_step((wide, head), "categorical_crossentropy") < kernel / 2


@pytest.mark.parametrize("averaging", [ExponentialAverage(), StochasticAverage()])
def test_nothing_around_the_optimizer_allocates(averaging: Averaging) -> None:
    """Sums of gradients, averages, old weights of slowed layers have arrays of their own."""
    peak = peak_of_a_step(
        layers("relu"),
        "categorical_crossentropy",
        gradient_accumulation_steps=2,
        averaging=averaging,
        weight_decay=0.1,
        max_norm=1.0,
        clip_parameter_norm=1.0,
        frozen=("dense_2",),
        learning_rate_factors={"dense_1": 0.5},
    )

    assert peak < SMALLEST_ARRAY


def test_the_measurement_sees_a_single_temporary() -> None:
    """Otherwise the tests above would prove nothing."""

    class Wasteful(neural.activations.Tanh):
        """Makes one array that nobody needs."""

        def forward(self, z, y, scratch):  # noqa: ANN001, ANN202
            """Add the temporary."""
            return [*super().forward(z, y, scratch), z.copy]

    assert peak_of_a_step((neural.Dense(units=3, activation=Wasteful()),), "huber") >= SMALLEST_ARRAY
