"""Rows to test with, and what other processes do to them."""

import io
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from sqlalchemy import select

from exports import TrainedModel
from store import ids
from store.blobs.blobs import Blobs
from store.database import migrations
from store.database.database import Database
from store.database.tables import DEFAULT_PROJECT, Dataset, Job, Project
from store.jobs import submit
from store.jobs.claims import Claim, take
from store.jobs.outcomes import Ending, succeed
from store.jobs.submit import JobOrder
from store.states import StopReason

ENDING = Ending(stop_reason=StopReason.COMPLETED, step=30, epoch=3)
MODEL = TrainedModel(arrays={"kernel": np.zeros((4, 3))}, spec={"task": "multiclass"}, preprocessing={})
_numbers = itertools.count()


def add_project(database: Database, name: str) -> str:
    """Add a project; return its id."""
    with database.transaction() as session:
        project = Project(id=ids.new("project"), name=name)
        session.add(project)
        return project.id


def add_dataset(database: Database, project_id: str = DEFAULT_PROJECT) -> str:
    """Add a dataset with bytes of its own; return its id."""
    content = f"a,b\n1,{next(_numbers)}\n".encode()
    with database.transaction() as session:
        stored = Blobs(database).put(session, io.BytesIO(content))
        dataset = Dataset(
            id=ids.new("dataset"), project_id=project_id, name="table", digest=stored.digest, size_bytes=stored.size,
            row_count=1, format="csv", dialect=None, columns=[], warnings=[], content_digest=stored.digest,
            prepared_digest=stored.digest,
        )  # fmt: skip
        session.add(dataset)
        return dataset.id


def order(dataset_id: str, project_id: str = DEFAULT_PROJECT, **more: Any) -> JobOrder:
    """Describe a job."""
    facts: dict[str, Any] = {"given": {}, "resolved": {"seed": 7}, "provenance": {}, "summary": {}}
    return JobOrder(project_id=project_id, dataset_id=dataset_id, seed=7, epochs=3, steps=30, **(facts | more))


def add_jobs(database: Database, count: int = 1, *, project_id: str = DEFAULT_PROJECT, **more: Any) -> list[str]:
    """Queue jobs on a new dataset; return their ids in the order in which they were queued."""
    dataset_id = add_dataset(database, project_id)
    with database.transaction() as session:
        return [submit.submit(session, order(dataset_id, project_id, **more)).id for _ in range(count)]


def claimed(database: Database, worker_id: str = "wrk_a", **more: Any) -> Claim:
    """Queue a job and claim it."""
    add_jobs(database, **more)
    claim = take(database, worker_id)
    assert claim is not None
    return claim


def read(database: Database, job_id: str) -> Job:
    """Read a job's row."""
    with database.reading() as session:
        return session.get_one(Job, job_id)


def finish(database: Database, claim: Claim, weights: bytes = b"weights") -> str:
    """End a claim with a model."""
    return succeed(database, Blobs(database), claim, weights=io.BytesIO(weights), model=MODEL, ending=ENDING)


def take_all(url: str, worker_id: str, most: int = 1000) -> list[str]:
    """Claim until nothing waits, as a process of its own would; return the jobs in the order they were claimed."""
    database, found = Database(url), []
    while len(found) < most and (claim := take(database, worker_id)):
        found.append(claim.job_id)
    database.close()
    return found


def count_up(url: str, times: int) -> None:
    """Add one to the name of the only project by reading and then writing, as a process of its own would."""
    database = Database(url)
    for _ in range(times):
        with database.transaction() as session:
            project = session.scalars(select(Project).with_for_update()).one()
            project.name = str(int(project.name) + 1)
    database.close()


def migrate(url: str) -> str | None:
    """Migrate, as a process of its own would; return the revision."""
    database = Database(url)
    migrations.migrate(database)
    revision = migrations.current_revision(database)
    database.close()
    return revision


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do several things at the same time, each on a thread; return what they return."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(act) for act in acts]]
