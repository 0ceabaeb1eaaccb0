"""Dropout within recurrent layers: Keras' own cells, given the masks that are drawn here, compute the same states."""

from typing import Any

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.layers import GRU, LSTM, Layer, SimpleRNN
from neural.network.binding import bind
from tests.neural.test_keras_parity import dtype, keras, real_float64
from tests.neural.training.test_resume import assert_resumes

__all__ = ["dtype", "real_float64"]  # fixtures

ROWS, TIME, FEATURES, UNITS, SEED = 5, 4, 3, 2, 8
GATES = {SimpleRNN: 1, LSTM: 4, GRU: 3}
RATES = {"of inputs": (0.4, 0.0), "of states": (0.0, 0.3), "of both": (0.4, 0.3)}
Masks = list[np.ndarray]


def masks(rate: float, generator: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw what is kept, and scale it, (batch, features): the share of what is cleared is the rate."""
    return np.where(generator.random(shape) >= rate, 1 / (1 - rate), 0).T if rate else np.ones(shape[::-1])


def drawn(kind: type[Layer], rates: tuple[float, float]) -> tuple[Masks, Masks]:
    """Draw the masks of inputs and states: for each gate where states are cleared, else once."""
    generator, of_inputs, of_states = np.random.default_rng(SEED), [], []
    for _ in range(GATES[kind] if rates[1] else 1):
        of_inputs.append(masks(rates[0], generator, FEATURES, ROWS))
        of_states.append(masks(rates[1], generator, UNITS, ROWS))
    return of_inputs, of_states


def states_here(kind: type[Layer], rates: tuple[float, float], x: np.ndarray, flat: np.ndarray) -> np.ndarray:
    """Send a batch through while training, (batch, time, units)."""
    bound = bind(network(kind, rates), flat, inputs=with_ones(x), generator=np.random.default_rng(SEED))
    for call in bound.slots[0].forward:
        call()
    return bound.logits[0].reshape(UNITS, TIME, ROWS).transpose(2, 1, 0)


def network(kind: type[Layer], rates: tuple[float, float]) -> neural.Network:
    """Make one layer."""
    layer: Any = kind
    made = layer(units=UNITS, return_sequences=True, dropout=rates[0], recurrent_dropout=rates[1])
    return neural.Network(layers=(made,), input_shape=(TIME, FEATURES))


def with_ones(x: np.ndarray) -> np.ndarray:
    """Lay a batch out as the layers read it, in one slot."""
    return np.concatenate([x.transpose(2, 1, 0), np.ones((1, TIME, ROWS))])[None]


def states_in_keras(
    kind: type[Layer], rates: tuple[float, float], x: np.ndarray, arrays: list[np.ndarray]
) -> np.ndarray:
    """Take Keras' cell step by step, with these masks."""
    cell = getattr(keras.layers, f"{kind.__name__}Cell")(UNITS, dropout=rates[0], recurrent_dropout=rates[1])
    cell.build((ROWS, FEATURES))
    cell.set_weights(arrays)
    of_inputs, of_states = drawn(kind, rates)
    is_one = kind is SimpleRNN or not rates[1]
    cell._dropout_mask = of_inputs[0] if is_one else of_inputs
    cell._recurrent_dropout_mask = of_states[0] if is_one else of_states
    states: Any = [np.zeros((ROWS, UNITS)) for _ in range(2 if kind is LSTM else 1)]
    given = []
    for step in range(TIME):
        _, states = cell(x[:, step], states, training=True)
        given.append(np.asarray(states[0]))
    return np.stack(given, axis=1)


@pytest.mark.parametrize("dtype", ["float64"], indirect=True)
@pytest.mark.parametrize("rates", RATES)
@pytest.mark.parametrize("kind", GATES, ids=lambda kind: kind.key)
def test_states_are_those_of_keras_cells_with_the_same_masks(kind: type[Layer], rates: str, dtype: str) -> None:
    """One mask for all steps, and for each gate where states are cleared; predictions clear nothing."""
    del dtype
    generator, chosen = np.random.default_rng(2), RATES[rates]
    net = network(kind, chosen)
    flat = neural.initialize(net, generator, "float64")
    flat += 0.3 * generator.standard_normal(flat.size)
    x = generator.standard_normal((ROWS, TIME, FEATURES))
    arrays = [flat[p.start : p.stop].reshape(p.shape) for p in net.parameters]

    found = states_here(kind, chosen, x, flat)

    np.testing.assert_allclose(found, states_in_keras(kind, chosen, x, arrays), rtol=1e-12, atol=1e-14)
    plain = neural.predict(net, flat, x, loss="mean_squared_error")
    np.testing.assert_array_equal(plain, neural.predict(network(kind, (0.0, 0.0)), flat, x, loss="mean_squared_error"))


def test_resuming_in_the_middle_changes_no_byte(generator: np.random.Generator) -> None:
    """The masks come from the generator that the state of a training keeps."""
    layers = (GRU(units=UNITS, bidirectional=True, dropout=0.3, recurrent_dropout=0.2), neural.Dense(units=2))
    rows = neural.Examples(generator.standard_normal((8, TIME, FEATURES)), generator.integers(0, 2, 8))
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", "sgd"),
        epochs=2,
        batch_size=2,
        seed=4,
    )

    assert assert_resumes(plan, rows, neural.Network(layers=layers, input_shape=(TIME, FEATURES)), every=2)
