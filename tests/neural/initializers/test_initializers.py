"""First weights follow the distribution that their name promises."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.errors import ParameterOutOfRange
from neural.initializers import initializer
from neural.initializers.normal import CUT_DEVIATION
from neural.initializers.variance_scaling import DISTRIBUTIONS, MODES

INPUTS, OUTPUTS = 300, 100
VARIANCES = {
    "glorot_uniform": 2 / (INPUTS + OUTPUTS),
    "glorot_normal": 2 / (INPUTS + OUTPUTS),
    "he_uniform": 2 / INPUTS,
    "he_normal": 2 / INPUTS,
    "lecun_uniform": 1 / INPUTS,
    "lecun_normal": 1 / INPUTS,
}


FANS = {"fan_in": INPUTS, "fan_out": OUTPUTS, "fan_avg": (INPUTS + OUTPUTS) / 2}
Cumulative = Callable[[np.ndarray], np.ndarray]


def drawn(name: str, **parameters: Any) -> np.ndarray:
    """Draw 30 000 values."""
    return vocabulary.create("initializer", name, **parameters).draw((INPUTS, OUTPUTS), np.random.default_rng(8))


def distance(values: np.ndarray, cumulative: Cumulative) -> float:
    """Measure how far values are from a distribution (Kolmogorov-Smirnov), in units of its limit at 1 %."""
    ordered = np.sort(values.ravel())
    furthest = np.abs(cumulative(ordered) - (np.arange(values.size) + 0.5) / values.size).max()
    return float(furthest * math.sqrt(values.size) / 1.63)


def normal(mean: float, stddev: float) -> Cumulative:
    """Give the distribution function of a normal."""
    return np.vectorize(lambda value: (1 + math.erf((value - mean) / stddev / math.sqrt(2))) / 2)


def cut_normal(mean: float, stddev: float) -> Cumulative:
    """Give the distribution function of a normal without what lies further than two deviations out."""
    inside = math.erf(2 / math.sqrt(2))
    whole = normal(mean, stddev)
    return lambda values: (2 * whole(values) - 1) / inside / 2 + 0.5


def uniform(low: float, high: float) -> Cumulative:
    """Give the distribution function of uniform values."""
    return lambda values: (values - low) / (high - low)


DISTRIBUTED: dict[str, Callable[[float], Cumulative]] = {
    "uniform": lambda deviation: uniform(-deviation * math.sqrt(3), deviation * math.sqrt(3)),
    "untruncated_normal": lambda deviation: normal(0, deviation),
    "truncated_normal": lambda deviation: cut_normal(0, deviation / CUT_DEVIATION),
}


@pytest.mark.parametrize("name", VARIANCES)
def test_mean_and_variance_are_right(name: str) -> None:
    """A factor that is wrong here makes deep networks start dead or wild, and nothing else tells."""
    values = drawn(name)

    assert abs(values.mean()) < 4 * math.sqrt(VARIANCES[name] / values.size)
    assert values.var() == pytest.approx(VARIANCES[name], rel=0.02)


@pytest.mark.parametrize("name", VARIANCES)
def test_named_scalings_have_their_distribution(name: str) -> None:
    """Evenly within the limit, or normal and cut at two deviations, as wide as if it were not cut: as Keras."""
    values = drawn(name)
    kind = "uniform" if name.endswith("uniform") else "truncated_normal"
    deviation = math.sqrt(VARIANCES[name])
    limit = deviation * math.sqrt(3) if kind == "uniform" else 2 * deviation / CUT_DEVIATION

    assert np.abs(values).max() <= limit
    assert distance(values, DISTRIBUTED[kind](deviation)) < 1


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_variance_scaling_has_its_variance_and_distribution(scale: float, mode: str, distribution: str) -> None:
    """All that the named ones are made of, in every combination."""
    variance = scale / FANS[mode]

    values = drawn("variance_scaling", scale=scale, mode=mode, distribution=distribution)

    assert abs(values.mean()) < 4 * math.sqrt(variance / values.size)
    assert values.var() == pytest.approx(variance, rel=0.03)
    assert distance(values, DISTRIBUTED[distribution](math.sqrt(variance))) < 1


def test_distributions_are_told_apart() -> None:
    """A test that takes one for the other would prove nothing."""
    values = drawn("variance_scaling", distribution="untruncated_normal")
    deviation = math.sqrt(1 / INPUTS)

    assert distance(values, DISTRIBUTED["truncated_normal"](deviation)) > 2
    assert distance(values, DISTRIBUTED["uniform"](deviation)) > 2
    assert distance(values, normal(0, 1.03 * deviation)) > 1


@pytest.mark.parametrize(("mean", "stddev"), [(0.0, 0.05), (0.3, 2.0)])
def test_normals_have_their_mean_and_deviation(mean: float, stddev: float) -> None:
    """A mean that is used as the deviation goes unnoticed for years otherwise."""
    values = drawn("random_normal", mean=mean, stddev=stddev)

    assert abs(values.mean() - mean) < 4 * stddev / math.sqrt(values.size)
    assert values.std() == pytest.approx(stddev, rel=0.02)
    assert distance(values, normal(mean, stddev)) < 1


@pytest.mark.parametrize(("mean", "stddev"), [(0.0, 0.05), (-0.4, 1.5)])
def test_truncated_normals_stop_at_two_deviations(mean: float, stddev: float) -> None:
    """The deviation that is given is the one before the cut, as in Keras."""
    values = drawn("truncated_normal", mean=mean, stddev=stddev)

    assert np.abs(values - mean).max() <= 2 * stddev
    assert values.std() == pytest.approx(CUT_DEVIATION * stddev, rel=0.02)
    assert distance(values, cut_normal(mean, stddev)) < 1


def test_uniform_values_fill_the_bounds_that_are_given() -> None:
    """Which need not lie around 0."""
    values = drawn("random_uniform", minval=1.0, maxval=4.0)

    assert values.min() >= 1
    assert values.max() <= 4
    assert distance(values, uniform(1, 4)) < 1


@pytest.mark.parametrize(
    ("name", "parameters", "value"),
    [("zeros", {}, 0), ("ones", {}, 1), ("constant", {}, 0), ("constant", {"value": -2}, -2)],
)
def test_constants_are_constant(name: str, parameters: dict, value: float) -> None:
    """They draw nothing, so they move no other draw."""
    generator = np.random.default_rng(1)
    before = generator.bit_generator.state

    values = vocabulary.create("initializer", name, **parameters).draw((3, 2), generator)

    assert np.all(values == value)
    assert generator.bit_generator.state == before


def test_both_types_start_from_the_same_draws() -> None:
    """A float64 run can then be compared with a float32 one."""
    network = neural.Network(layers=(neural.Dense(units=5),), input_shape=(4,))

    single = neural.initialize(network, np.random.default_rng(1), "float32")
    double = neural.initialize(network, np.random.default_rng(1), "float64")

    assert np.array_equal(single, double.astype(np.float32))


@pytest.mark.parametrize("shape", [(5, 5), (7, 3), (3, 7), (2, 2, 3)])
def test_orthogonal_kernels_neither_stretch_nor_shrink(shape: tuple[int, ...]) -> None:
    """Through many time steps any other length would grow or vanish."""
    matrix = initializer("orthogonal").draw(shape, np.random.default_rng(8)).reshape(-1, shape[-1])
    short = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T

    np.testing.assert_allclose(short.T @ short, np.eye(short.shape[1]), atol=1e-12)


def test_orthogonal_kernels_point_everywhere() -> None:
    """Without the signs of R's diagonal the first entries would lean to one side."""
    generator = np.random.default_rng(8)
    corners = np.array([initializer("orthogonal").draw((3, 3), generator)[0, 0] for _ in range(2000)])

    assert abs(corners.mean()) < 4 * math.sqrt(1 / 3 / 2000)
    assert corners.var() == pytest.approx(1 / 3, rel=0.1)


