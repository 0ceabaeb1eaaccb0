"""Masks by hand: what merging, attention and normalisation do with steps that do not count, as Keras 3 does."""

from typing import Any

import numpy as np
import pytest

import neural
from neural import layers as own

X = np.array([[1, 2, 0, 0, 3, 4]])  # the first three steps are of one text, the others of another one
A, B, NOTHING = np.array([2.0, 3.0, 9.0]), np.array([9.0, 5.0, 4.0]), 9.0  # their words as numbers; 9 stands for id 0


def two_texts(*behind: Any) -> neural.Network:
    """Two texts of three steps, each embedded as one number a word, then what reads both."""
    layers = (
        own.Slice(stop=3, name="left"), own.Embedding(input_dim=5, output_dim=1, mask_zero=True, name="a"),
        own.Slice(start=3, stop=6, name="right"), own.Embedding(input_dim=5, output_dim=1, mask_zero=True, name="b"),
    )  # fmt: skip
    first = str(behind[0].name)
    return neural.Network(layers=(*layers, *behind), input_shape=(6,), inputs={"right": ("input",), first: ("a", "b")})


def predicted(network: neural.Network) -> np.ndarray:
    """Predict with words 1 to 4 as 2, 3, 5 and 4, and 9 for padding; everything else is 1."""
    flat = np.ones(network.parameter_count)
    arrays = neural.named_arrays(network, flat)
    for name in ("a", "b"):
        arrays[f"{name}.embeddings"][:, 0] = [NOTHING, 2.0, 3.0, 5.0, 4.0]
    return neural.predict(network, flat, X, loss="mean_squared_error")[0]


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (own.Multiply(name="it"), [2.0, 15.0, 4.0]),  # what is masked is no factor
        (own.Maximum(name="it"), [2.0, 5.0, 4.0]),  # nor compared
        (own.Minimum(name="it"), [2.0, 3.0, 4.0]),
        (own.Add(name="it"), [11.0, 8.0, 13.0]),  # it is added as it stands
    ],
    ids=lambda value: getattr(value, "key", ""),
)
def test_merging_of_masked_values(layer: Any, expected: list[float]) -> None:
    """The first step counts in the first text alone, the last one in the second alone."""
    np.testing.assert_allclose(predicted(two_texts(layer))[:, 0], expected)


def test_a_step_counts_where_it_counts_in_any_text() -> None:
    """Joined masks: the mean is over all three steps, though each text has two."""
    merged = two_texts(own.Add(name="it"), own.GlobalAveragePooling1D())

    np.testing.assert_allclose(predicted(merged), [(11 + 8 + 13) / 3])


def test_the_mean_is_over_the_steps_that_count() -> None:
    """Of 2, 3 and padding: 2.5; through a dense layer, which hands the mask on."""
    network = neural.Network(
        layers=(
            own.Embedding(input_dim=5, output_dim=1, mask_zero=True, name="a"),
            own.Dense(units=1, use_bias=False), own.GlobalAveragePooling1D(),
        ),
        input_shape=(3,),
    )  # fmt: skip
    flat = np.array([NOTHING, 2.0, 3.0, 5.0, 4.0, 1.0])

    outputs = neural.predict(network, flat, X[:, :3], loss="mean_squared_error")

    np.testing.assert_allclose(outputs, [[2.5]])


def test_a_masked_query_sees_the_mean_and_nobody_sees_a_masked_key() -> None:
    """Both are told apart by large scores: what counts takes nearly all of the weight, or the same as all others."""
    layer = own.MultiHeadAttention(num_heads=1, key_dim=1, use_bias=False, name="it")

    outputs = predicted(two_texts(layer))[:, 0]

    scores = np.outer(A, B) + np.array([-np.inf, 0, 0])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    seen = weights / weights.sum(axis=1, keepdims=True) @ B
    np.testing.assert_allclose(outputs[:2], seen[:2], rtol=1e-6)
    np.testing.assert_allclose(outputs[2], B.mean(), rtol=1e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn"])
def test_a_masked_step_in_between_leaves_the_state(cell: str) -> None:
    """As if it were not there."""
    made = {"lstm": own.LSTM, "gru": own.GRU, "simple_rnn": own.SimpleRNN}[cell]
    layers = (own.Embedding(input_dim=5, output_dim=2, mask_zero=True), made(units=2))
    long, short = (neural.Network(layers=layers, input_shape=(steps,)) for steps in (4, 2))
    flat = neural.initialize(long, np.random.default_rng(3), "float64")

    outputs = [
        neural.predict(network, flat, np.array([rows]), loss="mean_squared_error")
        for network, rows in ((long, [1, 0, 2, 0]), (short, [1, 2]))
    ]

    np.testing.assert_allclose(outputs[0], outputs[1], rtol=1e-12)
