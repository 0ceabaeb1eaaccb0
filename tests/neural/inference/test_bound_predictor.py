"""A network that is bound once answers for one row after the other as one that is bound for each."""

import numpy as np
import pytest

import neural
from neural.errors import NonFiniteInput
from neural.layers import LSTM, Conv1D, Dense, Embedding, Flatten

NETWORKS = {
    "dense": neural.Network(layers=(Dense(units=5, activation="tanh"), Dense(units=3)), input_shape=(4,)),
    "windows": neural.Network(
        layers=(Conv1D(filters=3, kernel_size=2, activation="relu"), Flatten(), Dense(units=3)), input_shape=(6, 2)
    ),
    "steps": neural.Network(layers=(LSTM(units=4), Dense(units=3)), input_shape=(5, 2)),
    "words": neural.Network(
        layers=(Embedding(input_dim=7, output_dim=3, mask_zero=True), LSTM(units=4), Dense(units=3)), input_shape=(5,)
    ),
}


def row_of(network: neural.Network, rng: np.random.Generator) -> np.ndarray:
    """Make one row; of words, some are the empty one, which is masked."""
    if isinstance(network.layers[0], Embedding):
        return rng.integers(0, 7, (1, *network.input_shape)).astype(float)
    return rng.normal(size=(1, *network.input_shape))


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_one_row_after_the_other_is_answered_to_the_bit(network: neural.Network) -> None:
    """Nothing of the row before may be left: neither values nor masks."""
    rng = np.random.default_rng(3)
    flat = neural.initialize(network, rng)
    bound = neural.BoundPredictor(network, flat, rows=1, loss="categorical_crossentropy")

    for _ in range(5):
        x = row_of(network, rng)
        expected = neural.predict(network, flat, x, loss="categorical_crossentropy")

        np.testing.assert_array_equal(bound.predict(x), expected)


def test_what_was_answered_stays_as_it_was() -> None:
    """The arrays are used again; what was handed out must not change with them."""
    network, rng = NETWORKS["dense"], np.random.default_rng(3)
    bound = neural.BoundPredictor(network, neural.initialize(network, rng), rows=1, loss="mean_squared_error")
    first = bound.predict(np.ones((1, 4)))
    before = first.copy()

    bound.predict(np.zeros((1, 4)))

    np.testing.assert_array_equal(first, before)


def test_a_row_that_is_refused_leaves_it_usable() -> None:
    """One bad request must not spoil the next answer."""
    network, rng = NETWORKS["dense"], np.random.default_rng(3)
    flat = neural.initialize(network, rng)
    bound = neural.BoundPredictor(network, flat, rows=1, loss="mean_squared_error")

    with pytest.raises(NonFiniteInput):
        bound.predict(np.full((1, 4), np.nan))

    x = np.ones((1, 4))
    np.testing.assert_array_equal(bound.predict(x), neural.predict(network, flat, x, loss="mean_squared_error"))
