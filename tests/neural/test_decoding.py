"""Greedy decoding writes what the network finds likeliest, step by step; the example's pairs and network are sound."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import neural
from neural.decoding import Tokens, greedy
from neural.errors import ParameterOutOfRange, ShapeError
from neural.layers import Dense, Embedding

EXAMPLE = Path(__file__).parents[2] / "examples" / "translate.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """Load the script without running it."""
    spec = importlib.util.spec_from_file_location("translate", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["translate"] = module
    spec.loader.exec_module(module)
    return module


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


@pytest.mark.parametrize(
    ("number", "english", "german"),
    [
        (0, "zero", "null"),
        (21, "twenty one", "ein und zwanzig"),
        (101, "one hundred one", "ein hundert eins"),
        (342, "three hundred forty two", "drei hundert zwei und vierzig"),
        (9080, "nine thousand eighty", "neun tausend achtzig"),
    ],
)
def test_the_pairs_are_true(example: ModuleType, number: int, english: str, german: str) -> None:
    """A model can only learn what its corpus says."""
    assert (" ".join(example.english(number)), " ".join(example.german(number))) == (english, german)


def test_rows_read_from_the_source_to_the_end(example: ModuleType) -> None:
    """Prefix, then target: what the network is asked and what it must answer."""
    data = example.corpus(example.dates()[:50], seed=1)

    whole = data.said(data.rows[0]).replace(" ", "")
    asked = data.said(data.prefixes[0]).replace(" ", "")

    assert whole.startswith(asked)
    assert len(whole) == len(asked) + len("1990-01-01")
    np.testing.assert_array_equal(data.targets[:, :-1], data.inputs[:, 1:])


def test_the_transformer_of_the_example_passes_the_check(example: ModuleType) -> None:
    """All of its layers together: two residual blocks under a causal mask, with padding."""
    data = example.corpus(example.numbers()[90:110], seed=1)
    network = example.transformer(len(data.words), data.inputs.shape[1], features=8, heads=2)
    generator = np.random.default_rng(0)
    flat = neural.initialize(network, generator, "float64")

    certificate = neural.check_gradients(
        network, flat, data.inputs[:4], data.targets[:4], "categorical_crossentropy", generator=generator
    )

    assert certificate.passed, certificate


def test_a_few_pairs_are_learnt_by_heart(example: ModuleType) -> None:
    """Training, masks and decoding agree about which step says what."""
    data = example.corpus(example.numbers()[20:44], seed=1)

    network, weights = example.learn(data, epochs=40, batch_size=8, tell=lambda _: None)

    assert example.exact(network, weights, data) >= 0.9
