"""Every layer of the service, computed again by the client alone: the same outputs."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exports
import neural
from chainrule import weights_file
from chainrule.forward.layers import OTHERS, PLACEWISE
from chainrule.forward.moves import MOVING
from chainrule.predictor import Predictor
from chainrule.weights_file import WeightsFile
from neural import layers as own
from neural import vocabulary
from neural.layers import LAYERS
from tests.neural.stacks import Stack, stacks
from tests.specs.earlier.make import FOLDER, rows

Layers = list[Any]
IMAGE, SEQUENCE, IDS = (7, 6, 2), (8, 3), (6,)


def ids(*behind: Any) -> Layers:
    """Padded ids, embedded; then what reads them."""
    return [own.Embedding(input_dim=5, output_dim=4, mask_zero=True), *behind]


NETWORKS: dict[str, tuple[tuple[int, ...], Layers]] = {
    "conv2d": (IMAGE, [own.Conv2D(filters=3, kernel_size=(2, 3), strides=(1, 2), activation="relu"), own.Flatten()]),
    "conv2d same dilated": (IMAGE, [own.Conv2D(filters=3, padding="same", dilation=2), own.Flatten()]),
    "conv2d same strides": (IMAGE, [own.Conv2D(filters=3, padding="same", strides=2, use_bias=False), own.Flatten()]),
    "depthwise": (
        IMAGE,
        [own.DepthwiseConv2D(kernel_size=(2, 3), strides=(1, 2), depth_multiplier=2, activation="relu"), own.Flatten()],
    ),
    "depthwise same dilated": (
        IMAGE,
        [own.DepthwiseConv2D(padding="same", dilation=2, use_bias=False), own.Flatten()],
    ),
    "separable": (IMAGE, [own.SeparableConv2D(filters=3, padding="same", activation="tanh"), own.Flatten()]),
    "separable strides": (
        IMAGE,
        [own.SeparableConv2D(filters=3, strides=2, depth_multiplier=3, use_bias=False), own.Flatten()],
    ),
    **{
        f"transposed {padding}": (
            IMAGE,
            [
                own.Conv2DTranspose(filters=3, kernel_size=(2, 5), strides=(3, 2), padding=padding, activation="relu"),
                own.Conv2DTranspose(filters=2, dilation=2, padding=padding, use_bias=False),
                own.Flatten(),
            ],
        )
        for padding in ("valid", "same")
    },
    "channels over time": (
        SEQUENCE,
        [
            own.DepthwiseConv1D(depth_multiplier=2, padding="same", strides=2, activation="relu"),
            own.SeparableConv1D(filters=3, kernel_size=2, depth_multiplier=2),
            own.Flatten(),
        ],
    ),
    "images over time": (
        (3, 6, 5, 2),
        [
            own.Conv2D(filters=3, padding="same", activation="relu", time_distributed=True),
            own.AveragePooling2D(pool_size=2, time_distributed=True),
            own.Flatten(time_distributed=True),
            own.GRU(units=3),
        ],
    ),
    "masked sentences": (
        IDS,
        ids(own.Flatten(time_distributed=True), own.GRU(units=3)),
    ),
    "transposed with more": (
        IMAGE,
        [
            own.Conv2DTranspose(filters=2, kernel_size=(4, 1), strides=3, padding="same", output_padding=(0, 2)),
            own.Conv2DTranspose(filters=2, kernel_size=3, strides=2, output_padding=1),
            own.Flatten(),
        ],
    ),
    "in groups": (
        IMAGE,
        [
            own.Conv2D(filters=6, groups=2),
            own.GroupNormalization(groups=3),
            own.GlobalMaxPooling2D(keepdims=True),
            own.Flatten(),
        ],
    ),
    "bilinear": (IMAGE, [own.UpSampling2D(size=(2, 3), interpolation="bilinear"), own.Flatten()]),
    "masked images": (IMAGE, [own.Masking(mask_value=2.0), own.BatchNormalization(), own.GlobalAveragePooling2D()]),
    "adaptive pooling": (
        IMAGE,
        [
            own.AdaptiveMaxPooling2D(output_size=(5, 4)),
            own.AdaptiveAveragePooling2D(output_size=3),
            own.Flatten(),
            own.Reshape(target_shape=(9, 2)),
            own.AdaptiveMaxPooling1D(output_size=7),
            own.AdaptiveAveragePooling1D(output_size=2),
            own.Flatten(),
        ],
    ),
    "normalized by length": (
        SEQUENCE,
        [
            own.Conv1D(filters=6, groups=3, padding="causal"),
            own.RMSNormalization(),
            own.UnitNormalization(),
            own.GroupNormalization(groups=-1),
            own.Identity(),
            own.ActivityRegularization(l1=0.1),
            own.GaussianDropout(rate=0.5),
            own.AlphaDropout(rate=0.5),
            own.GlobalAveragePooling1D(keepdims=True),
            own.Flatten(),
        ],
    ),
    "transposed over time": (SEQUENCE, [own.Conv1DTranspose(filters=3, strides=2, padding="same"), own.Flatten()]),
    "conv1d causal": (SEQUENCE, [own.Conv1D(filters=3, padding="causal", dilation=2), own.GlobalMaxPooling1D()]),
    "conv1d causal strides": (SEQUENCE, [own.Conv1D(filters=3, padding="causal", strides=2), own.Flatten()]),
    "max pooling": (IMAGE, [own.MaxPooling2D(pool_size=3, strides=2, padding="same"), own.GlobalMaxPooling2D()]),
    "average pooling": (IMAGE, [own.AveragePooling2D(pool_size=(2, 3), padding="same"), own.Flatten()]),
    "pooling over time": (SEQUENCE, [own.MaxPooling1D(), own.AveragePooling1D(), own.GlobalAveragePooling1D()]),
    "normalization": (IMAGE, [own.BatchNormalization(), own.LayerNormalization(), own.GlobalAveragePooling2D()]),
    "given numbers": (
        SEQUENCE,
        [
            own.Rescaling(scale=2.0, offset=-1.0),
            own.Normalization(mean=(0.5, -1.0, 2.0), variance=(4.0, 0.0, 0.25)),
            own.Normalization(mean=(0.5,), variance=(2.0,)),
            own.Flatten(),
        ],
    ),
    "prelu and reshape": (
        (12,),
        [own.PReLU(initializer="random_uniform"), own.Reshape(target_shape=(4, -1)), own.Flatten()],
    ),
    "images in other sizes": (
        IMAGE,
        [
            own.ZeroPadding2D(padding=(1, 0, 2, 1)),
            own.SpatialDropout2D(rate=0.5),
            own.UpSampling2D(size=(2, 3)),
            own.Cropping2D(cropping=(0, 1, 1, 2)),
            own.Permute(dims=(3, 1, 2)),
            own.Flatten(),
        ],
    ),
    "sequences in other sizes": (
        (4,),
        [
            own.RepeatVector(n=3),
            own.ZeroPadding1D(padding=(1, 2)),
            own.SpatialDropout1D(rate=0.5),
            own.UpSampling1D(size=2),
            own.Cropping1D(cropping=(1, 2)),
            own.Permute(dims=(2, 1)),
            own.Flatten(),
        ],
    ),
    "masking": (SEQUENCE, [own.Masking(mask_value=2.0), own.GRU(units=3, return_sequences=True), own.Flatten()]),
    "slice": (SEQUENCE, [own.Slice(start=2, stop=7), own.Flatten()]),
    "lstm": (SEQUENCE, [own.LSTM(units=4)]),
    "lstm both ways": (SEQUENCE, [own.LSTM(units=4, bidirectional=True, return_sequences=True), own.Flatten()]),
    "gru backwards": (SEQUENCE, [own.GRU(units=4, go_backwards=True)]),
    "masked gru": (IDS, ids(own.GRU(units=4, bidirectional=True))),
    "masked lstm": (IDS, ids(own.LSTM(units=3, return_sequences=True), own.GlobalAveragePooling1D())),
    **{
        f"gru both ways, {mode}": (IDS, ids(own.GRU(units=3, bidirectional=True, merge_mode=mode)))
        for mode in ("sum", "ave", "mul")
    },
    "simple rnn": (SEQUENCE, [own.SimpleRNN(units=4, activation="relu", return_sequences=True), own.Flatten()]),
    "attention": (SEQUENCE, [own.MultiHeadAttention(num_heads=2, key_dim=3), own.GlobalAveragePooling1D()]),
    "causal masked attention": (
        IDS,
        ids(
            own.PositionalEmbedding(),
            own.MultiHeadAttention(num_heads=2, key_dim=3, causal=True),
            own.GlobalAveragePooling1D(),
        ),
    ),
    "waves": (SEQUENCE, [own.PositionalEmbedding(kind="sinusoidal"), own.Flatten()]),
}


def spec_of(network: neural.Network) -> dict[str, Any]:
    """Write a network as a resolved spec does."""
    layers = []
    for layer in network.layers:
        inner = layer.inner
        found: dict[str, Any] = {"type": inner.key, "name": layer.name}
        for field in fields(inner):
            value = getattr(inner, field.name)
            found[field.name] = list(value) if isinstance(value, tuple) else value
        if inner is not layer:
            found["time_distributed"] = True
        if layer.name in network.inputs:
            found["inputs"] = list(network.inputs[layer.name])
        layers.append(found)
    reshaping = {layer.name: shape for layer, shape in zip(network.layers, network.shapes[1:], strict=True)}
    for layer in layers:
        if layer["type"] == "reshape":
            layer["target_shape"] = list(reshaping[layer["name"]])
    told = {"layers": layers, "semantics": network.semantics}
    return {"network": told, "training": {"loss": "mean_squared_error"}}


def both(network: neural.Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Predict with the service's mathematics, and with the client's."""
    generator = np.random.default_rng(3)
    flat = neural.initialize(network, generator, "float64")
    flat += np.abs(generator.normal(size=flat.size)) / 5  # moving variances stay positive
    arrays = neural.named_arrays(network, flat)
    alone = Predictor(WeightsFile(arrays=arrays, spec=spec_of(network), preprocessing={}))
    return neural.predict(network, flat, x, loss="mean_squared_error"), alone.forward(x)


