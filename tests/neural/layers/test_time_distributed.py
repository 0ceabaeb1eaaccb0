"""Layers at each step of a sequence by itself: what they give for each step alone, with right gradients."""

from typing import Any

import numpy as np
import pytest

import neural
from neural import layers as own
from neural import vocabulary
from neural.errors import ShapeError

FRAMES, WINDOWS = (3, 5, 4, 2), (3, 6, 2)
LAYERS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "conv1d": (own.Conv1D(filters=2, padding="causal", activation="tanh", time_distributed=True), WINDOWS),
    "depthwise_conv1d": (own.DepthwiseConv1D(depth_multiplier=2, time_distributed=True), WINDOWS),
    "separable_conv1d": (own.SeparableConv1D(filters=3, padding="same", time_distributed=True), WINDOWS),
    "conv1d_transpose": (own.Conv1DTranspose(filters=2, strides=2, time_distributed=True), WINDOWS),
    "max_pooling1d": (own.MaxPooling1D(time_distributed=True), WINDOWS),
    "average_pooling1d": (own.AveragePooling1D(time_distributed=True), WINDOWS),
    "global_max_pooling1d": (own.GlobalMaxPooling1D(time_distributed=True), WINDOWS),
    "global_average_pooling1d": (own.GlobalAveragePooling1D(time_distributed=True), WINDOWS),
    "conv2d": (own.Conv2D(filters=3, padding="same", activation="tanh", time_distributed=True), FRAMES),
    "depthwise_conv2d": (own.DepthwiseConv2D(time_distributed=True), FRAMES),
    "separable_conv2d": (own.SeparableConv2D(filters=2, time_distributed=True), FRAMES),
    "conv2d_transpose": (own.Conv2DTranspose(filters=2, activation="gelu", time_distributed=True), FRAMES),
    "max_pooling2d": (own.MaxPooling2D(time_distributed=True), FRAMES),
    "average_pooling2d": (own.AveragePooling2D(padding="same", time_distributed=True), FRAMES),
    "global_max_pooling2d": (own.GlobalMaxPooling2D(time_distributed=True), FRAMES),
    "global_average_pooling2d": (own.GlobalAveragePooling2D(time_distributed=True), FRAMES),
    "flatten": (own.Flatten(time_distributed=True), FRAMES),
}


def test_the_table_has_every_layer_that_can() -> None:
    """Whoever lets a layer work at each step proves it here."""
    able = {
        name for name, entry in vocabulary.LAYERS.items() if "time_distributed" in {p.name for p in entry.parameters}
    }

    assert able == set(LAYERS)


@pytest.mark.parametrize("name", LAYERS)
def test_each_step_is_a_row_of_its_own(name: str) -> None:
    """The same weights at every step; behind a layer that learns, errors go back to the step that they came from."""
    layer, shape = LAYERS[name]
    generator = np.random.default_rng(4)
    first = own.Dense(units=shape[-1], activation="tanh")
    network = neural.Network(layers=(first, layer, own.Flatten(), own.Dense(units=2)), input_shape=shape)
    steps = neural.Network(
        layers=(own.Dense(units=shape[-1], activation="tanh"), vars_of(layer)), input_shape=shape[1:]
    )
    alone = neural.Network(layers=(first, layer), input_shape=shape)
    flat = neural.initialize(network, generator, "float64")
    flat += 0.2 * generator.standard_normal(flat.size)
    x, y = generator.standard_normal((4, *shape)), generator.standard_normal((4, 2))
    part = flat[: alone.parameter_count]

    together = neural.predict(alone, part, x, loss="mean_squared_error")
    apart = neural.predict(steps, part, x.reshape(-1, *shape[1:]), loss="mean_squared_error")
    certificate = neural.check_gradients(
        network, flat, x, y, "mean_squared_error", generator=generator, directions=3, entries=12
    )

    np.testing.assert_allclose(together.reshape(apart.shape), apart, rtol=1e-12)
    assert certificate.passed, certificate


def vars_of(layer: Any) -> Any:
    """Make the same layer without the steps."""
    parameters = {info.name: getattr(layer, info.name) for info in vocabulary.LAYERS[layer.key].parameters}
    return vocabulary.create("layer", layer.key, **(parameters | {"time_distributed": False}))


def test_the_mask_of_the_steps_goes_on() -> None:
    """As Keras' TimeDistributed says: a padded step changes nothing behind it, and counts in no loss."""
    layers = (own.Masking(), own.Flatten(time_distributed=True), own.LSTM(units=3))
    long, short = (neural.Network(layers=layers, input_shape=(time, 2)) for time in (4, 2))
    flat = neural.initialize(long, np.random.default_rng(0), "float64")
    x = np.random.default_rng(1).standard_normal((3, 2, 2))

    outputs = [
        neural.predict(network, flat, rows, loss="mean_squared_error")
        for network, rows in ((long, np.pad(x, ((0, 0), (0, 2), (0, 0)))), (short, x))
    ]

    np.testing.assert_allclose(outputs[0], outputs[1], rtol=1e-12)


def test_what_has_no_steps_is_refused() -> None:
    """The error names the layer, the whole shape that it got, and what it needs of each step."""
    network = neural.Network(layers=(own.Conv2D(filters=2, time_distributed=True),), input_shape=(5, 4, 2))

    with pytest.raises(ShapeError, match=r"at each step an image") as refused:
        _ = network.shapes

    assert (refused.value.where, refused.value.got) == ("layer conv2d_1", (5, 4, 2))
