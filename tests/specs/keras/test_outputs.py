"""Models that give images or sequences, as the real Keras writes them: the same predictions and steps."""

import os
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
import pytest

import neural
import specs
from neural import vocabulary
from tests.specs.facts import body, faults_of, number, resolve
from tests.specs.keras.test_functional import keras, variables

__all__ = ["keras"]  # fixture

os.environ["KERAS_BACKEND"] = "jax"  # before Keras is imported anywhere
ROWS = 7
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore:__array__ implementation:DeprecationWarning")
K = Any  # the module `keras`
Case = tuple[tuple[int, ...], tuple[int, ...], Callable[[K], list[Any]], str]  # of a row, of its answer, layers, loss


def convolutions(k: K) -> list[Any]:
    """Down to a smaller image and up again."""
    return [
        k.layers.Conv2D(3, 3, strides=2, padding="same", activation="relu", name="down"),
        k.layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="relu", name="up"),
        k.layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="pixels"),
    ]


CASES: dict[str, Case] = {
    "autoencoder of images": ((6, 6, 1), (6, 6, 1), convolutions, "mean_squared_error"),
    "masks of pixels": ((6, 6, 1), (6, 6, 1), convolutions, "binary_crossentropy"),
    "enlarged and cut": (
        (4, 4, 1),
        (6, 6, 1),
        lambda k: [
            k.layers.Conv2D(1, 3, padding="same", name="window"),
            k.layers.UpSampling2D(name="twice"),
            k.layers.Cropping2D(1, name="cut"),
        ],
        "mean_squared_error",
    ),
    "sequence to sequence": (
        (5, 2),
        (5, 2),
        lambda k: [
            k.layers.GRU(3, name="reader"),
            k.layers.RepeatVector(5, name="again"),
            k.layers.LSTM(3, return_sequences=True, name="writer"),
            k.layers.TimeDistributed(k.layers.Dense(2, name="inside"), name="values"),
        ],
        "mean_squared_error",
    ),
    "images over time": (
        (3, 5, 5, 1),
        (4,),
        lambda k: [
            k.layers.TimeDistributed(k.layers.Conv2D(2, 3, activation="relu", name="i1"), name="windows"),
            k.layers.TimeDistributed(k.layers.MaxPooling2D(name="i2"), name="pool"),
            k.layers.TimeDistributed(k.layers.Flatten(name="i3"), name="flat"),
            k.layers.LSTM(3, name="reader"),
            k.layers.Dense(4, name="out"),
        ],
        "mean_squared_error",
    ),
    "windows within steps": (
        (3, 6, 2),
        (3,),
        lambda k: [
            k.layers.TimeDistributed(k.layers.SeparableConv1D(3, 3, name="i1"), name="windows"),
            k.layers.TimeDistributed(k.layers.GlobalAveragePooling1D(name="i2"), name="pool"),
            k.layers.Dense(1, name="out"),
        ],
        "mean_squared_error",
    ),
}  # fmt: skip


def columns(count: int, start: str, *, is_binary: bool = False) -> tuple[Any, ...]:
    """Name columns of numbers, or of 0 and 1."""
    told = {"top": {"0": 70, "1": 80}} if is_binary else {}
    return tuple(number(f"{start}{index}", distinct=2 if is_binary else 90, **told) for index in range(count))


def job(case: Case, model: Any) -> tuple[dict[str, Any], specs.DatasetFacts]:
    """Post a model as JSON for a table that has a column for each number in and out."""
    shape, answer, _, loss = case
    x, y = columns(prod(shape), "x"), columns(prod(answer), "y", is_binary=loss == "binary_crossentropy")
    facts = specs.DatasetFacts("ds_iris", 150, (*x, *y))
    made = body(
        target=[column.name for column in y],
        network={"keras": model.to_json()},
        features={
            "scaling": "none", "include": [column.name for column in x], "target_scaling": "none",
            **({"reshape": list(shape)} if len(shape) > 1 else {}),
        },
    )  # fmt: skip
    return made, facts


@pytest.mark.parametrize("name", CASES)
def test_a_model_that_gives_an_image_or_a_sequence_is_that_of_keras(keras: K, name: str) -> None:
    """Outputs to 1e-6, and each weight after a step to 1e-5; they answer the columns one after the other."""
    shape, answer, layers, loss = CASES[name]
    model = keras.Sequential([keras.Input(shape), *layers(keras)])
    made, facts = job(CASES[name], model)
    resolved = resolve(made, facts)
    network = resolved.blueprint.network
    generator = np.random.default_rng(3)
    flat = neural.initialize(network, generator)
    flat += generator.uniform(0, 0.2, flat.size).astype(np.float32)
    for variable, array in variables(model, network, flat):
        variable.assign(array)
    x = generator.standard_normal((ROWS, *shape)).astype(np.float32)
    y = generator.integers(0, 2, (ROWS, prod(answer))).astype(np.float32)
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", loss),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=0.1),
        epochs=1, batch_size=ROWS, seed=1,
    )  # fmt: skip
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss)

    expected = model.predict_on_batch(x)
    outputs = neural.predict(network, flat, x, loss=loss)
    *_, last = neural.train(network, plan, neural.Examples(x, y), None, weights=flat)
    model.train_on_batch(x, y.reshape(expected.shape))

    assert resolved.spec.training.loss.name == loss
    np.testing.assert_allclose(outputs, expected.reshape(ROWS, -1), atol=1e-6)
    for variable, array in variables(model, network, last.weights()):
        np.testing.assert_allclose(array, np.asarray(variable), atol=1e-5, err_msg=variable.path)
    assert resolve(resolved.spec.to_json(), facts).spec == resolved.spec


def autoencoder(**changes: Any) -> tuple[dict[str, Any], specs.DatasetFacts]:
    """A job whose target are its features: 16 pixels, of which the last one never changes."""
    pixels = (*columns(15, "x"), number("x15", distinct=1))
    names = [pixel.name for pixel in pixels]
    layers = [{"type": "conv2d", "filters": 3, "padding": "same"}, {"type": "conv2d_transpose", "filters": 1}]
    layers[1] |= {"padding": "same", **changes}
    features = {"include": names, "reshape": [4, 4, 1]}
    made = body(target=names, features=features, network={"layers": layers})
    return made, specs.DatasetFacts("ds_iris", 150, pixels)


def test_a_network_may_give_back_what_it_reads() -> None:
    """Target and features are the same columns, said so; one that never changes is among them."""
    made, facts = autoencoder()

    resolved = resolve(made, facts)

    assert resolved.spec.target == resolved.spec.features.include
    assert [layer.type for layer in resolved.spec.network.layers] == ["conv2d", "conv2d_transpose", "flatten"]
    assert "one after the other" in str(resolved.provenance["/network/layers/2/type"].reason)
    assert resolve(resolved.spec.to_json(), facts).spec == resolved.spec


def test_scaled_numbers_are_not_predicted_through_a_bounded_function() -> None:
    """They are negative as often as not, which a sigmoid never is; unscaled, they may well be shares."""
    made, facts = autoencoder(activation="sigmoid")

    (fault,) = faults_of(made, facts)
    free = resolve({**made, "features": {**made["features"], "target_scaling": "none"}}, facts)

    assert (fault.code, fault.pointer) == ("spec.loss_mismatch", "/network/layers/1/activation")
    assert free.spec.network.layers[1].activation.name == "sigmoid"