def test_the_gain_of_an_orthogonal_kernel_is_its_length() -> None:
    """Relu halves what it passes on; a gain of √2 makes up for it."""
    matrix = drawn("orthogonal", gain=math.sqrt(2))

    np.testing.assert_allclose(matrix.T @ matrix, 2 * np.eye(OUTPUTS), atol=1e-12)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((3, 3), np.eye(3)),
        ((2, 4), np.eye(2, 4)),
        ((4, 2), np.eye(4, 2)),
        ((3, 2, 2), np.stack([np.zeros((2, 2)), np.eye(2), np.zeros((2, 2))])),
        ((3,), np.array([1.0, 0.0, 0.0])),
    ],
    ids=["square", "wide", "tall", "window", "vector"],
)
def test_an_identity_hands_on_what_it_is_given(shape: tuple[int, ...], expected: np.ndarray) -> None:
    """In a window it is the middle that is handed on."""
    generator = np.random.default_rng(1)
    before = generator.bit_generator.state

    values = vocabulary.create("initializer", "identity", gain=0.5).draw(shape, generator)

    assert np.array_equal(values, 0.5 * expected)
    assert generator.bit_generator.state == before


def test_a_convolution_that_starts_as_the_identity_changes_no_image() -> None:
    """The centre of a window of any odd size meets the place itself."""
    layers = (neural.layers.Conv2D(filters=2, kernel_size=(3, 5), padding="same", initializer="identity"),)
    network = neural.Network(layers=(*layers, neural.layers.Flatten()), input_shape=(4, 6, 2))
    images = np.random.default_rng(1).standard_normal((3, 4, 6, 2))
    weights = neural.initialize(network, np.random.default_rng(1), "float64")

    outputs = neural.predict(network, weights, images, loss="mean_squared_error")

    assert np.array_equal(outputs, images.reshape(3, -1))


