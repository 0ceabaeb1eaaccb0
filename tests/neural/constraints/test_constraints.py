"""Constraints: where weights are held to, by whom, and along which axes."""

from typing import Any

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.constraints import CONSTRAINTS, MaxNorm, MinMaxNorm, UnitNorm, constraint
from neural.errors import ParameterOutOfRange

SGD = vocabulary.create("optimizer", "sgd", learning_rate=0.5)


def held(name: str | Any, w: np.ndarray) -> np.ndarray:
    """Apply once."""
    held_to = w.copy()
    for call in constraint(name).hold(held_to):
        call()
    return held_to


def test_what_each_holds(generator: np.random.Generator) -> None:
    """Against plain NumPy."""
    w = generator.standard_normal((4, 3))
    lengths = np.linalg.norm(w, axis=0)

    np.testing.assert_array_equal(held("none", w), w)
    np.testing.assert_array_equal(held("non_neg", w), np.maximum(w, 0))
    np.testing.assert_allclose(
        np.linalg.norm(held(MaxNorm(max_value=1.0), w), axis=0), np.minimum(lengths, 1), rtol=1e-6
    )
    np.testing.assert_allclose(np.linalg.norm(held("unit_norm", w), axis=0), 1, rtol=1e-6)
    halfway = held(MinMaxNorm(min_value=1.5, max_value=1.8, rate=0.5), w)
    wanted = (np.clip(lengths, 1.5, 1.8) + lengths) / 2
    np.testing.assert_allclose(np.linalg.norm(halfway, axis=0), wanted, rtol=1e-6)


@pytest.mark.parametrize("axis", [(0,), (1,), (-1,), (0, 1, 2), (0, 3)])
def test_lengths_are_taken_along_the_axes(axis: tuple[int, ...], generator: np.random.Generator) -> None:
    """Of a convolution all but the last, of a dense layer the first."""
    w = generator.standard_normal((3, 2, 4, 5))

    found = held(UnitNorm(axis=axis), w)

    np.testing.assert_allclose(np.sqrt((found**2).sum(axis)), 1, rtol=1e-6)


def trained(plan: neural.TrainingPlan, examples: neural.Examples, **restraints: Any) -> dict[str, np.ndarray]:
    """Train a few steps; give the weights by name."""
    layers = (
        neural.Dense(units=5, activation="tanh", name="hidden", **restraints),
        neural.Dense(units=3, activation="softmax", name="out"),
    )
    net = neural.Network(layers=layers, input_shape=(4,))
    weights = neural.initialize(net, np.random.default_rng(1))
    *_, last = neural.train(net, plan, examples, None, weights=weights)
    return {"start": weights} | neural.named_arrays(net, last.weights())


def test_a_layer_is_held_after_every_step(make_plan: Any, classes: neural.Examples) -> None:
    """And no other layer."""
    arrays = trained(
        make_plan(optimizer=SGD), classes, kernel_constraint="non_neg", bias_constraint=MaxNorm(max_value=0.1)
    )

    assert arrays["hidden.kernel"].min() == 0
    assert np.linalg.norm(arrays["hidden.bias"]) <= 0.1
    assert arrays["out.kernel"].min() < 0


def test_a_frozen_layer_is_held_to_nothing(make_plan: Any, classes: neural.Examples) -> None:
    """Its weights stay as they are, as those of Keras' layers that are not trainable."""
    arrays = trained(make_plan(frozen=("hidden",)), classes, kernel_constraint="non_neg")

    np.testing.assert_array_equal(arrays["hidden.kernel"].ravel(), arrays["start"][:20])
    assert arrays["hidden.kernel"].min() < 0


@pytest.mark.parametrize("axis", [(2,), (0, -2), (0, 0)])
def test_axes_that_there_are_not_are_refused(axis: tuple[int, ...]) -> None:
    """The field, the value, what would be right."""
    net = neural.Network(layers=(neural.Dense(units=2, kernel_constraint=UnitNorm(axis=axis)),), input_shape=(3,))

    with pytest.raises(ParameterOutOfRange, match=r"kernel_constraint\.axis.*from -2 to 1"):
        _ = net.parameters


def test_bounds_in_the_wrong_order_are_refused() -> None:
    """No length is at least 2 and at most 1."""
    with pytest.raises(ParameterOutOfRange, match="at least min_value, 2"):
        MinMaxNorm(min_value=2.0, max_value=1.0)
    assert "min_max_norm" in CONSTRAINTS
