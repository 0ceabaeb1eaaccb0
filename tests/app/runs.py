"""Runs driven by hand through the store's own functions: what a worker writes, at the moment a test wants it."""

import io
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import exports
import neural
from datasets import Limits, Preprocessing, parse_csv, prepare_examples
from neural import Dense, Network
from store import Store, ids
from store.database.database import Database
from store.database.tables import DEFAULT_PROJECT, Dataset, Job
from store.jobs import claims, outcomes, submit
from store.jobs.claims import Claim
from store.states import Phase, StopReason
from tests.datasets.recipes import recipe

IRIS = """sepal_length,petal_length,species
5.1,1.4,setosa
4.9,1.5,setosa
5.0,1.3,setosa
4.7,1.6,setosa
6.4,4.5,versicolor
6.9,4.9,versicolor
5.5,4.0,versicolor
6.5,4.6,versicolor
6.3,6.0,virginica
5.8,5.1,virginica
7.1,5.9,virginica
6.5,5.8,virginica
"""


def add_dataset(store: Store, folder: Path, text: str = IRIS, *, project_id: str = DEFAULT_PROJECT) -> str:
    """Store a table; gives its id."""
    file, prepared = folder / "table.csv", folder / "table.arrow"
    file.write_text(text)
    table = parse_csv(file, limits=Limits(), prepared=prepared)
    with store.database.transaction() as session, file.open("rb") as original, prepared.open("rb") as arrow:
        content, kept = store.blobs.put(session, original), store.blobs.put(session, arrow)
        dataset = Dataset(
            id=ids.new("dataset"),
            project_id=project_id,
            name="iris",
            digest=content.digest,
            size_bytes=content.size,
            row_count=table.row_count,
            format=table.format,
            dialect=None,
            columns=[column.to_json() for column in table.columns],
            warnings=[],
            content_digest=content.digest,
            prepared_digest=kept.digest,
        )
        session.add(dataset)
    return dataset.id


def add_job(store: Store, dataset_id: str, **changes: Any) -> str:
    """Queue a job without asking what it means; gives its id."""
    fields: dict[str, Any] = {
        "project_id": DEFAULT_PROJECT,
        "dataset_id": dataset_id,
        "given": {},
        "resolved": {},
        "provenance": {},
        "summary": {},
        "seed": 1,
        "epochs": 10,
        "steps": 100,
    }
    with store.database.transaction() as session:
        return submit.submit(session, submit.JobOrder(**{**fields, **changes})).id


def claim(database: Database) -> Claim:
    """Take the next job as a worker does."""
    taken = claims.take(database, ids.new("worker"))
    assert taken is not None
    return taken


def report(store: Store, held: Claim, *, step: int, live: int | None = None, **values: float | None) -> None:
    """Beat once at `step` and, when `live` is given, publish a later step on the fast lane."""
    claims.heartbeat(store.database, held, phase=Phase.TRAINING, step=step, progress=payload(step, values))
    if live is not None:
        store.progress.publish(held.job_id, held.fence, payload(live, values))


def payload(step: int, values: dict[str, float | None]) -> dict[str, Any]:
    """Say what a worker's reporter says."""
    shown = {"epoch": step // 10, "epochs": 10, "step": step, "steps": 100}
    progress = {**shown, "fraction": step / 100, "eta_s": 1.5, "samples_per_s": 1000.0}
    latest = {"epoch": step // 10, **values}
    best = {"metric": "val_loss", "direction": "min", "value": 0.5, "epoch": 1}
    return {**shown, "phase": "training", "progress": progress, "best": best, "latest": latest}


def succeed(store: Store, held: Claim, *, metrics: list[dict[str, Any]] | None = None, seed: int = 1) -> str:
    """Conclude with a small untrained network over the iris columns; gives the model's id."""
    preprocessing, network, weights = untrained(seed)
    file = io.BytesIO()
    model = exports.TrainedModel(
        arrays=neural.named_arrays(network, weights),
        spec={"task": "multiclass", **held.spec},  # a job made by hand has no resolved spec
        preprocessing=preprocessing.to_json(),
    )
    exports.write(model, "safetensors", file)
    ending = outcomes.Ending(stop_reason=StopReason.COMPLETED, step=100, epoch=10, metrics=metrics or [])
    scores = {"val_accuracy": 1.0}
    return outcomes.succeed(store.database, store.blobs, held, weights=file, model=model, ending=ending, scores=scores)


def untrained(seed: int) -> tuple[Preprocessing, Network, np.ndarray]:
    """Preprocessing fitted on iris, a network that fits it, and freshly drawn weights."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(IRIS)
        file.flush()
        table = parse_csv(Path(file.name), limits=Limits())
    fitted = prepare_examples(table.arrow, table.columns, recipe("species", "multiclass"))
    preprocessing = fitted.preprocessing
    network = Network(
        layers=(Dense(units=preprocessing.output_width, activation="softmax"),), input_shape=(preprocessing.width,)
    )
    return preprocessing, network, neural.initialize(network, neural.streams(seed).initialization)


def find_job(store: Store, job_id: str) -> Job:
    """Read a job's row."""
    with store.database.reading() as session:
        return session.get_one(Job, job_id)


class Moment:
    """When something happened."""

    def __init__(self) -> None:
        """Not yet."""
        self.at = float("nan")

    def seconds_since(self) -> float:
        """How long ago it was."""
        return time.monotonic() - self.at


@contextmanager
def after(seconds: float, act: Callable[[], object]) -> Iterator[Moment]:
    """Do something in the background while the block waits for it; gives the moment at which it was done."""
    moment = Moment()

    def run() -> None:
        time.sleep(seconds)
        act()
        moment.at = time.monotonic()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield moment
    finally:
        thread.join()
