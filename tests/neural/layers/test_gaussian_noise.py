"""Noise while training: its spread, its absence afterwards, and a gradient that does not see it."""

import numpy as np
import pytest

import neural
from neural.layers import AlphaDropout, GaussianDropout, Layer
from neural.layers.gaussian_noise import GaussianNoise
from neural.network.binding import bind

ROWS, WIDTH = 4_000, 5


@pytest.mark.parametrize("stddev", [0.1, 2.0])
def test_the_noise_has_its_spread(stddev: float) -> None:
    """Mean and standard deviation within five standard errors, another draw at each step."""
    network = neural.Network(layers=(GaussianNoise(stddev=stddev),), input_shape=(WIDTH,))
    inputs = np.full((1, ROWS, WIDTH + 1), 3.0)
    bound = bind(network, np.empty(0), inputs=inputs, generator=np.random.default_rng(1))
    draws = []
    for _ in range(2):
        for call in bound.slots[0].forward:
            call()
        draws.append(bound.logits[0] - 3.0)

    error = stddev / np.sqrt(ROWS * WIDTH)
    assert abs(draws[0].mean()) < 5 * error
    assert abs(draws[0].std() - stddev) < 5 * error
    assert abs((draws[0] * draws[1]).mean()) < 5 * stddev * error


@pytest.mark.parametrize("layer", [GaussianDropout(rate=0.4), AlphaDropout(rate=0.4)], ids=lambda layer: layer.key)
def test_dropout_of_other_kinds_keeps_mean_and_spread_as_it_promises(layer: Layer) -> None:
    """Of standard normal values: multiplied, their variance grows to 1 / (1 - rate); set to SELU's least, it stays."""
    network = neural.Network(layers=(layer,), input_shape=(WIDTH,))
    x = np.random.default_rng(5).standard_normal((1, ROWS, WIDTH + 1))
    bound = bind(network, np.empty(0), inputs=x, generator=np.random.default_rng(1))
    for call in bound.slots[0].forward:
        call()
    values = bound.logits[0]

    assert abs(values.mean()) < 5 / np.sqrt(ROWS * WIDTH) * 1.3
    assert values.var() == pytest.approx(1 / 0.6 if layer.key == "gaussian_dropout" else 1.0, rel=0.05)
    if layer.key == "alpha_dropout":
        least, shares = np.unique(values.round(9), return_counts=True)
        assert shares.max() / values.size == pytest.approx(0.4, abs=0.02)
        assert least[shares.argmax()] == pytest.approx(-1.7581 * 0.6 / np.sqrt(0.6 * (1 + 0.4 * 1.7581**2)), abs=1e-4)


def test_nothing_is_added_afterwards() -> None:
    """Predictions do not flicker."""
    network = neural.Network(layers=(GaussianNoise(stddev=9.0),), input_shape=(WIDTH,))
    x = np.random.default_rng(2).normal(size=(7, WIDTH))

    assert np.array_equal(neural.predict(network, np.empty(0), x, loss="mean_squared_error"), x)


def test_the_gradient_passes_through() -> None:
    """The noise is the same number wherever the weights are."""
    generator = np.random.default_rng(3)
    layers = (neural.Dense(units=4, activation="tanh"), GaussianNoise(stddev=0.5), neural.Dense(units=3))
    network = neural.Network(layers=layers, input_shape=(WIDTH,))
    flat = neural.initialize(network, generator, "float64")
    x, y = generator.normal(size=(6, WIDTH)), generator.integers(0, 3, 6)

    certificate = neural.check_gradients(network, flat, x, y, "categorical_crossentropy", generator=generator)

    assert certificate.passed, certificate
