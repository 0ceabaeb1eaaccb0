"""The way back of every layer, activation and loss agrees with differences of the way forward."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neural
from neural import vocabulary

SHAPES = st.fixed_dictionaries(
    {
        "inputs": st.integers(1, 6),
        "units": st.integers(1, 6),
        "outputs": st.integers(2, 4),
        "rows": st.integers(1, 9),
        "use_bias": st.booleans(),
        "seed": st.integers(0, 10_000),
    }
)


def targets(loss: str, rows: int, outputs: int, generator: np.random.Generator) -> np.ndarray:
    """Draw targets that suit a loss."""
    kind = vocabulary.LOSSES[loss].targets
    if kind == "classes":
        return generator.integers(0, outputs, rows)
    if kind == "labels":
        return generator.integers(0, 2, (rows, outputs))
    if kind == "shares":
        return generator.dirichlet(np.ones(outputs), rows)
    if loss in {"poisson", "mean_absolute_percentage_error", "mean_squared_logarithmic_error"}:
        return generator.poisson(3.0, (rows, outputs)) + 0.5
    return generator.standard_normal((rows, outputs))


def certify(layers: tuple, loss: str, shape: dict) -> neural.GradientCertificate:
    """Check a network on drawn weights and rows."""
    generator = np.random.default_rng(shape["seed"])
    network = neural.Network(layers=layers, input_shape=(shape["inputs"],))
    flat = neural.initialize(network, generator, "float64")
    flat += 0.3 * generator.standard_normal(flat.size)  # biases must not stay at zero
    x = generator.standard_normal((shape["rows"], shape["inputs"]))
    y = targets(loss, shape["rows"], shape["outputs"], generator)
    return neural.check_gradients(network, flat, x, y, loss, generator=generator, directions=4, entries=24)


EVERY_PAIR = [
    (activation, loss)
    for number, activation in enumerate(vocabulary.ACTIVATIONS)
    for other, loss in enumerate(vocabulary.LOSSES)
    if (number < 4 or other < 2 or (number + other) % 4 == 0)
    and activation != "exponential"  # for outputs: e^(e^z) is too steep for any difference
]  # each activation with several losses, each loss with several activations


@pytest.mark.parametrize(("activation", "loss"), EVERY_PAIR)
@settings(max_examples=4)
@given(shape=SHAPES)
def test_every_layer_activation_and_loss_passes_the_check(activation: str, loss: str, shape: dict) -> None:
    """A network learns what it was told only if every factor of the chain rule is right."""
    layers = (
        neural.Dense(units=shape["units"], activation=activation, use_bias=shape["use_bias"]),
        neural.Dropout(rate=0.3),
        neural.Activation(function=activation),
        neural.Dense(units=shape["units"], activation=activation),
        neural.Dense(units=shape["outputs"], use_bias=shape["use_bias"]),
    )

    certificate = certify(layers, loss, shape)

    assert certificate.passed, certificate
    assert certificate.max_relative_error <= 1e-6


@pytest.mark.parametrize("loss", ["mean_squared_error", "mean_absolute_error", "huber"])
@pytest.mark.parametrize("activation", vocabulary.ACTIVATIONS)
@settings(max_examples=4)
@given(shape=SHAPES)
def test_every_activation_may_end_a_network(activation: str, loss: str, shape: dict) -> None:
    """For losses whose link is the identity the last activation is an ordinary one."""
    layers = (neural.Dense(units=shape["units"]), neural.Dense(units=shape["outputs"], activation=activation))

    certificate = certify(layers, loss, shape)

    assert certificate.passed, certificate


@pytest.mark.parametrize(
    ("parameter", "function"),
    [(value, name) for value in (0.0, 0.5, 1.0, 0.9) for name in ("leaky_relu", "elu")]
    + [(0.5, "celu"), (0.5, "squareplus"), (0.9, "bounded_relu")],
)
@settings(max_examples=4)
@given(shape=SHAPES)
def test_parameters_of_activations_reach_the_way_back(function: str, parameter: float, shape: dict) -> None:
    """Slope and alpha stand in both ways, and must be the same number."""
    name = {"elu": "alpha", "celu": "alpha", "squareplus": "b"}.get(function, "negative_slope")
    described = vocabulary.create("activation", function, **{name: parameter})
    layers = (neural.Dense(units=shape["units"], activation=described), neural.Dense(units=shape["outputs"]))

    certificate = certify(layers, "mean_squared_error", shape)

    assert certificate.passed, certificate


@pytest.mark.parametrize("first", [neural.Activation(function="softplus"), neural.Dropout(rate=0.2)])
def test_a_network_may_begin_with_any_layer(first: object) -> None:
    """The inputs lie row by row while everything behind them lies feature by feature."""
    shape = {"inputs": 5, "units": 4, "outputs": 3, "rows": 7, "seed": 3}

    certificate = certify((first, neural.Dense(units=3)), "categorical_crossentropy", shape)

    assert certificate.passed, certificate


def test_points_at_a_kink_are_left_out_and_counted(generator: np.random.Generator) -> None:
    """A finite difference across a kink is no derivative; leaving it out silently would look like a proof."""
    network = neural.Network(layers=(neural.Dense(units=3, activation="relu"),), input_shape=(2,))
    flat = np.zeros(network.parameter_count)  # every value sits exactly on the kink

    certificate = neural.check_gradients(
        network, flat, np.ones((4, 2)), np.ones((4, 3)), "mean_squared_error", generator=generator
    )

    assert certificate.skipped_kinks > 0
    assert certificate.entries + certificate.directions == 0
    assert not certificate.passed


def test_the_check_leaves_the_weights_alone(generator: np.random.Generator) -> None:
    """It walks around the point on a copy."""
    network = neural.Network(layers=(neural.Dense(units=2),), input_shape=(2,))
    flat = neural.initialize(network, generator)
    before = flat.tobytes()

    neural.check_gradients(network, flat, np.ones((4, 2)), np.ones((4, 2)), "huber", generator=generator)

    assert flat.tobytes() == before
