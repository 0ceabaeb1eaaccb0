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
