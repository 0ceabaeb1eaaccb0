"""Layers over places: gradients on drawn shapes, blocks of any size, errors that name what does not fit."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neural
from neural import Dense, Network, vocabulary
from neural.errors import ParameterOutOfRange, ShapeError
from neural.layers import (
    AveragePooling1D,
    AveragePooling2D,
    Conv1D,
    Conv2D,
    DepthwiseConv2D,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    Layer,
    MaxPooling1D,
    MaxPooling2D,
    Reshape,
    SeparableConv2D,
)
from neural.layers.shared.convolutions import convolution, depthwise

PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


def check(layers: tuple[Layer, ...], shape: tuple[int, ...], seed: int = 1) -> neural.GradientCertificate:
    """Check the gradient of these layers with a dense layer behind them."""
    generator = np.random.default_rng(seed)
    network = Network(layers=(*layers, Dense(units=3)), input_shape=shape)
    flat = neural.initialize(network, generator, "float64")
    x, y = generator.normal(size=(4, *shape)), generator.integers(0, 3, (4, *network.output_shape[:-1]))
    return neural.check_gradients(network, flat, x, y, "categorical_crossentropy", generator=generator)


@settings(max_examples=25)
@given(
    size=PAIRS,
    strides=PAIRS,
    dilation=PAIRS,
    padding=st.sampled_from(["valid", "same"]),
    channels=st.integers(1, 3),
    block=st.sampled_from([1, 60, 400, 1 << 17]),
)
def test_convolutions_of_images_have_right_gradients(
    size: tuple[int, int],
    strides: tuple[int, int],
    dilation: tuple[int, int],
    padding: str,
    channels: int,
    block: int,
) -> None:
    """For every way in which windows can lie, and however small the blocks are."""
    first = Conv2D(filters=2, kernel_size=2, activation="tanh")
    layer = Conv2D(filters=2, kernel_size=size, strides=strides, dilation=dilation, padding=padding, activation="tanh")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution, "BLOCK", block)

        certificate = check((first, layer, Flatten()), (9, 8, channels))

    assert certificate.passed, certificate


@settings(max_examples=25)
@given(
    kind=st.sampled_from([DepthwiseConv2D, partial(SeparableConv2D, filters=2)]),
    kernel_size=PAIRS,
    strides=PAIRS,
    dilation=PAIRS,
    padding=st.sampled_from(["valid", "same"]),
    depth_multiplier=st.integers(1, 3),
    use_bias=st.booleans(),
    block=st.sampled_from([1, 400, 1 << 17]),
)
def test_convolutions_within_channels_have_right_gradients(
    kind: Callable[..., Layer], block: int, **drawn: Any
) -> None:
    """With one block of channels and with several; also where the first layer needs no error of its input."""
    first = Conv2D(filters=3, kernel_size=2, activation="tanh")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(depthwise, "BLOCK", block)

        inside = check((first, kind(activation="tanh", **drawn), Flatten()), (9, 8, 2))
        at_the_start = check((kind(activation="softplus", **drawn), Flatten()), (9, 8, 2))

    assert inside.passed, inside
    assert at_the_start.passed, at_the_start


@settings(max_examples=15)
@given(
    size=st.integers(1, 4),
    strides=st.integers(1, 3),
    dilation=st.integers(1, 2),
    padding=st.sampled_from(["valid", "same", "causal"]),
)
def test_convolutions_of_sequences_have_right_gradients(size: int, strides: int, dilation: int, padding: str) -> None:
    """Also for causal padding."""
    layer = Conv1D(filters=2, kernel_size=size, strides=strides, dilation=dilation, padding=padding)

    certificate = check((Conv1D(filters=3, activation="tanh"), layer), (11, 2))

    assert certificate.passed, certificate


@settings(max_examples=20)
@given(
    kind=st.sampled_from([MaxPooling2D, AveragePooling2D]),
    size=PAIRS,
    strides=PAIRS,
    padding=st.sampled_from(["valid", "same"]),
)
def test_pooling_of_images_has_right_gradients(
    kind: type[Layer], size: tuple[int, int], strides: tuple[int, int], padding: str
) -> None:
    """Also where windows overlap or leave places out."""
    pooling = kind(pool_size=size, strides=strides, padding=padding)  # type: ignore[call-arg]

    certificate = check((Conv2D(filters=2, kernel_size=2), pooling, Flatten()), (7, 8, 2))

    assert certificate.passed, certificate


@pytest.mark.parametrize("kind", [MaxPooling1D, AveragePooling1D, GlobalMaxPooling1D])
def test_pooling_of_sequences_has_right_gradients(kind: type[Layer]) -> None:
    """The same windows, one row high."""
    certificate = check((Conv1D(filters=3, activation="tanh"), kind()), (9, 2))

    assert certificate.passed, certificate


@pytest.mark.parametrize("kind", [GlobalMaxPooling2D, GlobalAveragePooling2D])
def test_global_pooling_of_images_has_right_gradients(kind: type[Layer]) -> None:
    """All places at once."""
    certificate = check((Conv2D(filters=3, activation="tanh"), kind()), (6, 5, 2))

    assert certificate.passed, certificate


def test_a_tie_of_maxima_gives_the_error_once() -> None:
    """Sixteen equal values in a window: a sixteenth of a place would learn nothing right, sixteen times too much."""
    network = Network(
        layers=(Conv2D(filters=1, kernel_size=1), MaxPooling2D(pool_size=4), Flatten()), input_shape=(4, 4, 1)
    )
    weights = np.array([1.0, 0.0])
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "mean_squared_error"),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=0.5),
        epochs=1,
        batch_size=1,
        seed=1,
        dtype="float64",
    )
    examples = neural.Examples(np.ones((1, 4, 4, 1)), np.array([[0.0]]))

    *_, last = neural.train(network, plan, examples, None, weights=weights)

    np.testing.assert_allclose(last.weights(), [0.0, -1.0])  # dL/dw = 2·1·x, dL/db = 2·1


@pytest.mark.parametrize(
    ("layers", "shape", "says"),
    [
        ((Conv2D(filters=2),), (8,), r"layer conv2d_1.*\(8,\).*an image"),
        ((Conv2D(filters=2, kernel_size=5),), (4, 9, 1), r"layer conv2d_1.*\(4, 9, 1\).*at least 5 by 5"),
        ((DepthwiseConv2D(),), (9, 2), r"layer depthwise_conv2d_1.*\(9, 2\).*an image"),
        ((SeparableConv2D(filters=2, dilation=4),), (8, 8, 1), r"layer separable_conv2d_1.*at least 9 by 9"),
        ((MaxPooling2D(),), (8,), "layer max_pooling2d_1.*an image"),
        ((Conv1D(filters=2),), (8, 8, 1), "layer conv1d_1.*a sequence"),
        ((GlobalMaxPooling1D(),), (8,), "layer global_max_pooling1d_1.*a sequence"),
        ((Reshape(target_shape=(3, -1)),), (8,), "layer reshape_1.*8 values.*3"),
    ],
    ids=[
        "vector",
        "too small",
        "sequence",
        "spread too far",
        "pooled vector",
        "image as sequence",
        "global",
        "reshape",
    ],
)
def test_shapes_that_do_not_fit_are_refused(layers: tuple[Layer, ...], shape: tuple[int, ...], says: str) -> None:
    """The layer, what it got and what it needs are named."""
    with pytest.raises(ShapeError, match=says):
        _ = Network(layers=layers, input_shape=shape).shapes


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Conv2D(filters=2, kernel_size=(3, 3, 3)), "a list of 2"),  # type: ignore[arg-type]
        (lambda: Conv2D(filters=2, strides=0), "at least 1"),
        (lambda: Conv2D(filters=2, kernel_size=2.5), "a whole number"),  # type: ignore[arg-type]
        (lambda: Reshape(target_shape=(-1, -1)), "one may be -1"),
        (lambda: Reshape(target_shape=(1, 2, 3, 4, 5)), "one to four"),
    ],
    ids=["three sizes", "no stride", "half a size", "two open", "four axes"],
)
def test_sizes_out_of_range_are_refused(make: type, says: str) -> None:
    """With what would be right."""
    with pytest.raises(ParameterOutOfRange, match=says):
        make()
