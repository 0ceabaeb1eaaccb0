"""The oracle itself: what agrees is said to agree, a planted difference is found, a refusal has its reason."""

import os
from typing import Any

import numpy as np
import pytest

from tools.oracle import layers, losses, optimizers
from tools.oracle.metrics import Rows
from tools.oracle.subjects import AT_RANDOM, SUBJECTS, THREE_AXES, Outside
from tools.oracle.table import page
from tools.oracle.verdicts import AGREES, CLOSE, DIFFERS, NOT_SAID, OUTSIDE, NotSaid, Verdict, compared

os.environ["KERAS_BACKEND"] = "jax"  # before Keras is imported anywhere
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def keras() -> Any:
    """Give the real Keras, which takes a while to import."""
    return pytest.importorskip("keras", reason="Keras is a reference; its h5py has no wheel for Python 3.15")


def called(layer: Any, x: np.ndarray, **more: Any) -> layers.Called:
    """Call a layer of Keras."""
    given = {"masks": [None], "options": {}, **more}
    return layers.Called(layer, [x], result=np.asarray(layer(x)), **given)


def test_a_call_of_a_layer_agrees_and_a_planted_difference_is_found(keras: Any) -> None:
    """A tenth added to what Keras gave is no rounding."""
    x = np.random.default_rng(1).normal(size=(4, 5)).astype(np.float32)
    call = called(keras.layers.Dense(3, activation="tanh"), x)

    assert layers.compare(keras, call) == (AGREES, "")
    planted = layers.Called(call.layer, call.values, call.masks, call.options, call.result + 0.1)
    assert layers.compare(keras, planted)[0] == DIFFERS


def test_a_mask_reaches_our_layer(keras: Any) -> None:
    """It stands beside the values as one more feature."""
    x = np.random.default_rng(1).normal(size=(2, 4, 3)).astype(np.float32)
    mask = np.array([[True, True, False, False], [True, False, True, True]])
    layer = keras.layers.LSTM(3, return_sequences=True)
    call = layers.Called(layer, [x], [mask], {}, np.asarray(layer(x, mask=mask)))

    assert layers.compare(keras, call) == (AGREES, "")
    without = layers.Called(layer, [x], [None], {}, call.result)
    assert layers.compare(keras, without)[0] == DIFFERS


def test_what_cannot_be_said_tells_why(keras: Any) -> None:
    """A setting that there is none of is not expressible; volumes and draws are other subjects, by name."""
    image, volume = np.ones((2, 4, 4, 2), np.float32), np.ones((2, 4, 4, 4, 1), np.float32)
    with pytest.raises(NotSaid, match="axis"):
        layers.compare(keras, called(keras.layers.UnitNormalization(axis=1), image))
    with pytest.raises(Outside, match=THREE_AXES):
        layers.compare(keras, called(keras.layers.MaxPooling3D(), volume))
    with pytest.raises(Outside, match=AT_RANDOM):
        layers.compare(keras, called(keras.layers.Dropout(0.5), image, training=True))


def test_training_by_the_batch_is_compared_with_what_it_keeps(keras: Any) -> None:
    """Outputs of the batch's own mean, and the moving statistics after the call."""
    x = np.random.default_rng(1).normal(size=(4, 5)).astype(np.float32)
    layer = keras.layers.BatchNormalization(momentum=0.5)
    result = np.asarray(layer(x, training=True))
    call = layers.Called(layer, [x], [None], {}, result, training=True)

    assert layers.compare(keras, call) == (AGREES, "")
    layer.momentum = 0.6
    assert layers.compare(keras, call)[0] == DIFFERS


def test_a_mask_value_is_compared_as_float32_has_it(keras: Any) -> None:
    """0.1 of float32 is not 0.1 of float64."""
    x = np.array([[[0.1, 0.1], [1.0, 0.1]]], np.float32)

    assert layers.compare(keras, called(keras.layers.Masking(0.1), x)) == (AGREES, "")


def test_losses_and_metrics_and_steps_are_held_against_ours(keras: Any) -> None:
    """Each agrees with Keras, and with nothing else."""
    y, p = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.8, 0.2], [0.4, 0.6]], np.float32)
    loss = keras.losses.CategoricalCrossentropy()
    rows = Rows(keras.metrics.CategoricalAccuracy())
    rows.add(y, p, None)
    twin = optimizers.Twin(keras.optimizers.SGD(0.5))

    assert losses.compare(loss, y, p, None, np.asarray(loss(y, p))) == (AGREES, "")
    assert losses.compare(loss, y, p, None, np.asarray(0.0))[0] == DIFFERS
    assert (rows.compare(1.0)[0], rows.compare(0.5)[0]) == (AGREES, DIFFERS)
    assert twin.step([np.ones(2)], [np.ones(2)], [np.full(2, 0.5)]) == (AGREES, "")
    assert twin.step([np.ones(2)], [np.ones(2)], [np.ones(2)])[0] == DIFFERS


def test_shapes_and_missing_numbers_are_compared() -> None:
    """NaN agrees with NaN alone."""
    nan = float("nan")

    assert compared([1.0, nan], [1.0, nan])[0] == AGREES
    assert compared([1.0, 2.0], [1.0, nan])[0] == DIFFERS
    assert compared([1.0], [1.0, 2.0]) == (DIFFERS, "shape (1,) for (2,)")


def test_the_page_counts_and_lists_reasons() -> None:
    """Each class with why its calls cannot be said."""
    verdicts = [Verdict("layer", "Dense", "a", AGREES), Verdict("loss", "CTC", "b", NOT_SAID, "no loss `CTC`")]

    verdicts.append(Verdict("layer", "Conv3D", "c", OUTSIDE, THREE_AXES))

    text = page(verdicts, version="3.15.1", passed="layers: 1 passed", close=CLOSE)

    assert "| layers | 1 | 0 | 0 | 1 |" in text
    assert "| loss | `CTC` | no loss `CTC` | 1 | `b` |" in text
    assert f"| {THREE_AXES} | {SUBJECTS[THREE_AXES]} | 1 | Conv3D 1 | `c` |" in text
    assert "## Differs\n\nNothing." in text
