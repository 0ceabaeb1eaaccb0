"""Dropout's way forward, which the gradient check cannot judge: it holds the way back against whatever goes forward."""

import numpy as np
import pytest

import neural
from neural.network.binding import bind

ROWS, WIDTH = 200, 100


def forward(rate: float, generator: np.random.Generator | None) -> np.ndarray:
    """Send ones through a dropout layer, (features, rows)."""
    network = neural.Network(layers=(neural.Dropout(rate=rate),), input_shape=(WIDTH,))
    bound = bind(network, np.empty(0), inputs=np.ones((1, ROWS, WIDTH + 1)), generator=generator)
    for call in bound.slots[0].forward:
        call()
    return bound.logits[0]


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_the_share_of_cleared_values_is_the_rate(rate: float, generator: np.random.Generator) -> None:
    """Within four standard deviations of a binomial draw."""
    cleared = np.mean(forward(rate, generator) == 0)

    assert abs(cleared - rate) < 4 * np.sqrt(rate * (1 - rate) / (ROWS * WIDTH))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_what_is_kept_is_scaled_so_that_the_mean_stays(rate: float, generator: np.random.Generator) -> None:
    """Otherwise predictions, which drop nothing, would see larger values than training did."""
    values = forward(rate, generator)

    assert np.unique(values) == pytest.approx([0, 1 / (1 - rate)])


@pytest.mark.parametrize("training", [True, False])
def test_nothing_is_dropped_at_rate_zero_or_when_predicting(*, training: bool, generator: np.random.Generator) -> None:
    """Then the layer is the identity."""
    values = forward(0.0, generator) if training else forward(0.5, None)

    assert np.all(values == 1)
