"""Normalization: gradients at every rank, moving statistics, and what inference uses."""

import numpy as np
import pytest

import neural
from neural import Dense, Network, vocabulary
from neural.layers import BatchNormalization, Conv1D, Conv2D, Flatten, Layer, LayerNormalization

FIRST: dict[str, tuple[tuple[int, ...], Layer]] = {
    "vectors": ((5,), Dense(units=4)),
    "sequences": ((6, 3), Conv1D(filters=4)),
    "images": ((5, 6, 2), Conv2D(filters=3)),
}


@pytest.mark.parametrize("options", [{}, {"scale": False}, {"center": False}], ids=["both", "no scale", "no center"])
@pytest.mark.parametrize("values", FIRST)
@pytest.mark.parametrize("kind", [BatchNormalization, LayerNormalization])
def test_normalization_has_right_gradients(kind: type[Layer], values: str, options: dict[str, bool]) -> None:
    """The mean and the variance depend on every value, which is where backward passes go wrong."""
    shape, first = FIRST[values]
    generator = np.random.default_rng(1)
    normalization = kind(**options)  # type: ignore[arg-type]
    network = Network(layers=(first, normalization, Flatten(), Dense(units=3)), input_shape=shape)
    flat = neural.initialize(network, generator, "float64") + generator.normal(size=network.parameter_count) / 9
    x, y = generator.normal(size=(5, *shape)), generator.integers(0, 3, 5)

    certificate = neural.check_gradients(network, flat, x, y, "categorical_crossentropy", generator=generator)

    assert certificate.passed, certificate


def test_moving_statistics_are_kept_but_not_trained() -> None:
    """They follow the data, stand behind the trained weights, and are what inference uses."""
    generator = np.random.default_rng(2)
    network = Network(layers=(BatchNormalization(momentum=0.5), Dense(units=1)), input_shape=(2,))
    x = generator.normal(loc=(3.0, -1.0), scale=(2.0, 0.5), size=(400, 2))
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "mean_squared_error"),
        optimizer=vocabulary.create("optimizer", "adamw", learning_rate=0.01, weight_decay=0.5),
        epochs=20,
        batch_size=100,
        seed=1,
        dtype="float64",
    )

    *_, last = neural.train(network, plan, neural.Examples(x, x[:, :1]), None)

    arrays = neural.named_arrays(network, last.weights())
    assert [p.name for p in network.parameters][-2:] == [
        "batch_normalization_1.moving_mean",
        "batch_normalization_1.moving_variance",
    ]
    assert network.trainable_count == 2 + 2 + 3
    np.testing.assert_allclose(arrays["batch_normalization_1.moving_mean"], [3.0, -1.0], atol=0.4)
    np.testing.assert_allclose(arrays["batch_normalization_1.moving_variance"], [4.0, 0.25], rtol=0.4)


def test_a_row_is_predicted_alike_alone_and_in_a_batch() -> None:
    """Inference must not look at the other rows."""
    generator = np.random.default_rng(3)
    network = Network(layers=(BatchNormalization(), Dense(units=2)), input_shape=(3,))
    flat = neural.initialize(network, generator, "float64")
    x = generator.normal(size=(8, 3))

    together = neural.predict(network, flat, x, loss="mean_squared_error")
    alone = [neural.predict(network, flat, x[row : row + 1], loss="mean_squared_error")[0] for row in range(8)]

    np.testing.assert_allclose(together, alone, rtol=1e-12)
