"""First weights follow the distribution that their name promises."""

import math

import numpy as np
import pytest

import neural
from neural.initializers import initializer

INPUTS, OUTPUTS = 300, 100
VARIANCES = {
    "glorot_uniform": 2 / (INPUTS + OUTPUTS),
    "glorot_normal": 2 / (INPUTS + OUTPUTS),
    "he_uniform": 2 / INPUTS,
    "he_normal": 2 / INPUTS,
    "lecun_uniform": 1 / INPUTS,
    "lecun_normal": 1 / INPUTS,
}


def drawn(name: str) -> np.ndarray:
    """Draw 30 000 values."""
    return initializer(name).draw((INPUTS, OUTPUTS), np.random.default_rng(8))


@pytest.mark.parametrize("name", VARIANCES)
def test_mean_and_variance_are_right(name: str) -> None:
    """A factor that is wrong here makes deep networks start dead or wild, and nothing else tells."""
    values = drawn(name)

    assert abs(values.mean()) < 4 * math.sqrt(VARIANCES[name] / values.size)
    assert values.var() == pytest.approx(VARIANCES[name], rel=0.02)


@pytest.mark.parametrize("name", [name for name in VARIANCES if name.endswith("uniform")])
def test_uniform_values_fill_their_interval_evenly(name: str) -> None:
    """The empirical distribution stays close to a line (Kolmogorov-Smirnov at 1 %)."""
    values = np.sort(drawn(name).ravel())
    limit = math.sqrt(3 * VARIANCES[name])

    distance = np.abs((values / limit + 1) / 2 - (np.arange(values.size) + 0.5) / values.size).max()

    assert np.abs(values).max() <= limit
    assert distance < 1.63 / math.sqrt(values.size)


@pytest.mark.parametrize("name", [name for name in VARIANCES if name.endswith("normal")])
def test_normal_values_are_cut_at_two_deviations_and_still_have_the_wanted_variance(name: str) -> None:
    """Keras draws from a wider normal and cuts it, so that after the cut the variance is right."""
    values = np.sort(drawn(name).ravel())
    wide = math.sqrt(VARIANCES[name]) / 0.87962566103423978
    inside = math.erf(2 / math.sqrt(2))
    expected = np.array([(math.erf(v / wide / math.sqrt(2)) / inside + 1) / 2 for v in values])

    distance = np.abs(expected - (np.arange(values.size) + 0.5) / values.size).max()

    assert np.abs(values).max() <= 2 * wide
    assert distance < 1.63 / math.sqrt(values.size)


@pytest.mark.parametrize(("name", "value"), [("zeros", 0), ("ones", 1)])
def test_constants_are_constant(name: str, value: float) -> None:
    """They draw nothing, so they move no other draw."""
    generator = np.random.default_rng(1)
    before = generator.bit_generator.state

    values = initializer(name).draw((3, 2), generator)

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