@pytest.mark.parametrize("case", NETWORKS)
def test_both_compute_the_same_layers(case: str) -> None:
    """Who downloads weights gets the answers that the service gives."""
    shape, layers = NETWORKS[case]
    network = neural.Network(layers=(*layers, neural.Dense(units=2)), input_shape=shape)
    generator = np.random.default_rng(4)
    x = generator.integers(0, 5, (9, *shape)).astype(float) if shape == IDS else generator.normal(size=(9, *shape))

    if case == "masking":
        x[2:5, 3:] = 2.0

    ours, alone = both(network, x)

    np.testing.assert_allclose(alone, ours, rtol=1e-9, atol=1e-11)


def test_both_follow_the_same_connections() -> None:
    """Branches that read the input, and merge."""
    network = neural.Network(
        layers=(
            neural.Dense(units=3, activation="tanh", name="a"),
            neural.Dense(units=3, activation="sigmoid", name="b"),
            own.Multiply(name="gate"),
            own.Add(name="sum"),
            own.Average(name="mean"),
            own.Maximum(name="most"),
            own.Minimum(name="least"),
            own.Subtract(name="range"),
            own.Dot(name="dot"),
            own.Dot(name="cosine", normalize=True),
            own.Concatenate(name="all"),
            neural.Dense(units=2),
        ),
        input_shape=(4,),
        inputs={"b": ("input",), "gate": ("a", "b"), "sum": ("gate", "a")}
        | dict.fromkeys(("mean", "most", "least"), ("a", "b", "sum"))
        | {"range": ("most", "least"), "dot": ("range", "mean"), "cosine": ("a", "sum")}
        | {"all": ("sum", "input", "dot", "cosine")},
    )

    ours, alone = both(network, np.random.default_rng(5).normal(size=(7, 4)))

    np.testing.assert_allclose(alone, ours, rtol=1e-9, atol=1e-12)


