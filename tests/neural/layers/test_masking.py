"""The masking layer: steps without values change nothing, wherever they are read or counted."""

import numpy as np

import neural
from neural.layers import LSTM, BatchNormalization, Flatten, GlobalAveragePooling1D, Masking
from neural.network.binding import bind

FEATURES = 3


def network(*layers: neural.layers.Layer, steps: int) -> neural.Network:
    """Mask, then read."""
    return neural.Network(layers=(Masking(mask_value=9.0), *layers), input_shape=(steps, FEATURES))


def padded(generator: np.random.Generator, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw short rows, and the same with masked steps behind them."""
    short = generator.normal(size=(6, 4, FEATURES))
    return short, np.concatenate([short, np.full((6, steps - 4, FEATURES), 9.0)], axis=1)


def test_padding_changes_no_prediction(generator: np.random.Generator) -> None:
    """Longer rows whose last steps are masked are the short ones."""
    layers = (LSTM(units=4, return_sequences=True), GlobalAveragePooling1D(), neural.Dense(units=2))
    short, long = padded(generator, 7)
    flat = neural.initialize(network(*layers, steps=7), generator, "float64")
    flat += 0.1 * generator.normal(size=flat.size)  # also biases, which give zeros an answer

    answers = [
        neural.predict(network(*layers, steps=x.shape[1]), flat, x, loss="mean_squared_error") for x in (short, long)
    ]

    np.testing.assert_allclose(answers[0], answers[1], rtol=1e-12)


def test_a_step_counts_when_any_feature_has_a_value(generator: np.random.Generator) -> None:
    """Only steps whose features all are the mask's value are masked."""
    net = network(GlobalAveragePooling1D(), steps=2)
    x = np.array([[[9.0, 1.0, 9.0], [9.0, 9.0, 9.0]]])

    answer = neural.predict(net, neural.initialize(net, generator, "float64"), x, loss="mean_squared_error")

    np.testing.assert_array_equal(answer, [[9.0, 1.0, 9.0]])


def test_masked_places_of_images_are_left_out_of_the_batch(generator: np.random.Generator) -> None:
    """Mean and variance are those of the places that count; nothing masked is learnt from."""
    layers = (Masking(mask_value=9.0), BatchNormalization(momentum=0.0, name="norm"), Flatten(), neural.Dense(units=2))
    net = neural.Network(layers=layers, input_shape=(3, 4, 2))
    x = generator.normal(size=(6, 3, 4, 2))
    x[:, 1:, 2:] = 9.0
    flat, y = neural.initialize(net, generator, "float64"), generator.normal(size=(6, 2))
    counted = x[(x != 9.0).all(axis=-1)]

    certificate = neural.check_gradients(net, flat, x, y, "mean_squared_error", generator=generator)
    inputs = np.ones((1, 3, 3, 4, 6))
    inputs[0, :-1] = np.moveaxis(x, (-1, 0), (0, -1))
    for call in bind(net, flat, np.zeros(net.trainable_count), inputs=inputs, generator=generator).slots[0].forward:
        call()

    assert certificate.passed, certificate
    kept = neural.named_arrays(net, flat)
    np.testing.assert_allclose(kept["norm.moving_mean"], counted.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(kept["norm.moving_variance"], counted.var(axis=0), rtol=1e-6)


def test_masked_steps_are_left_out_of_the_loss_and_have_right_gradients(generator: np.random.Generator) -> None:
    """Errors of outputs that nobody counts must not reach the weights."""
    net = network(LSTM(units=4, return_sequences=True), neural.Dense(units=2), steps=7)
    _, x = padded(generator, 7)
    flat, y = neural.initialize(net, generator, "float64"), generator.normal(size=(6, 7, 2))

    certificate = neural.check_gradients(net, flat, x, y, "mean_squared_error", generator=generator)

    assert certificate.passed, certificate
