"""A job of whatever shape, stopped within epochs and between them, ends through the service as its undisturbed twin."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neural import vocabulary
from store import Store
from store.database.tables import Job
from tests.faults import histories
from tests.faults.lives import hurry, traces
from tests.worker import making
from worker.attempt.reporting.reporter import Reporter
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

ROWS, CLASSES, BATCH, EPOCHS = 96, 3, 8, 5
STOPS = (1, 7, 17, 18, 31, 44)  # 9 batches are an epoch: at its ends and inside of it
PLATEAU = {"name": "reduce_on_plateau", "patience": 1, "min_delta": 0.5}
SHAPES: dict[str, dict[str, Any]] = {
    **{name: {"training": {"optimizer": name}} for name in vocabulary.OPTIMIZERS},
    "momentum of Nesterov": {"training": {"optimizer": {"name": "sgd", "momentum": 0.9, "nesterov": True}}},
    "centered rmsprop": {"training": {"optimizer": {"name": "rmsprop", "momentum": 0.5, "centered": True}}},
    "amsgrad": {"training": {"optimizer": {"name": "adam", "amsgrad": True}}},
    "dropout": {"network": {"hidden": [8, 6], "dropout": 0.4}},
    "gaussian noise": {"network": {"layers": [
        {"type": "gaussian_noise", "stddev": 0.2}, {"type": "dense", "units": 6, "activation": "tanh"},
        {"type": "dense", "units": "auto"},
    ]}},
    "batch normalization": {"network": {"hidden": [8], "batch_norm": True}},
    "recurrent, with dropout": {"features": {"reshape": [4, 2]}, "network": {"layers": [
        {"type": "lstm", "units": 4}, {"type": "dropout", "rate": 0.2}, {"type": "dense", "units": "auto"},
    ]}},
    "convolution": {"features": {"reshape": [8, 1]}, "network": {"layers": [
        {"type": "conv1d", "filters": 3, "kernel_size": 3}, {"type": "flatten"}, {"type": "dense", "units": "auto"},
    ]}},
    "changed images": {
        "features": {"reshape": [4, 2, 1]},
        "network": {"layers": [
            {"type": "conv2d", "filters": 3, "kernel_size": 2}, {"type": "flatten"}, {"type": "dense", "units": "auto"},
        ]},
        "training": {"augmentation": {"flip_horizontal": True, "shift": 1, "noise": 0.1}},
    },
    "layers' health": {"tracking": {"layer_health": 3}},
    "early stopping": {"training": {"early_stopping": {"metric": "val_loss", "patience": 2, "min_delta": 0.3}}},
    "exponential average": {"training": {"averaging": {"name": "ema", "momentum": 0.9}}},
    "stochastic average": {"training": {"averaging": {"name": "swa", "start_epoch": 2}}},
    "an ensemble": {"network": {"hidden": [6], "dropout": 0.3}, "training": {"members": 3}},
    "accumulation": {"training": {"gradient_accumulation_steps": 4}},
    "penalties and limits": {"training": {"l1": 0.001, "l2": 0.01, "clip_norm": 0.5}},
    "class weights": {"training": {"class_weight": "balanced"}},
    "float64": {"training": {"dtype": "float64"}},
    "metrics with a memory": {"tracking": {"metrics": ["accuracy", "balanced_accuracy", "auc", "f1"]}},
    **{f"schedule {name}": {"training": {"schedule": name}} for name in vocabulary.SCHEDULES},
    "schedule reduce_on_plateau": {"training": {"schedule": PLATEAU}},
}  # fmt: skip


@pytest.fixture
def table(store: Store, tmp_path: Path) -> str:
    """Eight noisy numbers and a class, uploaded; checkpoints as often as they can be written."""
    hurry(store.database)
    object.__setattr__(store.settings, "checkpoint_seconds", 1e-9)
    draw = np.random.Generator(np.random.PCG64(5))
    x, y = draw.standard_normal((ROWS, 8)).round(4), draw.integers(0, CLASSES, ROWS)
    lines = [",".join([*(f"x{number}" for number in range(8)), "label"])]
    lines += [",".join([*map(str, row), f"class{label}"]) for row, label in zip(x.tolist(), y, strict=True)]
    (tmp_path / "table.csv").write_text("\n".join(lines))
    return making.upload(store, tmp_path, tmp_path / "table.csv")


def ordered(store: Store, dataset_id: str, shape: str) -> str:
    """Order a job of a shape."""
    body = SHAPES[shape]
    training = {"epochs": EPOCHS, "batch_size": BATCH, "seed": 7, "early_stopping": None, **body.get("training", {})}
    return making.order(store, dataset_id, target="label", **{**body, "training": training})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_job_of_any_shape_goes_on_bit_for_bit(
    store: Store, table: str, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an optimizer, a schedule, a generator or a sum remembers has to be in the checkpoint: all of it."""
    golden = ordered(store, table, shape)
    run(store, making.claim(store), SharedMemory())
    job_id = making.order_unresolved(store, table, making.find(store, golden).resolved)
    shared, stops, observe, resumed_at = SharedMemory(), list(STOPS), Reporter.observe, []

    def stop_at_the_next(self: Reporter, report: Any) -> None:
        observe(self, report)
        if stops and report.step >= stops[0]:
            stops.pop(0)
            shared.ask_to_stop_here()

    monkeypatch.setattr(Reporter, "observe", stop_at_the_next)
    while making.find(store, job_id).status == "queued":
        shared = SharedMemory()
        run(store, making.claim(store), shared)
        resumed_at.append(making.find(store, job_id).step)

    assert making.find(store, job_id).status == "succeeded"
    assert traces(store, job_id) == traces(store, golden)
    assert best_of(store, job_id) == best_of(store, golden)
    assert any(step % 9 for step in resumed_at[:-1])  # inside of an epoch, too
    histories.check(store)


def test_nothing_that_remembers_is_left_out(note: Callable[..., None]) -> None:
    """A new optimizer, schedule or average has to prove itself here: it is taken from the table."""
    named = {name for name in SHAPES if name in vocabulary.OPTIMIZERS or name.startswith("schedule ")}
    averages = {body["training"]["averaging"]["name"] for body in SHAPES.values() if "averaging" in str(body)}

    assert named == {*vocabulary.OPTIMIZERS, *(f"schedule {name}" for name in vocabulary.SCHEDULES)}
    assert averages == set(vocabulary.AVERAGINGS)
    note(shapes=len(SHAPES), stops_each=len(STOPS), of=", ".join(SHAPES))


def best_of(store: Store, job_id: str) -> tuple[Any, Any, Any]:
    """Read what a job tells of its end beside the history."""
    job: Job = making.find(store, job_id)
    return job.best, job.latest, job.stop_reason
