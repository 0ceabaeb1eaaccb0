"""The layer that reads a part: branches of one row."""

import numpy as np
import pytest

import neural
from neural import Dense, Network
from neural.errors import ParameterOutOfRange, ShapeError
from neural.layers import Add, Slice

BRANCHES = Network(
    layers=(
        Dense(units=6, activation="tanh"),
        Slice(start=0, stop=2),
        Slice(start=2, stop=6),
        Dense(units=2, activation="sigmoid"),
        Add(),
    ),
    input_shape=(3,),
    inputs={"slice_1": ("dense_1",), "slice_2": ("dense_1",), "dense_2": ("slice_2",), "add_1": ("slice_1", "dense_2")},
)


def test_each_branch_gets_its_part() -> None:
    """Against the same in plain NumPy."""
    generator = np.random.default_rng(1)
    flat = neural.initialize(BRANCHES, generator, "float64")
    arrays = neural.named_arrays(BRANCHES, flat)
    x = generator.normal(size=(5, 3))

    outputs = neural.predict(BRANCHES, flat, x, loss="mean_squared_error")

    hidden = np.tanh(x @ arrays["dense_1.kernel"])
    expected = hidden[:, :2] + 1 / (1 + np.exp(-hidden[:, 2:] @ arrays["dense_2.kernel"]))
    np.testing.assert_allclose(outputs, expected, rtol=1e-12)


@pytest.mark.parametrize("shape", [(6,), (6, 3)], ids=["features", "time steps"])
def test_parts_have_right_gradients(shape: tuple[int, ...]) -> None:
    """What is not read gets no error, what is read twice gets the sum."""
    generator = np.random.default_rng(2)
    network = Network(
        layers=(
            Dense(units=shape[-1], activation="tanh"),
            Slice(start=0, stop=4),
            Slice(start=1, stop=5),
            Add(),
            Dense(units=3),
        ),
        input_shape=shape,
        inputs={"slice_2": ("dense_1",), "add_1": ("slice_1", "slice_2")},
    )
    flat = neural.initialize(network, generator, "float64")
    y = generator.integers(0, 3, (7, *network.output_shape[:-1]))

    certificate = neural.check_gradients(
        network, flat, generator.normal(size=(7, *shape)), y, "categorical_crossentropy", generator=generator
    )

    assert certificate.passed, certificate


def test_a_part_must_lie_inside() -> None:
    """The layer, what it got and what it needs are named."""
    with pytest.raises(ShapeError, match=r"layer slice_1.*\(3,\).*at least 4"):
        _ = Network(layers=(Slice(start=1, stop=4),), input_shape=(3,)).shapes


def test_a_part_must_hold_something() -> None:
    """An empty slice is a slip."""
    with pytest.raises(ParameterOutOfRange, match="above start"):
        Slice(start=3, stop=3)