@pytest.mark.parametrize(
    ("name", "parameters", "culprit", "expected"),
    [
        ("random_normal", {"stddev": -0.1}, "stddev", "at least 0"),
        ("truncated_normal", {"stddev": "wide"}, "stddev", "a number"),
        ("random_uniform", {"minval": 1.0}, "minval", "at most `maxval`"),
        ("variance_scaling", {"scale": 0}, "scale", "above 0"),
        ("variance_scaling", {"mode": "fan_both"}, "mode", "fan_avg"),
        ("variance_scaling", {"distribution": "normal"}, "distribution", "untruncated_normal"),
        ("constant", {"value": math.inf}, "value", "a number"),
        ("orthogonal", {"gain": None}, "gain", "a number"),
        ("glorot_uniform", {"scale": 2.0}, "scale", "no parameters"),
    ],
)
def test_parameters_out_of_range_are_refused(name: str, parameters: dict, culprit: str, expected: str) -> None:
    """With the component, the parameter, and what would be right."""
    with pytest.raises(ParameterOutOfRange) as wrong:
        vocabulary.create("initializer", name, **parameters)

    assert (wrong.value.component, wrong.value.parameter) == (name, culprit)
    assert expected in wrong.value.expected


def test_random_uniform_keeps_its_limit() -> None:
    """Embeddings start small, whatever the size of the vocabulary."""
    values = drawn("random_uniform")

    assert np.abs(values).max() <= 0.05
    assert values.var() == pytest.approx(0.05**2 / 3, rel=0.02)


@pytest.mark.parametrize(
    ("shape", "fans"), [((6,), (6, 6)), ((4, 6), (4, 6)), ((3, 2, 5, 7), (30, 42)), ((8, 2, 4), (16, 32))]
)
def test_a_window_is_counted_in_both_fans(shape: tuple[int, ...], fans: tuple[int, int]) -> None:
    """A kernel of 3 × 2 places reads six values of each channel; as Keras counts."""
    values = initializer("glorot_uniform").draw(shape, np.random.default_rng(8))

    assert neural.initializers.fans(shape) == fans
    assert np.abs(values).max() <= math.sqrt(6 / sum(fans))


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("glorot_uniform", math.sqrt(6 / (32 + 128))),
        ("he_uniform", math.sqrt(6 / 32)),
        ("lecun_uniform", 32**-0.5 * 3**0.5),
    ],
)
def test_kernels_of_attention_start_as_wide_as_what_they_read_and_feed_asks_for(name: str, limit: float) -> None:
    """32 features to 8 heads of 16: a matrix of 32 by 128, as Keras 3 counts; not a window of 32 places."""
    attention = neural.layers.MultiHeadAttention(num_heads=8, key_dim=16, initializer=name, name="it")
    network = neural.Network(layers=(attention,), input_shape=(3, 32))
    arrays = neural.named_arrays(network, neural.initialize(network, np.random.default_rng(4), "float64"))

    for part in ("query", "key", "value"):
        assert np.abs(arrays[f"it.{part}_kernel"]).max() == pytest.approx(limit, rel=0.01)
        assert np.abs(arrays[f"it.{part}_kernel"]).max() <= limit
