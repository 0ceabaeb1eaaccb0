"""Each update rule, worked out by hand for one or two steps."""

import math

import numpy as np
import pytest

from neural import vocabulary
from neural.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop
from neural.optimizers.base import CHUNK


def steps(optimizer: Optimizer, start: float, *gradients: float) -> list[float]:
    """Return a single weight after each update."""
    w, g = np.array([start]), np.zeros(1)
    state = optimizer.init(w)
    calls = optimizer.update(w, g, state)
    result = []
    for gradient in gradients:
        g[0] = gradient
        for call in calls:
            call()
        result.append(float(w[0]))
    return result


def test_sgd_goes_against_the_gradient() -> None:
    """1 - 0.1·0.5 = 0.95."""
    assert steps(SGD(learning_rate=0.1), 1.0, 0.5) == pytest.approx([0.95], abs=1e-15)


def test_momentum_keeps_a_share_of_the_last_step() -> None:
    """First -0.05, then -0.05·0.9 - 0.05 = -0.095."""
    assert steps(SGD(learning_rate=0.1, momentum=0.9), 1.0, 0.5, 0.5) == pytest.approx([0.95, 0.855], abs=1e-15)


def test_nesterov_looks_ahead() -> None:
    """First -0.05·0.9 - 0.05 = -0.095, then -0.095·0.9 - 0.05 = -0.1355."""
    optimizer = SGD(learning_rate=0.1, momentum=0.9, nesterov=True)

    assert steps(optimizer, 1.0, 0.5, 0.5) == pytest.approx([0.905, 0.7695], abs=1e-15)


def test_rmsprop_divides_by_the_root_of_the_mean_square() -> None:
    """The mean square is 0.1·0.5² = 0.025."""
    expected = 1 - 0.01 * 0.5 / math.sqrt(0.025 + 1e-7)

    assert steps(RMSprop(learning_rate=0.01), 1.0, 0.5) == pytest.approx([expected], abs=1e-15)


def test_centered_rmsprop_divides_by_the_root_of_the_variance() -> None:
    """The mean is 0.1·0.5 = 0.05, so the variance 0.025 - 0.0025 = 0.0225."""
    expected = 1 - 0.01 * 0.5 / math.sqrt(0.0225 + 1e-7)

    assert steps(RMSprop(learning_rate=0.01, centered=True), 1.0, 0.5) == pytest.approx([expected], abs=1e-15)


def test_adam_begins_with_a_step_of_the_learning_rate() -> None:
    """With m = 0.1·g and v = 0.001·g² the corrections cancel: α·m/(√v + ε) is almost η·sign(g)."""
    alpha = 0.001 * math.sqrt(0.001) / 0.1
    expected = 1 - alpha * 0.05 / (math.sqrt(0.00025) + 1e-7)

    (found,) = steps(Adam(), 1.0, 0.5)

    assert found == pytest.approx(expected, abs=1e-15)
    assert found == pytest.approx(0.999, abs=1e-7)


def test_adam_remembers_mean_and_square() -> None:
    """Second step by hand: m = 0.9·0.05 - 0.1·0.2, v = 0.999·0.00025 + 0.001·0.04."""
    m, v = 0.9 * 0.05 - 0.1 * 0.2, 0.999 * 0.00025 + 0.001 * 0.04
    alpha = 0.001 * math.sqrt(1 - 0.999**2) / (1 - 0.9**2)

    first, second = steps(Adam(), 1.0, 0.5, -0.2)

    assert second == pytest.approx(first - alpha * m / (math.sqrt(v) + 1e-7), abs=1e-15)


def test_adamw_takes_its_share_before_the_step() -> None:
    """The weight shrinks by η·λ = 0.001·0.004 of itself, whatever the gradient."""
    (plain,) = steps(Adam(), 1 - 0.001 * 0.004, 0.5)

    assert steps(AdamW(), 1.0, 0.5) == pytest.approx([plain], abs=1e-15)


@pytest.mark.parametrize("name", vocabulary.OPTIMIZERS)
@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, 2 * CHUNK + 5])
def test_every_chunk_of_a_long_vector_is_updated_alike(name: str, size: int) -> None:
    """Vectors are updated in chunks that fit the cache; a value must not notice where it lies."""
    optimizer = vocabulary.create("optimizer", name)
    w, g = np.ones(size, np.float32), np.full(size, 0.5, np.float32)
    state = optimizer.init(w)

    for _ in range(2):
        for call in optimizer.update(w, g, state):
            call()

    assert w[0] != 1
    assert np.all(w == w[0])


OF_EACH_KIND = (
    *(vocabulary.create("optimizer", name) for name in vocabulary.OPTIMIZERS),
    SGD(momentum=0.9),
    RMSprop(momentum=0.9, centered=True),
    Adam(amsgrad=True),
)


@pytest.mark.parametrize("optimizer", OF_EACH_KIND, ids=repr)
def test_a_state_has_the_slots_that_are_told_beforehand(optimizer: Optimizer) -> None:
    """Memory is reckoned from their number before any state is made."""
    state = optimizer.init(np.zeros(3, np.float32))

    assert tuple(state.slots) == optimizer.slots
    assert {slot.shape for slot in state.slots.values()} <= {(3,)}
