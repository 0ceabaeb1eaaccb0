"""Networks that branch, carry sequences and skip time steps: what the core does for every layer."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import pytest

import neural
from neural import Dense, Dropout, Network, vocabulary
from neural.errors import ShapeError
from neural.layers import Add
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse


@dataclass(frozen=True, kw_only=True)
class Skipping(Layer):
    """Passes sequences on, and lets the time steps whose first feature is 0 not count."""

    key: ClassVar[str] = "skipping"
    summary: ClassVar[str] = "Masks time steps."
    mask_use: ClassVar[MaskUse] = MaskUse.MAKES

    @property
    def makes_mask(self) -> bool:
        """It does."""
        return True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x, mask = [x₀ ≠ 0]; the backward way is not needed, since the input is before it."""
        return Bound(
            [
                partial(np.copyto, buffers.y, buffers.x),
                partial(np.not_equal, buffers.x[0], 0, buffers.y_mask, casting="unsafe"),
            ],
            [],
        )


RESIDUAL = Network(
    layers=(
        Dense(units=5, activation="tanh"),
        Dense(units=5, activation="tanh"),
        Dense(units=5, activation="sigmoid"),
        Add(),
        Dense(units=3),
    ),
    input_shape=(4,),
    inputs={"dense_3": ("dense_1",), "add_1": ("dense_1", "dense_2", "dense_3", "dense_2")},
)


@pytest.fixture
def generator() -> np.random.Generator:
    """Give draws that are the same in every test."""
    return np.random.default_rng(7)


def test_a_value_with_many_readers_gets_the_sum_of_their_errors(generator: np.random.Generator) -> None:
    """One layer is read by three others, one of them reads another twice."""
    flat = neural.initialize(RESIDUAL, generator, "float64")
    x, y = generator.normal(size=(9, 4)), generator.integers(0, 3, 9)

    certificate = neural.check_gradients(RESIDUAL, flat, x, y, "categorical_crossentropy", generator=generator)

    assert certificate.passed, certificate


def test_branches_compute_what_their_formula_says(generator: np.random.Generator) -> None:
    """Against the same network in plain NumPy."""
    flat = neural.initialize(RESIDUAL, generator, "float64")
    arrays = neural.named_arrays(RESIDUAL, flat)
    x = generator.normal(size=(6, 4))

    outputs = neural.predict(RESIDUAL, flat, x, loss="mean_squared_error")

    first = np.tanh(x @ arrays["dense_1.kernel"])
    second = np.tanh(first @ arrays["dense_2.kernel"])
    third = 1 / (1 + np.exp(-first @ arrays["dense_3.kernel"]))
    np.testing.assert_allclose(outputs, (first + 2 * second + third) @ arrays["dense_4.kernel"], rtol=1e-12)


@pytest.mark.parametrize(
    ("layers", "inputs", "says"),
    [
        ((Dense(units=2), Dense(units=2)), {"dense_2": ("dens_1",)}, "dens_1"),
        ((Dense(units=2), Dense(units=2)), {"dense_2": ("input", "dense_1")}, "inputs of layer dense_2"),
        ((Dense(units=2), Add()), {}, "2 or more"),
        ((Dense(units=2), Dense(units=2)), {"dense_2": ("input",)}, "no layer reads"),
        ((Dense(units=2), Dense(units=2)), {"dense_1": ("dense_2",)}, "earlier layer"),
        ((Dense(units=2),), {"dense_9": ("input",)}, "dense_9"),
    ],
    ids=["unknown", "too many", "too few", "unread", "later", "no such layer"],
)
def test_impossible_connections_are_refused(
    layers: tuple[Layer, ...], inputs: dict[str, tuple[str, ...]], says: str
) -> None:
    """Each names the layer and what it could have read."""
    with pytest.raises(ShapeError, match=says):
        _ = Network(layers=layers, input_shape=(3,), inputs=inputs).shapes


SEQUENCES = Network(
    layers=(Dense(units=6, activation="tanh"), Dropout(rate=0.2), Dense(units=4, activation="softmax")),
    input_shape=(5, 3),
)


def test_dense_works_at_each_time_step(generator: np.random.Generator) -> None:
    """As Keras does: the kernel is applied to the last axis."""
    flat = neural.initialize(SEQUENCES, generator, "float64")
    arrays = neural.named_arrays(SEQUENCES, flat)
    x = generator.normal(size=(7, 5, 3))

    outputs = neural.predict(SEQUENCES, flat, x, loss="categorical_crossentropy", batch_size=3)

    logits = np.tanh(x @ arrays["dense_1.kernel"]) @ arrays["dense_2.kernel"]
    powers = np.exp(logits)
    np.testing.assert_allclose(outputs, powers / powers.sum(axis=-1, keepdims=True), rtol=1e-12)


def test_sequences_have_right_gradients(generator: np.random.Generator) -> None:
    """The loss is the mean over the time steps of all rows."""
    flat = neural.initialize(SEQUENCES, generator, "float64")
    x, y = generator.normal(size=(6, 5, 3)), generator.integers(0, 4, (6, 5))

    certificate = neural.check_gradients(SEQUENCES, flat, x, y, "categorical_crossentropy", generator=generator)

    assert certificate.passed, certificate


def test_sequences_are_learnt(generator: np.random.Generator) -> None:
    """The class of each time step is its largest feature; targets and columns must not be mixed up."""
    x = generator.normal(size=(300, 5, 3)).astype(np.float32)
    network = Network(layers=(Dense(units=16, activation="tanh"), Dense(units=3)), input_shape=(5, 3))
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", "adam", learning_rate=0.02),
        epochs=20,
        batch_size=32,
        seed=1,
        metrics=("accuracy",),
    )
    examples = neural.Examples(x, x.argmax(axis=2))

    reports = [report for report in neural.train(network, plan, examples, examples) if hasattr(report, "values")]

    assert reports[-1].values["val_accuracy"] > 0.95
    assert reports[-1].values["accuracy"] > 0.95


def test_masked_time_steps_do_not_count(generator: np.random.Generator) -> None:
    """What stands in them changes neither loss nor gradient, and the mean is taken over the others."""
    network = Network(layers=(Skipping(), Dense(units=3)), input_shape=(4, 2))
    flat = neural.initialize(network, generator, "float64")
    x, y = generator.normal(size=(5, 4, 2)), generator.integers(0, 3, (5, 4))
    x[:, 2:, 0] = 0
    other = x.copy()
    other[:, 2:, 1] = 99

    scores = [
        neural.evaluate(
            network, flat, neural.Examples(values, y), loss="categorical_crossentropy", metrics=["accuracy"]
        )
        for values in (x, other)
    ]
    shorter = Network(layers=(Dense(units=3, name="dense_1"),), input_shape=(2, 2))
    alone = neural.evaluate(
        shorter, flat, neural.Examples(x[:, :2], y[:, :2]), loss="categorical_crossentropy", metrics=["accuracy"]
    )
    certificate = neural.check_gradients(network, flat, x, y, "categorical_crossentropy", generator=generator)

    assert scores[0] == scores[1]
    assert scores[0] == pytest.approx(alone)
    assert certificate.passed, certificate
