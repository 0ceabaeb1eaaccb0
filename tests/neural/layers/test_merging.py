"""Layers with several inputs, for vectors and sequences: against plain NumPy, and by their gradients."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import neural
from neural import Dense, Network
from neural.errors import ShapeError
from neural.layers import Add, Concatenate, Layer, Multiply, Slice

Merge = Callable[[list[np.ndarray]], np.ndarray]
MERGES: dict[str, tuple[Layer, Merge]] = {
    "add": (Add(name="merge"), sum),  # type: ignore[dict-item]
    "multiply": (Multiply(name="merge"), lambda xs: xs[0] * xs[1] * xs[2]),
    "concatenate": (Concatenate(name="merge"), lambda xs: np.concatenate(xs, axis=-1)),
}
SHAPES = [(4,), (3, 4)]


def branching(layer: Layer, shape: tuple[int, ...]) -> Network:
    """Three branches of the input, merged."""
    branches = [Dense(units=5, activation="tanh", name=name) for name in ("a", "b", "c")]
    inputs = dict.fromkeys(("a", "b", "c"), ("input",)) | {"merge": ("a", "b", "c")}
    return Network(layers=(*branches, layer, Dense(units=3, name="out")), input_shape=shape, inputs=inputs)


@pytest.mark.parametrize("shape", SHAPES, ids=["vectors", "sequences"])
@pytest.mark.parametrize("name", MERGES)
def test_merging_layers_compute_what_they_say(name: str, shape: tuple[int, ...]) -> None:
    """Against NumPy."""
    layer, merge = MERGES[name]
    network, generator = branching(layer, shape), np.random.default_rng(3)
    flat = neural.initialize(network, generator, "float64")
    arrays = neural.named_arrays(network, flat)
    x = generator.normal(size=(6, *shape))

    outputs = neural.predict(network, flat, x, loss="mean_squared_error")

    branches = [np.tanh(x @ arrays[f"{branch}.kernel"]) for branch in "abc"]
    np.testing.assert_allclose(outputs, merge(branches) @ arrays["out.kernel"], rtol=1e-12)


@pytest.mark.parametrize("shape", SHAPES, ids=["vectors", "sequences"])
@pytest.mark.parametrize("name", MERGES)
def test_merging_layers_have_right_gradients(name: str, shape: tuple[int, ...]) -> None:
    """Every branch gets its own error."""
    network, generator = branching(MERGES[name][0], shape), np.random.default_rng(4)
    flat = neural.initialize(network, generator, "float64")
    x, y = generator.normal(size=(6, *shape)), generator.normal(size=(6, *network.output_shape))

    certificate = neural.check_gradients(network, flat, x, y, "mean_squared_error", generator=generator)

    assert certificate.passed, certificate


@pytest.mark.parametrize(
    ("name", "other"),
    [("add", Dense(units=4)), ("multiply", Dense(units=4)), ("concatenate", Slice(stop=2))],
    ids=list(MERGES),
)
def test_shapes_that_do_not_fit_are_refused(name: str, other: Layer) -> None:
    """The layer, the shapes it got and what it needs are named."""
    layers = (Dense(units=5, name="a"), replace(other, name="b"), MERGES[name][0])
    network = Network(layers=layers, input_shape=(3, 6), inputs={"b": ("input",), "merge": ("a", "b")})

    with pytest.raises(ShapeError, match="layer merge"):
        _ = network.shapes
