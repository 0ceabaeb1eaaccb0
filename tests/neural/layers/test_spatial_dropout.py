"""Spatial dropout's way forward, which the gradient check cannot judge: whole channels go, the others are scaled."""

import numpy as np
import pytest

import neural
from neural.errors import ShapeError
from neural.layers import Flatten, Layer, SpatialDropout1D, SpatialDropout2D
from neural.network.binding import bind

ROWS, CHANNELS = 200, 30
SHAPES: dict[type[Layer], tuple[int, ...]] = {SpatialDropout1D: (7, CHANNELS), SpatialDropout2D: (3, 2, CHANNELS)}
BOTH = pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.key)


def forward(kind: type[Layer], rate: float, generator: np.random.Generator | None) -> np.ndarray:
    """Send ones through, (rows, places, channels)."""
    shape = SHAPES[kind]
    network = neural.Network(layers=(kind(rate=rate), Flatten()), input_shape=shape)  # type: ignore[call-arg]
    bound = bind(network, np.empty(0), inputs=np.ones((1, CHANNELS + 1, *shape[:-1], ROWS)), generator=generator)
    for call in bound.slots[0].forward:
        call()
    return bound.logits[0].T.reshape(ROWS, -1, CHANNELS)


@BOTH
def test_a_channel_is_cleared_everywhere_or_nowhere(kind: type[Layer], generator: np.random.Generator) -> None:
    """Its neighbours would tell what a cleared place held."""
    values = forward(kind, 0.5, generator)

    assert np.all(values == values[:, :1])


@BOTH
@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_the_rate_is_the_share_of_cleared_channels_and_the_mean_stays(
    kind: type[Layer], rate: float, generator: np.random.Generator
) -> None:
    """Within four standard deviations of a binomial draw."""
    values = forward(kind, rate, generator)

    cleared = np.mean(values[:, 0] == 0)
    assert abs(cleared - rate) < 4 * np.sqrt(rate * (1 - rate) / (ROWS * CHANNELS))
    assert np.unique(values) == pytest.approx([0, 1 / (1 - rate)])


@BOTH
def test_predictions_drop_nothing(kind: type[Layer]) -> None:
    """Then the layer is the identity."""
    assert np.all(forward(kind, 0.5, None) == 1)


@BOTH
def test_rows_of_other_axes_are_refused(kind: type[Layer]) -> None:
    """A vector has no places."""
    with pytest.raises(ShapeError, match="sequence" if kind is SpatialDropout1D else "image"):
        _ = neural.Network(layers=(kind(rate=0.5),), input_shape=(4,)).shapes  # type: ignore[call-arg]