def test_a_function_before_layers_that_only_move_values_is_applied_once() -> None:
    """The loss applies it itself, wherever it stands: probabilities of an image, not probabilities of those."""
    layers = (own.Conv2D(filters=3), own.Conv2D(filters=1, padding="same", activation="sigmoid", name="pixels"))
    moving = (own.UpSampling2D(), own.Cropping2D(cropping=1), own.Flatten())
    network = neural.Network(layers=(*layers, *moving), input_shape=IMAGE)
    flat = neural.initialize(network, np.random.default_rng(3), "float64")
    x = np.random.default_rng(4).normal(size=(5, *IMAGE))
    spec = {**spec_of(network), "training": {"loss": "binary_crossentropy"}}

    alone = Predictor(WeightsFile(arrays=neural.named_arrays(network, flat), spec=spec, preprocessing={}))

    expected = neural.predict(network, flat, x, loss="binary_crossentropy")
    np.testing.assert_allclose(expected, neural.predict(network, flat, x, loss="mean_squared_error"), rtol=1e-9)
    np.testing.assert_allclose(alone.forward(x), expected, rtol=1e-9)
    assert {name for name, layer in LAYERS.items() if layer.only_moves} == MOVING


def test_no_layer_is_missing() -> None:
    """A layer that the service trains and the client cannot compute makes its weights useless here."""
    assert set(vocabulary.LAYERS) - set(PLACEWISE) - set(OTHERS) == set()


@pytest.mark.parametrize("semantics", [1, 2])
@settings(max_examples=40, deadline=None)
@given(stack=stacks(at_random=True), seed=st.integers(0, 10_000))
def test_both_treat_masks_alike(semantics: int, stack: Stack, seed: int) -> None:
    """In any stack, under the rules that the weights were trained with."""
    network = replace(stack.network, semantics=semantics)

    ours, alone = both(network, stack.rows(seed).astype(float))

    np.testing.assert_allclose(alone, ours, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", ["masks", "attention", "frozen"])
def test_a_file_of_an_earlier_version_predicts_as_it_did(name: str) -> None:
    """Its spec says no version: it was trained before there was a second one."""
    file = weights_file.read(FOLDER / f"{name}.safetensors")
    kept = exports.read_state((FOLDER / f"{name}.npz").read_bytes())

    outputs = Predictor(file).forward(rows().x)

    np.testing.assert_allclose(outputs, kept["outputs"], rtol=1e-9, atol=1e-11)
