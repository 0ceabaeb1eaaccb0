"""Masks through whole networks: same weights, same rows, Keras' predictions and Keras' steps."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import neural
from neural import layers as own
from neural import vocabulary
from tests.neural.stacks import IDS, Stack, give, stacks, taken, twin
from tests.neural.test_keras_parity import keras, real_float64

__all__ = ["real_float64"]  # fixture

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore:__array__ implementation:DeprecationWarning")
SEEDS = st.integers(0, 10_000)
ONCE = {  # nor made smaller: a stack is short, and every other one takes a second to be built in Keras
    "deadline": None, "phases": [Phase.generate],
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}  # fmt: skip
CLOSE = 2e-6  # Keras on JAX attends in float32


@pytest.fixture(autouse=True)
def in_float64(real_float64: None) -> Any:
    """Let Keras compute in float64."""
    for setting in (keras.config.set_floatx, keras.config.set_dtype_policy):
        setting("float64")
    yield
    for setting in (keras.config.set_floatx, keras.config.set_dtype_policy):
        setting("float32")


def drawn(stack: Stack, seed: int) -> np.ndarray:
    """Draw weights that are far from any start; variances stay positive."""
    generator = np.random.default_rng(seed)
    flat = neural.initialize(stack.network, generator, "float64")
    flat += generator.uniform(0, 0.5, flat.size)
    return flat


@settings(max_examples=15, **ONCE)
@given(stack=stacks(at_random=True), seed=SEEDS)
def test_any_stack_predicts_as_in_keras(stack: Stack, seed: int) -> None:
    """Who uses a mask, who hands it on and who ends it decides what everybody behind computes."""
    network, flat = stack.network, drawn(stack, seed)
    model = twin(stack, keras)
    give(model, network, flat)
    x = stack.rows(seed)

    outputs = neural.predict(network, flat, x, loss="mean_squared_error")

    np.testing.assert_allclose(outputs, np.asarray(model(x)), rtol=CLOSE, atol=CLOSE)


@settings(max_examples=5, **ONCE)
@given(stack=stacks(), seed=SEEDS)
def test_any_stack_learns_as_in_keras(stack: Stack, seed: int) -> None:
    """Two steps: the second one shows what the first has done to weights and moving means."""
    network, flat = stack.network, drawn(stack, seed)
    model = twin(stack, keras)
    give(model, network, flat)
    x = stack.rows(seed)
    y = np.random.default_rng(seed).integers(0, 3, (len(x), *network.output_shape[:-1]))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss=loss, run_eagerly=True)
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=0.05),
        epochs=2,
        batch_size=len(x),
        seed=3,
        dtype="float64",
    )

    *_, last = neural.train(network, plan, neural.Examples(x.astype(float), y), None, weights=flat)
    for _ in range(2):
        model.train_on_batch(x, y)

    np.testing.assert_allclose(last.weights(), taken(model, network), rtol=CLOSE, atol=CLOSE)


ENDING = {
    "conv1d": (own.Conv1D(filters=2, kernel_size=1, padding="same", name="it"), lambda k: k.Conv1D(2, 1, name="it")),
    "reshape": (own.Reshape(target_shape=(4, 2), name="it"), lambda k: k.Reshape((4, 2), name="it")),
    "max_pooling1d": (own.MaxPooling1D(pool_size=1, name="it"), lambda k: k.MaxPooling1D(1, name="it")),
    "average_pooling1d": (own.AveragePooling1D(pool_size=1, name="it"), lambda k: k.AveragePooling1D(1, name="it")),
}


@pytest.mark.parametrize("name", ENDING)
def test_what_works_on_windows_or_shapes_ends_a_mask(name: str) -> None:
    """As Keras says of these layers: what comes behind them counts every step."""
    layer, make = ENDING[name]
    layers = (own.Embedding(input_dim=IDS, output_dim=2, mask_zero=True), layer)
    network = neural.Network(layers=(*layers, own.GlobalAveragePooling1D()), input_shape=(4,))
    every = neural.Network(layers=layers, input_shape=(4,))
    flat = neural.initialize(network, np.random.default_rng(0), "float64")
    x = np.array([[1, 2, 0, 0], [3, 0, 0, 0]])

    outputs, steps = (neural.predict(each, flat, x, loss="mean_squared_error") for each in (network, every))

    assert not make(keras.layers).supports_masking
    np.testing.assert_allclose(outputs, steps.mean(axis=1), rtol=1e-12)


@settings(max_examples=30, **ONCE)
@given(stack=stacks(at_random=True), seed=SEEDS)
def test_any_stack_has_right_gradients(stack: Stack, seed: int) -> None:
    """Errors of masked steps go where their values came from, and nowhere else."""
    network, x = stack.network, stack.rows(seed)
    y = np.random.default_rng(seed).integers(0, 3, (len(x), *network.output_shape[:-1]))
    generator = np.random.default_rng(seed)

    certificate = neural.check_gradients(
        network, drawn(stack, seed), x, y, "categorical_crossentropy", generator=generator, directions=3, entries=12
    )

    assert certificate.passed, certificate


def test_every_layer_says_what_it_does_with_a_mask() -> None:
    """Whoever adds a layer decides it, and whoever uses one can read it."""
    assert all(entry.mask_use is not None for entry in vocabulary.LAYERS.values())
