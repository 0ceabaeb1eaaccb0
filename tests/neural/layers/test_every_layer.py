"""Every layer, in one small network each: right gradients with every loss and activation, the same bytes, no memory."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neural
from neural import vocabulary
from neural.layers import Layer
from neural.training import session as sessions
from neural.training.batch_steps import BatchSteps
from tests.neural.test_gradient_check import targets
from tests.neural.training.test_allocation import peak_of_a_step

IMAGE, SEQUENCE = {"target_shape": (4, 4, 2)}, {"target_shape": (8, 4)}
WIDTH = 32
BUFFERS = 100_000  # bytes that NumPy's iterator takes for a broadcast; a layer's values take 131 072 and more
Described = tuple[str, dict[str, Any]]
OVER_IMAGES: dict[str, dict[str, Any]] = {
    "conv2d": {
        "filters": 4,
        "kernel_size": (2, 3),
        "strides": (2, 1),
        "padding": "same",
        "activation": "tanh",
        "groups": 2,
    },
    "group_normalization": {"groups": 2},
    "conv2d_transpose": {"filters": 3, "kernel_size": (3, 2), "strides": (2, 1), "activation": "tanh"},
    "depthwise_conv2d": {"kernel_size": 2, "depth_multiplier": 2, "activation": "tanh"},
    "separable_conv2d": {"filters": 3, "padding": "same", "dilation": 2, "activation": "tanh"},
    "max_pooling2d": {"pool_size": 2, "strides": 1},
    "spatial_dropout2d": {"rate": 0.4},
    "zero_padding2d": {"padding": (1, 0, 2, 1)},
    "cropping2d": {"cropping": (1, 0, 0, 2)},
    "up_sampling2d": {"size": (2, 3), "interpolation": "bilinear"},
    "average_pooling2d": {"pool_size": (2, 3), "padding": "same"},
    "adaptive_average_pooling2d": {"output_size": (3, 2)},
    "adaptive_max_pooling2d": {"output_size": 3},
    "global_max_pooling2d": {"keepdims": True},
    "global_average_pooling2d": {},
}
OVER_TIME: dict[str, dict[str, Any]] = {
    "conv1d": {"filters": 3, "padding": "causal", "dilation": 2, "activation": "tanh"},
    "conv1d_transpose": {
        "filters": 3,
        "kernel_size": 4,
        "strides": 2,
        "padding": "same",
        "activation": "tanh",
        "output_padding": 1,
    },
    "depthwise_conv1d": {"kernel_size": 2, "depth_multiplier": 2, "activation": "tanh"},
    "separable_conv1d": {"filters": 3, "padding": "same", "dilation": 2, "activation": "tanh"},
    "max_pooling1d": {},
    "spatial_dropout1d": {"rate": 0.4},
    "masking": {},
    "permute": {"dims": (2, 1)},
    "zero_padding1d": {"padding": (0, 2)},
    "cropping1d": {"cropping": (2, 1)},
    "up_sampling1d": {},
    "average_pooling1d": {"pool_size": 3, "strides": 2, "padding": "same"},
    "adaptive_average_pooling1d": {"output_size": 3},
    "adaptive_max_pooling1d": {"output_size": 5},
    "global_max_pooling1d": {},
    "global_average_pooling1d": {"keepdims": True},
    "simple_rnn": {"units": 3, "return_sequences": True},
    "lstm": {"units": 3, "bidirectional": True},
    "gru": {"units": 3, "go_backwards": True},
    "positional_embedding": {},
    "multi_head_attention": {"num_heads": 2, "key_dim": 2, "causal": True, "dropout": 0.2},
}
OVER_VECTORS: dict[str, dict[str, Any]] = {
    "dense": {"units": 4, "activation": "tanh"},
    "activation": {"function": "softsign"},
    "dropout": {"rate": 0.3},
    "gaussian_noise": {"stddev": 0.1},
    "gaussian_dropout": {"rate": 0.3},
    "alpha_dropout": {"rate": 0.3},
    "identity": {},
    "activity_regularization": {"l1": 0.01, "l2": 0.02},
    "slice": {"start": 1, "stop": 9},
    "repeat_vector": {"n": 2},
    "batch_normalization": {"momentum": 0.9},
    "layer_normalization": {},
    "rms_normalization": {},
    "unit_normalization": {},
    "rescaling": {"scale": 0.5, "offset": -0.25},
    "normalization": {"mean": (0.5,), "variance": (4.0,)},
    "prelu": {"initializer": "random_uniform"},
}
AT_RANDOM = {
    "dropout", "spatial_dropout1d", "spatial_dropout2d", "gaussian_noise", "gaussian_dropout", "alpha_dropout",
}  # fmt: skip
MERGING = ("add", "subtract", "multiply", "average", "maximum", "minimum", "dot", "concatenate")
WITH_ACTIVATION = [
    name for name, entry in vocabulary.LAYERS.items() if {"activation", "function"} & {p.name for p in entry.parameters}
]


def layer(name: str, /, **changes: Any) -> Layer:
    """Make a layer with the parameters of the tables, and changes."""
    made: Layer = vocabulary.create("layer", name, **((OVER_IMAGES | OVER_TIME | OVER_VECTORS).get(name, {}) | changes))
    return made


def network(name: str, /, **changes: Any) -> neural.Network:
    """Put a layer between one that learns and the outputs, on rows of 32 numbers."""
    first = [neural.Dense(units=WIDTH, activation="tanh", name="first")]
    inputs: dict[str, tuple[str, ...]] = {}
    if name in OVER_IMAGES or name == "flatten":
        first.append(layer("reshape", **IMAGE))
    elif name in OVER_TIME:
        first.append(layer("reshape", **SEQUENCE))
    elif name in MERGING:
        inputs = {"it": ("first", "input")}
    elif name == "embedding":
        first = []
    own = [] if name == "flatten" else [layer(name, **({"name": "it"} | changes))]
    layers = (*first, *own, layer("flatten"), neural.Dense(units=3))
    return neural.Network(layers=layers, input_shape=(WIDTH,), inputs=inputs)


def made(name: str, /, **changes: Any) -> neural.Network:
    """Give what the layers cannot do without."""
    needed = {"reshape": SEQUENCE, "embedding": {"input_dim": 5, "output_dim": 2, "mask_zero": True}}
    return network(name, **(needed.get(name, {}) | changes))


def rows_for(name: str, count: int, generator: np.random.Generator) -> np.ndarray:
    """Draw rows; ids for an embedding."""
    drawn = generator.integers(0, 5, (count, WIDTH)) if name == "embedding" else generator.normal(size=(count, WIDTH))
    return np.asarray(drawn, np.float64)


def certify(name: str, net: neural.Network, loss: str, *, rows: int, seed: int) -> neural.GradientCertificate:
    """Check a few directions and entries."""
    generator = np.random.default_rng(seed)
    flat = neural.initialize(net, generator, "float64")
    flat += 0.1 * generator.standard_normal(flat.size)
    x, y = rows_for(name, rows, generator), targets(loss, rows, 3, generator)
    return neural.check_gradients(net, flat, x, y, loss, generator=generator, directions=2, entries=8)


@pytest.mark.parametrize("name", vocabulary.LAYERS)
@settings(max_examples=2)
@given(rows=st.integers(2, 5), seed=st.integers(0, 10_000))
def test_every_layer_has_right_gradients(name: str, rows: int, seed: int) -> None:
    """The way back knows nothing of the loss that it serves, nor the loss of the layer: each has met some of all."""
    net = made(name)

    found = {loss: certify(name, net, loss, rows=rows, seed=seed) for loss in some(vocabulary.LOSSES, name)}

    bounds = {"cosine_similarity": 1e-5}  # it bends the more, the nearer predictions come to nought
    assert not {
        loss: certificate
        for loss, certificate in found.items()
        if not certificate.passed and certificate.max_relative_error > bounds.get(loss, 0.0)
    }


def some(losses: Iterable[str], *names: str) -> list[str]:
    """Choose the squared error, which has a slope wherever it is not zero, and one more in turn."""
    known = [*losses]
    number = sum([*vocabulary.LAYERS, *vocabulary.ACTIVATIONS].index(name) for name in names)
    return ["mean_squared_error", known[number % len(known)]]


@pytest.mark.parametrize("function", [name for name in vocabulary.ACTIVATIONS if name != "exponential"])
@pytest.mark.parametrize("name", WITH_ACTIVATION)
def test_every_layer_has_right_gradients_with_every_activation(name: str, function: str) -> None:
    """But e^z: behind drawn weights it is too steep for any difference (`test_gradients` has it at the end)."""
    net = made(name, **{"function" if name == "activation" else "activation": function})
    losses = some(vocabulary.LOSSES, name, function)[1:]

    found = {loss: certify(name, net, loss, rows=3, seed=number) for number, loss in enumerate(losses)}

    assert not {loss: certificate for loss, certificate in found.items() if not certificate.passed}


def trained(name: str, **options: Any) -> bytes:
    """Train two epochs, the last batch smaller; give the bytes of all weights."""
    generator = np.random.default_rng(3)
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", "adam"),
        epochs=2,
        batch_size=8,
        seed=6,
    )
    examples = neural.Examples(rows_for(name, 27, generator).astype(np.float32), generator.integers(0, 3, 27))
    *_, last = neural.train(made(name), plan, examples, examples, **options)
    return bytes(last.weights().tobytes())


@pytest.mark.parametrize("name", vocabulary.LAYERS)
def test_the_same_seed_gives_the_same_bytes_whatever_was_bound_before(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the number of batches loaded at once nor networks of other batch sizes, bound and run first, matter."""
    expected = trained(name)

    class AfterAnother(BatchSteps):
        """Binds the same vectors to two other batch sizes first."""

        def __init__(self, *own: Any, **settings: Any) -> None:
            for size in (5, 1):
                BatchSteps(*own, **(settings | {"batch_size": size, "slots": 2}))
            super().__init__(*own, **settings)

    monkeypatch.setattr(sessions, "BatchSteps", AfterAnother)

    assert trained(name) == expected
    assert trained(name, group_size=1) == expected


