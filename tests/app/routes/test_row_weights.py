"""A column that weighs rows: what is wrong with it is told with its row, and it counts in training alone."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from store import Store
from tests.app import runs
from tests.worker import making
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

TRAINING: dict[str, Any] = {"epochs": 2, "seed": 7, "batch_size": 4, "early_stopping": None, "sample_weight": "w"}


def body(store: Store, folder: Path, weights: list[Any], **training: Any) -> dict[str, Any]:
    """A job on a small iris whose rows have weights."""
    header, *rows = runs.IRIS.split()
    table = "\n".join([f"w,{header}", *(f"{weight},{row}" for weight, row in zip(weights, rows, strict=True))])
    dataset_id = runs.add_dataset(store, folder, table + "\n")
    return {"dataset_id": dataset_id, "target": "species", "training": {**TRAINING, **training}}


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1, 2, -3, *[1] * 9], "its smallest value is -3; the first is data row 3"),
        ([1, 2, 3, 4, "", *[1] * 7], "1 of its rows have no value; the first is data row 5"),
        ([0] * 12, "all its weights are 0"),
    ],
)
def test_a_weight_that_makes_no_sense_is_told_with_its_row(
    client: FlaskClient, sqlite_store: Store, tmp_path: Path, weights: list[Any], words: str
) -> None:
    """Before anything starts, so that it can be found and changed."""
    answer = client.post("/v1/jobs", json=body(sqlite_store, tmp_path, weights))

    (flaw,) = answer.json["errors"]
    assert (answer.status_code, flaw["pointer"]) == (422, "/training/sample_weight")
    assert words in flaw["message"]
    assert "`w`" in flaw["message"]


def test_weights_that_leave_nothing_to_learn_end_the_job_clearly(
    client: FlaskClient, sqlite_store: Store, tmp_path: Path
) -> None:
    """Only the split shows that the one row that counts is held out."""
    codes = set()
    for place in range(12):
        weights = [int(row == place) for row in range(12)]
        job = client.post("/v1/jobs", json=body(sqlite_store, tmp_path, weights)).json
        run(sqlite_store, making.claim(sqlite_store), SharedMemory())
        ended = client.get(f"/v1/jobs/{job['id']}").json
        codes.add((ended["error"] or {}).get("code"))

    assert codes == {None, "job.untrainable"}


def test_held_out_rows_count_alike(client: FlaskClient, sqlite_store: Store, tmp_path: Path) -> None:
    """All weights twice as large double the training loss, and at a rate of almost 0 no held-out one."""
    values = []
    for weight in (1, 2):
        weights = [weight * number for number in range(1, 13)]
        order = body(sqlite_store, tmp_path, weights, optimizer="sgd", learning_rate=1e-12)
        job = client.post("/v1/jobs", json=order).json
        run(sqlite_store, making.claim(sqlite_store), SharedMemory())
        values.append(making.metrics_of(sqlite_store, job["id"])[0].values)

    assert values[1]["loss"] == pytest.approx(2 * values[0]["loss"], rel=1e-5)
    assert values[1]["val_loss"] == pytest.approx(values[0]["val_loss"], rel=1e-5)
    assert values[1]["accuracy"] == values[0]["accuracy"]
