"""Regularizers: their gradient is the slope of their value, on parameters and on outputs."""

from typing import Any

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.errors import ParameterOutOfRange, UnknownComponent
from neural.layers import LSTM, Conv1D, Flatten
from neural.regularizers import L1L2, REGULARIZERS, regularizer

ELASTIC = L1L2(l1=0.3, l2=0.7)


@pytest.mark.parametrize("name", REGULARIZERS)
@pytest.mark.parametrize("share", [1.0, 0.25])
def test_the_gradient_is_the_slope_of_the_penalty(name: str, share: float, generator: np.random.Generator) -> None:
    """Measured by central differences, and added to what is there."""
    penalty, w = regularizer(name), generator.standard_normal((3, 4))
    dw = np.ones_like(w)
    for call in penalty.add_gradient(w, dw, np.empty_like(w), share=share):
        call()

    slopes = np.empty_like(w)
    for place in np.ndindex(w.shape):
        step = np.zeros_like(w)
        step[place] = 1e-6
        slopes[place] = (penalty.value(w + step) - penalty.value(w - step)) / 2e-6

    np.testing.assert_allclose(dw, 1 + share * slopes, rtol=1e-8)


@pytest.mark.parametrize(
    "layers",
    [
        (neural.Dense(units=4, activation="tanh", activity_regularizer=ELASTIC),),
        (Conv1D(filters=3, activity_regularizer="l2"), LSTM(units=3, activity_regularizer=ELASTIC)),
        (LSTM(units=3, return_sequences=True, activity_regularizer=ELASTIC), Flatten()),
    ],
    ids=["dense", "two of them", "sequences"],
)
def test_penalties_on_outputs_have_right_gradients(layers: Any, generator: np.random.Generator) -> None:
    """They are part of what is made smaller, as a mean over the rows of the batch."""
    shape = (5,) if layers[0].key == "dense" else (6, 2)
    net = neural.Network(layers=(neural.Dense(units=3), *layers, neural.Dense(units=2)), input_shape=shape)
    flat = neural.initialize(net, generator, "float64")
    x, y = generator.normal(size=(7, *shape)), generator.normal(size=(7, 2))

    certificate = neural.check_gradients(net, flat, x, y, "mean_squared_error", generator=generator)

    assert certificate.passed, certificate


def test_a_penalty_on_outputs_that_the_loss_makes_is_refused() -> None:
    """The network gives logits there, on which the penalty would be another one."""
    output = neural.Dense(units=3, activation="softmax", activity_regularizer="l2")
    net = neural.Network(layers=(output,), input_shape=(4,))
    x, flat = np.zeros((3, 4)), np.zeros(net.parameter_count)

    with pytest.raises(ParameterOutOfRange, match="activity_regularizer"):
        neural.predict(net, flat, x, loss="categorical_crossentropy")
    assert neural.predict(net, flat, x, loss="mean_squared_error")[0] == pytest.approx([1 / 3] * 3)


def test_the_reported_loss_is_that_of_the_data(make_plan: Any, classes: neural.Examples) -> None:
    """As with `training.l2`: what it costs to be large is no error of prediction."""

    def first_loss(**restraints: Any) -> float:
        layers = (neural.Dense(units=4, activation="tanh", **restraints), neural.Dense(units=3, activation="softmax"))
        net = neural.Network(layers=layers, input_shape=(4,))
        plan = make_plan(epochs=1, batch_size=101)
        *_, last = neural.train(net, plan, classes, None, weights=neural.initialize(net, np.random.default_rng(1)))
        return float(last.values["loss"])

    assert first_loss(kernel_regularizer="l2", activity_regularizer="l2") == first_loss()


def test_an_unknown_penalty_is_named() -> None:
    """With those that there are."""
    with pytest.raises(UnknownComponent, match="l3"):
        _ = neural.Network(layers=(neural.Dense(units=2, kernel_regularizer="l3"),), input_shape=(2,)).parameters
    assert vocabulary.create("regularizer", "elastic_net") == L1L2()
