"""The trace of a step: every value and every gradient, held against central differences in float64."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neural import Examples, Network, TrainingPlan, flatten, initialize, named_arrays, streams
from neural.layers import LAYERS
from neural.losses import loss as find_loss
from neural.optimizers import OPTIMIZERS
from neural.training.trace import Trace, taken_apart, trace


def layer(key: str, **settings: Any) -> Any:
    """Make a layer by its name."""
    return LAYERS[key](**settings)


SOFTMAX = layer("dense", units=3, activation="softmax")
NETWORKS = {
    "dense": ((5,), [layer("dense", units=4, activation="tanh"), layer("dense", units=3, activation="softmax")]),
    "convolutional": (
        (6, 6, 2),
        [
            layer("conv2d", filters=3, kernel_size=3, activation="sigmoid"),
            layer("max_pooling2d"),
            layer("flatten"),
            layer("dense", units=3, activation="softmax"),
        ],
    ),
    "recurrent": (
        (4, 3),
        [
            layer("lstm", units=3, return_sequences=True),
            layer("gru", units=2),
            layer("dense", units=3, activation="softmax"),
        ],
    ),
    "attention": (
        (4, 4),
        [
            layer("multi_head_attention", num_heads=2, key_dim=3),
            layer("layer_normalization"),
            layer("flatten"),
            layer("dense", units=3, activation="softmax"),
        ],
    ),
}
CROSSENTROPY = find_loss("categorical_crossentropy")
PLAN = TrainingPlan(
    epochs=1,
    batch_size=4,
    optimizer=OPTIMIZERS["adam"](learning_rate=0.01),
    loss=find_loss("categorical_crossentropy"),
    seed=3,
)


def made(name: str) -> tuple[Network, np.ndarray, Examples]:
    """Make a network with weights, and four rows."""
    shape, layers = NETWORKS[name]
    network = Network(layers=tuple(layers), input_shape=shape)
    rng = np.random.default_rng(5)
    weights = initialize(network, streams(2).initialization, "float64")
    return network, weights, Examples(rng.normal(size=(4, *shape)), rng.integers(0, 3, 4))


def slope(loss_at: Any, h: float = 1e-3) -> float:
    """Measure a slope by the five-point difference."""
    return float((loss_at(-2 * h) - 8 * loss_at(-h) + 8 * loss_at(h) - loss_at(2 * h)) / (12 * h))


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_of_parameters_are_central_differences(name: str) -> None:
    """A few entries of every parameter."""
    network, weights, examples = made(name)
    found = trace(network, PLAN, weights, examples)
    rng = np.random.default_rng(1)

    for parameter in network.parameters:
        layer_name, _, own = parameter.name.rpartition(".")
        gradient = next(each for each in found.layers if each.name == layer_name).parameters[own].gradient
        for entry in rng.choice(parameter.size, min(4, parameter.size), replace=False):

            def loss_at(offset: float, entry: int = parameter.start + int(entry)) -> float:
                moved = weights.copy()
                moved[entry] += offset
                return trace(network, PLAN, moved, examples).loss

            assert gradient is not None
            assert gradient.ravel()[entry] == pytest.approx(slope(loss_at), abs=1e-8), parameter.name


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_of_values_are_central_differences(name: str) -> None:
    """What each layer gave is moved, and the layers behind it tell the loss."""
    network, weights, examples = made(name)
    found = trace(network, PLAN, weights, examples)
    apart = taken_apart(network)
    arrays = named_arrays(apart, weights)
    rng = np.random.default_rng(1)
    compared = 0

    for each in found.layers[:-1]:
        for suffix, values, error in (("", each.z, each.dz), (".activation", each.a, each.da)):
            place = next((i for i, own in enumerate(apart.layers) if own.name == each.name + suffix), None)
            if place is None and suffix:  # there is no function: z and a are one
                place = next(i for i, own in enumerate(apart.layers) if own.name == each.name)
            if values is None or error is None or place is None:
                continue
            rest = Network(layers=apart.layers[place + 1 :], input_shape=values.shape[1:])
            own = flatten(rest, {parameter.name: arrays[parameter.name] for parameter in rest.parameters}, "float64")
            for entry in rng.choice(values.size, 3, replace=False):

                def loss_at(
                    offset: float, entry: int = int(entry), values: Any = values, rest: Any = rest, own: Any = own
                ) -> float:
                    moved = values.copy()
                    moved.flat[entry] += offset
                    return trace(rest, PLAN, own, Examples(moved, examples.y)).loss

                assert error.flat[entry] == pytest.approx(slope(loss_at), abs=1e-8), (each.name, suffix)
                compared += 1
    assert compared >= 6


def test_each_step_of_the_chain_can_be_followed_by_hand() -> None:
    """Z = x·W + b, a = f(z), dz = da·f'(z), dW = xᵀ·dz, db = Σ dz, dx = dz·Wᵀ; the update is the optimizer's."""
    network, weights, examples = made("dense")
    found: Trace = trace(network, replace(PLAN, optimizer=OPTIMIZERS["sgd"](learning_rate=0.5)), weights, examples)

    first, last = found.layers
    W, b = (first.parameters[name].value for name in ("kernel", "bias"))
    np.testing.assert_allclose(first.z, first.xs[0] @ W + b, atol=1e-12)
    np.testing.assert_allclose(first.a, np.tanh(first.z), atol=1e-12)
    np.testing.assert_allclose(first.dz, first.da * (1 - first.a**2), atol=1e-12)
    np.testing.assert_allclose(first.parameters["kernel"].gradient, first.xs[0].T @ first.dz, atol=1e-12)
    np.testing.assert_allclose(first.parameters["bias"].gradient, first.dz.sum(axis=0), atol=1e-12)
    np.testing.assert_allclose(first.da, last.dz @ last.parameters["kernel"].value.T, atol=1e-12)
    np.testing.assert_allclose(last.a.sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(last.dz, (last.a - np.eye(3)[examples.y]) / 4, atol=1e-12)
    assert found.loss == pytest.approx(-np.log(last.a[np.arange(4), examples.y]).mean())
    np.testing.assert_allclose(last.parameters["bias"].update, -0.5 * last.parameters["bias"].gradient, atol=1e-12)
    assert (last.function, last.da, first.reads, last.reads) == ("softmax", None, ("input",), (first.name,))
