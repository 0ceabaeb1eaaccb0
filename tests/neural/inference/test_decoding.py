"""Greedy decoding writes what the network finds likeliest, step by step."""

import numpy as np
import pytest

import neural
from neural.errors import ParameterOutOfRange, ShapeError
from neural.inference.decoding import Tokens, greedy
from neural.layers import Dense, Embedding


def counting(words: int, time: int) -> tuple[neural.Network, np.ndarray]:
    """A network that always says the token after the one it reads, and token 1 after the last."""
    network = neural.Network(
        layers=(Embedding(input_dim=words, output_dim=words), Dense(units=words)), input_shape=(time,)
    )
    following = [0, 1, *range(3, words), 1]
    arrays = {
        "embedding_1.embeddings": np.eye(words),
        "dense_1.kernel": np.eye(words)[following],
        "dense_1.bias": np.zeros(words),
    }
    return network, neural.flatten(network, arrays)


def test_each_row_goes_on_from_its_own_prefix_until_its_end() -> None:
    """Rows of different lengths are decoded together; behind the end token stays padding."""
    network, flat = counting(words=6, time=7)
    prefixes = np.array([[2, 0, 0, 0, 0, 0, 0], [4, 4, 4, 0, 0, 0, 0], [2, 2, 2, 2, 2, 2, 2], [5, 1, 0, 0, 0, 0, 0]])
    before = prefixes.copy()

    written = greedy(network, flat, prefixes)

    np.testing.assert_array_equal(written[0], [2, 3, 4, 5, 1, 0, 0])
    np.testing.assert_array_equal(written[1], [4, 4, 4, 5, 1, 0, 0])
    np.testing.assert_array_equal(written[2], prefixes[2])
    np.testing.assert_array_equal(prefixes, before)


def test_other_ids_may_end_and_pad() -> None:
    """What ends a sequence is the caller's choice."""
    network, flat = counting(words=6, time=5)

    written = greedy(network, flat, np.array([[2, 0, 0, 0, 0]]), tokens=Tokens(end=4))

    np.testing.assert_array_equal(written, [[2, 3, 4, 0, 0]])


@pytest.mark.parametrize("row", [[0, 2, 0], [2, 0, 2], [9, 0, 0]], ids=str)
def test_rows_that_cannot_be_gone_on_with_are_refused(row: list[int]) -> None:
    """Empty at the start, a hole, an id that is none."""
    network, flat = counting(words=6, time=3)

    with pytest.raises(ParameterOutOfRange):
        greedy(network, flat, np.array([[2, 2, 0], row]))


def test_a_network_that_gives_no_sequence_of_scores_is_refused() -> None:
    """Only scores at each step can be decoded."""
    network = neural.Network(layers=(Dense(units=3),), input_shape=(4,))
    flat = neural.initialize(network, np.random.default_rng(0))

    with pytest.raises(ShapeError, match="vocabulary"):
        greedy(network, flat, np.ones((1, 4)))