@pytest.mark.parametrize("name", [name for name in vocabulary.LAYERS if name not in AT_RANDOM])
def test_a_step_keeps_nothing_of_the_one_before(name: str) -> None:
    """Two steps of one training are those of two trainings; errors that stay in an array would be added twice."""
    generator = np.random.default_rng(3)
    net = made(name, **({"dropout": 0.0} if name == "multi_head_attention" else {}))
    examples = neural.Examples(rows_for(name, 6, generator), generator.integers(0, 3, 6))
    weights = neural.initialize(net, generator, "float64")

    def after(epochs: int, start: np.ndarray) -> np.ndarray:
        plan = neural.TrainingPlan(
            loss=vocabulary.create("loss", "categorical_crossentropy"),
            optimizer=vocabulary.create("optimizer", "sgd", learning_rate=0.1),
            epochs=epochs,
            batch_size=6,
            seed=6,
            dtype="float64",
        )
        *_, last = neural.train(net, plan, examples, None, weights=start)
        return np.asarray(last.weights())

    np.testing.assert_allclose(after(3, weights), after(1, after(1, after(1, weights))), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [name for name in vocabulary.LAYERS if name != "embedding"])
def test_no_layer_allocates_in_a_step(name: str) -> None:
    """Everything was made when the network was bound; embeddings read ids, and `test_sequences` has them."""
    net = made(name, **({"return_sequences": True} if name in {"lstm", "gru"} else {}))

    assert peak_of_a_step(net.layers, "categorical_crossentropy", connections=net.inputs) < BUFFERS
