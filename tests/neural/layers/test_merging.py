"""Layers with several inputs, for vectors and sequences: against plain NumPy, and by their gradients."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import neural
from neural import Dense, Network, vocabulary
from neural.errors import ParameterOutOfRange, ShapeError
from neural.layers import (
    Add,
    Average,
    Concatenate,
    Dot,
    Flatten,
    Layer,
    Maximum,
    Minimum,
    Multiply,
    Reshape,
    Slice,
    Subtract,
)

Merge = Callable[[list[np.ndarray]], np.ndarray]
MERGES: dict[str, tuple[Layer, Merge]] = {
    "add": (Add(name="merge"), sum),  # type: ignore[dict-item]
    "multiply": (Multiply(name="merge"), lambda xs: xs[0] * xs[1] * xs[2]),
    "average": (Average(name="merge"), lambda xs: sum(xs) / 3),  # type: ignore[arg-type, return-value]
    "maximum": (Maximum(name="merge"), np.maximum.reduce),
    "minimum": (Minimum(name="merge"), np.minimum.reduce),
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
    [(name, Slice(stop=2) if name == "concatenate" else Dense(units=4)) for name in MERGES],
    ids=list(MERGES),
)
def test_shapes_that_do_not_fit_are_refused(name: str, other: Layer) -> None:
    """The layer, the shapes it got and what it needs are named."""
    layers = (Dense(units=5, name="a"), replace(other, name="b"), MERGES[name][0])
    network = Network(layers=layers, input_shape=(3, 6), inputs={"b": ("input",), "merge": ("a", "b")})

    with pytest.raises(ShapeError, match="layer merge"):
        _ = network.shapes


def pairing(layer: Layer, first: tuple[int, ...], second: tuple[int, ...]) -> Network:
    """Two branches of one row, of these shapes, merged."""
    count = int(np.prod(first))
    branches = (
        Slice(stop=count, name="one"),
        Reshape(target_shape=first, name="a"),
        Slice(start=count, stop=count + int(np.prod(second)), name="other"),
        Reshape(target_shape=second, name="b"),
    )
    inputs = {"other": ("input",), layer.name: ("a", "b")}
    width = count + int(np.prod(second))
    layers = (Dense(units=width, name="mix"), *branches, layer, Flatten())
    return Network(layers=layers, input_shape=(width,), inputs=inputs | {"one": ("mix",), "other": ("mix",)})


PAIRS: dict[str, tuple[Layer, tuple[int, ...], tuple[int, ...], str]] = {
    "subtract": (Subtract(name="merge"), (3, 2), (3, 2), "btf,btf->btf"),
    "dot of vectors": (Dot(name="merge"), (4,), (4,), "bi,bi->b"),
    "dot of sequences": (Dot(axes=2, name="merge"), (3, 4), (2, 4), "bik,bjk->bij"),
    "dot along time": (Dot(axes=1, name="merge"), (3, 4), (3, 2), "bki,bkj->bij"),
    "dot of a sequence and a vector": (Dot(axes=(2, 1), name="merge"), (3, 4), (4,), "bik,bk->bi"),
    "dot of a vector and a sequence": (Dot(axes=(-1, -2), name="merge"), (3,), (3, 2), "bk,bkj->bj"),
    "cosine": (Dot(normalize=True, name="merge"), (4,), (4,), "bi,bi->b"),
    "cosines": (Dot(axes=(1, 2), normalize=True, name="merge"), (4, 2), (3, 4), "bki,bjk->bij"),
}


def paired(case: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Compute a pair's value in plain NumPy."""
    layer, _, _, rule = PAIRS[case]
    if case == "subtract":
        return a - b
    if getattr(layer, "normalize", False):
        sides = rule.partition("->")[0].split(",")
        along = "i" if sides[0] == sides[1] else "k"
        a, b = (
            x / np.linalg.norm(x, axis=side.index(along), keepdims=True) for x, side in zip((a, b), sides, strict=True)
        )
    return np.asarray(np.einsum(rule, a, b))


@pytest.mark.parametrize("case", PAIRS)
def test_pairs_are_what_they_say_and_have_right_gradients(case: str) -> None:
    """Against NumPy, and by differences."""
    layer, first, second, _ = PAIRS[case]
    network, generator = pairing(layer, first, second), np.random.default_rng(5)
    flat = neural.initialize(network, generator, "float64")
    x, count = generator.normal(size=(6, *network.input_shape)), int(np.prod(first))

    outputs = neural.predict(network, flat, x, loss="mean_squared_error")
    certificate = neural.check_gradients(
        network, flat, x, generator.normal(size=outputs.shape), "mean_squared_error", generator=generator
    )

    mixed = x @ neural.named_arrays(network, flat)["mix.kernel"]
    a, b = mixed[:, :count].reshape(6, *first), mixed[:, count:].reshape(6, *second)
    np.testing.assert_allclose(outputs, paired(case, a, b).reshape(6, -1), rtol=1e-10, atol=1e-12)
    assert certificate.passed, certificate


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        (Dot(axes=1), ((3, 4), (2, 4))),
        (Dot(axes=(1, 2)), ((4,), (4,))),
        (Dot(), ((2, 2, 4), (4,))),
        (Subtract(), ((4,), (3,))),
    ],
    ids=["other sizes", "an axis too far", "an image", "a difference of other shapes"],
)
def test_pairs_that_do_not_fit_are_refused(layer: Layer, shapes: tuple[tuple[int, ...], ...]) -> None:
    """With what would."""
    with pytest.raises(ShapeError):
        layer.output_shape(*shapes)  # type: ignore[call-arg]


def test_no_axis_is_counted_from_zero() -> None:
    """There stands the batch, in Keras as well."""
    with pytest.raises(ParameterOutOfRange, match="counted from 1"):
        Dot(axes=(0, 1))


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_where_inputs_are_the_same_each_gets_half_of_the_error(name: str) -> None:
    """As in JAX; all of it twice would be a slope that does not exist."""
    layers = (Dense(units=1, name="a"), Dense(units=1, name="b"), MERGES[name][0])
    network = Network(layers=layers, input_shape=(1,), inputs={"b": ("input",), "merge": ("a", "b")})
    flat = np.array([2.0, 0.0, 2.0, 0.0])  # both give 2x
    examples = neural.Examples(np.ones((1, 1)), np.ones((1, 1)))
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "mean_squared_error"),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=0.5),
        epochs=1,
        batch_size=1,
        seed=1,
        dtype="float64",
    )

    *_, last = neural.train(network, plan, examples, None, weights=flat)

    np.testing.assert_allclose(last.weights(), flat - 0.5 * 2 * (2 - 1) / 2)
