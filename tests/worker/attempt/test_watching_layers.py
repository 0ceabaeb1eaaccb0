"""Looks at the layers and changed images in a job: they have an effect, and survive an interruption to the byte."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from store import Store
from tests.worker import making
from tests.worker.attempt.test_resume import drain, run_until, traces
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

DIGITS = making.IRIS.with_name("digits.csv")
LAYERS = [
    {"type": "conv2d", "filters": 4, "kernel_size": 3, "activation": "relu"},
    {"type": "flatten"},
    {"type": "dense", "units": "auto"},
]
IMAGES = {"features": {"reshape": [8, 8, 1]}, "network": {"layers": LAYERS}, "target": "digit"}
TRAINING: dict[str, Any] = {"epochs": 3, "seed": 7, "batch_size": 64, "early_stopping": None}
CHANGED = {"flip_horizontal": True, "shift": 1, "crop": 0.2, "noise": 0.05}
STEPS = 3 * 23


@pytest.fixture
def digits(store: Store, tmp_path: Path) -> str:
    """Images of 8 by 8 pixels, uploaded."""
    return making.upload(store, tmp_path, DIGITS)


def train(store: Store, dataset_id: str, **body: Any) -> str:
    """Order a job and run it here; give its id."""
    job_id = making.order(store, dataset_id, **body)
    run(store, making.claim(store), SharedMemory())
    return job_id


def test_changed_images_change_what_is_learned(store: Store, digits: str) -> None:
    """Else the field would be accepted and forgotten."""
    plain = train(store, digits, **IMAGES, training=TRAINING)
    changed = train(store, digits, **IMAGES, training={**TRAINING, "augmentation": CHANGED})

    losses = [making.metrics_of(store, job_id)[-1].values["loss"] for job_id in (plain, changed)]
    assert losses[1] > 1.2 * losses[0]


def test_a_drained_job_goes_on_with_the_same_images_and_looks(
    store: Store, digits: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an image becomes and what was seen so far are in the checkpoint: bytes and history stay the same."""
    training = {**TRAINING, "augmentation": CHANGED}
    twin = train(store, digits, **IMAGES, training=training, tracking={"layer_health": {"every": 2}})
    job_id = making.order_unresolved(store, digits, making.find(store, twin).resolved)

    run_until(store, monkeypatch, STEPS // 2, drain)
    assert 0 < making.find(store, job_id).step < STEPS
    run(store, making.claim(store), SharedMemory())

    assert making.find(store, job_id).attempts == 2
    assert traces(store, job_id) == traces(store, twin)


def test_the_history_tells_each_layers_health(store: Store, iris: str) -> None:
    """As metrics, so that they are read, thinned and inherited as those are."""
    network = {"hidden": [8], "activation": "relu"}
    training = {"epochs": 3, "seed": 7, "early_stopping": None}

    job_id = train(store, iris, target="species", network=network, training=training, tracking={"layer_health": True})

    rows = making.metrics_of(store, job_id)
    told = {name for name in rows[0].values if name.startswith("health/")}
    assert told == {
        "health/dense_1/gradient_norm", "health/dense_1/update_ratio", "health/dense_1/dead",
        "health/dense_2/gradient_norm", "health/dense_2/update_ratio",
    }  # fmt: skip
    assert all(row.values["health/dense_1/gradient_norm"] > 0 for row in rows)
    assert all(0 <= row.values["health/dense_1/dead"] <= 1 for row in rows)
    assert not [name for name in making.find(store, job_id).latest if name.startswith("health/")]


def test_looking_at_layers_changes_no_weight(store: Store, iris: str) -> None:
    """What is watched must not behave differently."""
    body = {"target": "species", "training": {"epochs": 3, "seed": 7}}
    first, second = (train(store, iris, **body, tracking={"layer_health": wish}) for wish in (None, {"every": 1}))

    weights = [making.arrays_of(store, job_id) for job_id in (first, second)]
    assert weights[0].keys() == weights[1].keys()
    assert all(np.array_equal(weights[0][name], weights[1][name]) for name in weights[0])
