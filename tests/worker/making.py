"""Datasets and jobs in a store, made as the service makes them."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import exports
import specs
from datasets import Column, Limits, parse_csv
from store import Store, ids
from store.database.tables import DEFAULT_PROJECT, Attempt, Dataset, Event, Job, Metric, Model
from store.jobs import submit
from store.jobs.claims import Claim, take
from store.jobs.submit import JobOrder

SMALL = {"hidden": [32, 16]}  # tests of a job's life want one network, soon
IRIS = Path(__file__).parents[2] / "examples" / "data" / "iris.csv"


def upload(store: Store, folder: Path, source: Path = IRIS) -> str:
    """Store a CSV file; give the dataset's id."""
    prepared = folder / f"{source.stem}.arrow"
    table = parse_csv(source, limits=Limits(max_bytes=1 << 30, max_rows=1_000_000), prepared=prepared)
    with store.database.transaction() as session, source.open("rb") as content, prepared.open("rb") as arrow:
        stored = store.blobs.put(session, content)
        dataset = Dataset(
            id=ids.new("dataset"),
            project_id=DEFAULT_PROJECT,
            name=source.stem,
            digest=stored.digest,
            size_bytes=stored.size,
            row_count=table.row_count,
            format=table.format,
            dialect=table.dialect.to_json() if table.dialect else None,
            columns=[column.to_json() for column in table.columns],
            warnings=[],
            content_digest=stored.digest,
            prepared_digest=store.blobs.put(session, arrow).digest,
        )
        session.add(dataset)
    return dataset.id


def order(store: Store, dataset_id: str, **body: Any) -> str:
    """Resolve and store a job; give its id. Its network is a small one unless the body says another."""
    with store.database.transaction() as session:
        dataset = session.get_one(Dataset, dataset_id)
        columns = tuple(Column.from_json(column) for column in dataset.columns)
        facts = specs.DatasetFacts(id=dataset.id, row_count=dataset.row_count, columns=columns)
        given = {"dataset_id": dataset_id, "network": SMALL, **body}
        resolved = specs.resolve(specs.parse(given), facts, draw_seed=lambda: 1729)
        return _submit(store, given, resolved.spec.to_json(), session=session, dataset_id=dataset_id)


def order_unresolved(store: Store, dataset_id: str, resolved: dict[str, Any] | None = None) -> str:
    """Store a job of which only the row matters."""
    with store.database.transaction() as session:
        return _submit(store, {}, resolved or {}, session=session, dataset_id=dataset_id)


def _submit(_store: Store, given: dict[str, Any], resolved: dict[str, Any], *, session: Any, dataset_id: str) -> str:
    training = resolved.get("training", {})
    return submit.submit(
        session,
        JobOrder(
            project_id=DEFAULT_PROJECT,
            dataset_id=dataset_id,
            given=given,
            resolved=resolved,
            provenance={},
            summary={},
            seed=training.get("seed", 0),
            epochs=training.get("epochs"),
            steps=None,
        ),
    ).id


def claim(store: Store, worker_id: str = "wrk_test") -> Claim:
    """Take the job that waits."""
    taken = take(store.database, worker_id)
    assert taken is not None
    return taken


def find(store: Store, job_id: str) -> Job:
    """Read a job's row as it is now."""
    with store.database.reading() as session:
        return session.get_one(Job, job_id)


def model_of(store: Store, job_id: str) -> Model:
    """Read the model that a job left."""
    with store.database.reading() as session:
        return session.query(Model).filter_by(job_id=job_id).one()


def arrays_of(store: Store, job_id: str) -> Mapping[str, np.ndarray]:
    """Read the weights that a job left, by name."""
    return exports.read_safetensors(io.BytesIO(store.blobs.read(model_of(store, job_id).weights_digest))).arrays


def metrics_of(store: Store, job_id: str) -> list[Metric]:
    """Read the history of a job."""
    with store.database.reading() as session:
        return session.query(Metric).filter_by(job_id=job_id).order_by(Metric.epoch).all()


def events_of(store: Store, job_id: str) -> list[Event]:
    """Read what happened to a job."""
    with store.database.reading() as session:
        return session.query(Event).filter_by(job_id=job_id).order_by(Event.seq).all()


def attempts_of(store: Store, job_id: str) -> list[Attempt]:
    """Read who tried."""
    with store.database.reading() as session:
        return session.query(Attempt).filter_by(job_id=job_id).order_by(Attempt.fence).all()
