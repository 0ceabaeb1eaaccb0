"""Normalization: gradients at every rank, moving statistics, and what inference uses."""

import numpy as np
import pytest

import neural
from neural import Dense, Network, vocabulary
from neural.layers import (
    BatchNormalization,
    Conv1D,
    Conv2D,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    Layer,
    LayerNormalization,
)

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


SHIFTED = {"epochs": 20, "batch_size": 50, "seed": 1, "dtype": "float64"}


def tuned(network: Network, flat: np.ndarray, *, frozen: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Train on rows around 25; return the arrays at the end."""
    x = np.random.default_rng(5).normal(loc=25.0, size=(100, 2))
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "mean_squared_error"),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=1e-4),
        frozen=frozen,
        **SHIFTED,  # type: ignore[arg-type]
    )
    *_, last = neural.train(network, plan, neural.Examples(x, x[:, :1]), None, weights=flat)
    return neural.named_arrays(network, last.weights())


def test_a_frozen_normalization_keeps_its_moving_means() -> None:
    """Fine-tuning on other rows must not move what the frozen layers behind it were trained with; Keras' rule."""
    network = Network(layers=(BatchNormalization(momentum=0.5, name="norm"), Dense(units=1)), input_shape=(2,))
    flat = neural.initialize(network, np.random.default_rng(2), "float64")
    before = {name: array.copy() for name, array in neural.named_arrays(network, flat).items()}

    after, moved = (tuned(network, flat, frozen=names) for names in (("norm",), ()))

    for name in ("norm.gamma", "norm.beta", "norm.moving_mean", "norm.moving_variance"):
        np.testing.assert_array_equal(after[name], before[name])
    assert np.abs(after["dense_1.kernel"] - before["dense_1.kernel"]).min() > 1e-4
    np.testing.assert_allclose(moved["norm.moving_mean"], 25, atol=1)


def test_a_frozen_normalization_has_right_gradients_before_it() -> None:
    """By the moving means, which do not depend on the batch."""
    norm = BatchNormalization().frozen()
    network = Network(layers=(Dense(units=3, activation="tanh"), norm, Dense(units=2)), input_shape=(2,))
    generator = np.random.default_rng(2)
    flat = neural.initialize(network, generator, "float64") + generator.uniform(0, 0.3, network.parameter_count)
    x, y = generator.normal(size=(6, 2)), generator.integers(0, 2, 6)

    certificate = neural.check_gradients(network, flat, x, y, "categorical_crossentropy", generator=generator)

    assert certificate.passed, certificate


def test_masked_steps_count_in_no_mean() -> None:
    """Half of the steps is padding: the moving mean follows the mean of the others, not half of it."""
    words = Embedding(input_dim=3, output_dim=1, mask_zero=True, name="words")
    layers = (words, BatchNormalization(momentum=0.0, name="norm"), GlobalAveragePooling1D(), Dense(units=1))
    network = Network(layers=layers, input_shape=(4,))
    flat = neural.initialize(network, np.random.default_rng(1), "float64")
    neural.named_arrays(network, flat)["words.embeddings"][:] = [[0.0], [8.0], [10.0]]
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "mean_squared_error"),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=1e-12),
        **{**SHIFTED, "epochs": 1},  # type: ignore[arg-type]
    )
    examples = neural.Examples(np.array([[1.0, 2, 0, 0]] * 50), np.zeros((50, 1)))

    *_, last = neural.train(network, plan, examples, None, weights=flat)

    arrays = neural.named_arrays(network, last.weights())
    np.testing.assert_allclose(arrays["norm.moving_mean"], [9.0], rtol=1e-6)
    np.testing.assert_allclose(arrays["norm.moving_variance"], [1.0], rtol=1e-6)
