"""What the tests of the mathematics share: the reference framework's settings, small networks, small data."""

import os

os.environ["KERAS_BACKEND"] = "jax"  # before Keras is imported anywhere
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"
# most of these tests' time is compiling what runs for milliseconds
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true")

from collections.abc import Callable

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.losses import Loss
from tests import repeatable

__all__ = ["repeatable"]

_PARITY: list[tuple[str, str, str, float]] = []


@pytest.fixture
def generator() -> np.random.Generator:
    """Draw the same in every run."""
    return np.random.default_rng(20_240_229)


@pytest.fixture
def make_plan() -> Callable[..., neural.TrainingPlan]:
    """Plans that differ from an ordinary one in what is named."""

    def make(**changes: object) -> neural.TrainingPlan:
        ordinary = {
            "loss": vocabulary.create("loss", "categorical_crossentropy"),
            "optimizer": vocabulary.create("optimizer", "adam", learning_rate=0.01),
            "epochs": 3,
            "batch_size": 8,
            "seed": 5,
        }
        return neural.TrainingPlan(**(ordinary | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def classes(generator: np.random.Generator) -> neural.Examples:
    """Three classes of 101 rows, told apart by a linear map."""
    x = generator.standard_normal((101, 4))
    return neural.Examples(x, (x @ generator.standard_normal((4, 3))).argmax(axis=1))


@pytest.fixture
def classifier() -> neural.Network:
    """4 inputs, 3 classes, with dropout in between."""
    layers = (
        neural.Dense(units=8, activation="tanh"),
        neural.Dropout(rate=0.25),
        neural.Dense(units=3, activation="softmax"),
    )
    return neural.Network(layers=layers, input_shape=(4,))


@pytest.fixture
def draw_targets(generator: np.random.Generator) -> Callable[[Loss, int, int], np.ndarray]:
    """Targets that suit a loss."""

    def draw(loss: Loss, rows: int, outputs: int) -> np.ndarray:
        if loss.targets == "classes":
            return generator.integers(0, outputs, rows)
        if loss.targets == "labels":
            return generator.integers(0, 2, (rows, outputs)).astype(float)
        return generator.standard_normal((rows, outputs))

    return draw


@pytest.fixture
def parity() -> list[tuple[str, str, str, float]]:
    """Rows of the table that is printed at the end: what, type, steps, largest deviation from Keras."""
    return _PARITY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how far the weights are from Keras 3."""
    if not _PARITY:
        return
    terminalreporter.section("largest deviation of a weight from Keras 3")
    cells = {(what, dtype, steps): deviation for what, dtype, steps, deviation in _PARITY}
    columns = [(dtype, steps) for dtype in ("float32", "float64") for steps in ("1", "10", "100")]
    terminalreporter.write_line(" " * 36 + "".join(f"{dtype[-2:]} x {steps:<6}" for dtype, steps in columns))
    for what in dict.fromkeys(row[0] for row in _PARITY):
        values = (cells.get((what, *column)) for column in columns)
        terminalreporter.write_line(
            f"{what:36}" + "".join(" " * 11 if value is None else f"{value:<11.1e}" for value in values)
        )
