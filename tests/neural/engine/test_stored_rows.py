"""Training and scoring on rows that lie on disk: the mathematics is the same, and only a window is in memory."""

from pathlib import Path

import numpy as np
import pytest

from neural import (
    BatchReport,
    Dense,
    EpochReport,
    Examples,
    Network,
    StoredRows,
    TrainingPlan,
    evaluate,
    initialize,
    predict,
    streams,
    train,
    vocabulary,
)
from neural.errors import ShapeError

ROWS, INPUTS = 5000, 6
NETWORK = Network(layers=(Dense(units=8, activation="relu"), Dense(units=3)), input_shape=(INPUTS,))
PLAN = TrainingPlan(
    loss=vocabulary.create("loss", "categorical_crossentropy"),
    optimizer=vocabulary.create("optimizer", "adam", learning_rate=0.01),
    epochs=2,
    batch_size=32,
    seed=3,
)


@pytest.fixture
def x() -> np.ndarray:
    """Draw inputs."""
    return np.random.Generator(np.random.PCG64(8)).standard_normal((ROWS, INPUTS)).astype(np.float32)


@pytest.fixture
def stored(x: np.ndarray, tmp_path: Path) -> StoredRows:
    """Write them to a file that has lost its name."""
    x.tofile(tmp_path / "rows")
    rows = StoredRows(tmp_path / "rows", rows=ROWS, shape=(INPUTS,), dtype=np.float32)
    (tmp_path / "rows").unlink()
    return rows


def classes(x: np.ndarray) -> np.ndarray:
    """Tell which of three sums is the largest."""
    return x.reshape(len(x), 3, -1).sum(axis=2).argmax(axis=1)


def test_scores_and_answers_are_those_of_rows_in_memory(x: np.ndarray, stored: StoredRows) -> None:
    """Bit for bit: where rows lie changes no number."""
    weights = initialize(NETWORK, streams(1).initialization, "float32")
    y = classes(x)

    scores = [
        evaluate(NETWORK, weights, Examples(rows, y), loss="categorical_crossentropy", metrics=("accuracy", "auc"))
        for rows in (x, stored)
    ]
    answers = predict(NETWORK, weights, stored, loss="categorical_crossentropy")  # type: ignore[arg-type]

    assert scores[0] == scores[1]
    assert np.array_equal(answers, predict(NETWORK, weights, x, loss="categorical_crossentropy"))


def test_an_order_has_every_row_once_and_comes_again(stored: StoredRows) -> None:
    """From the generator alone, whatever was read before."""
    order = stored.permutation(np.random.Generator(np.random.PCG64(1)))

    assert np.array_equal(np.sort(order), np.arange(ROWS))
    assert not np.array_equal(order, np.arange(ROWS))
    assert np.array_equal(order, stored.permutation(np.random.Generator(np.random.PCG64(1))))


def test_windows_draw_from_all_over_the_file(stored: StoredRows, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is sorted by its answer must not be learned class by class."""
    size = 4 * INPUTS
    monkeypatch.setattr("neural.engine.stored_rows.WINDOW_BYTES", 1000 * size)
    monkeypatch.setattr("neural.engine.stored_rows.RUN_BYTES", 100 * size)

    order = stored.permutation(np.random.Generator(np.random.PCG64(1)))

    runs = np.unique(order[:1000] // 100)
    assert np.array_equal(np.sort(order), np.arange(ROWS))
    assert len(runs) == 10
    assert runs.max() - runs.min() > 25
    assert (np.diff(order[:100]) != 1).mean() > 0.9


def test_a_training_on_stored_rows_learns_and_resumes_to_the_same_bytes(x: np.ndarray, stored: StoredRows) -> None:
    """The order of an epoch is drawn again: of millions of rows it is not worth a place in every checkpoint."""
    examples = Examples(stored, classes(x))
    reports = list(train(NETWORK, PLAN, examples, examples, group_size=4))
    middle = next(report for report in reports if isinstance(report, BatchReport) and report.step > 40)
    state = next(
        report.state()
        for report in train(NETWORK, PLAN, examples, examples, group_size=4)
        if report.step == middle.step
    )

    *_, last = train(NETWORK, PLAN, examples, examples, state=state)

    assert len(state.arrays["permutation"]) == 0
    assert isinstance(last, EpochReport)
    assert isinstance(reports[-1], EpochReport)
    assert last.weights().tobytes() == reports[-1].weights().tobytes()
    assert last.values["val_loss"] < 0.7


def test_rows_of_another_type_than_the_plan_are_refused(x: np.ndarray, stored: StoredRows) -> None:
    """Batches are copied, not converted."""
    weights = initialize(NETWORK, streams(1).initialization, "float64")

    with pytest.raises(ShapeError, match="float64"):
        evaluate(NETWORK, weights, Examples(stored, classes(x)), loss="categorical_crossentropy")
