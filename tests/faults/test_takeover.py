"""How soon a job runs again whose machine or whose process was killed, with the times of a real service."""

import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import Store
from store.database.tables import Worker
from store.jobs import checkpoints
from store.states import JobStatus
from tests.worker import making
from tests.worker.conftest import RunningWorker, children, eventually

TRAINING = {"epochs": 1_000_000, "seed": 7, "early_stopping": None}
REAL_TIMES = {
    "CHAINRULE_SILENCE_SECONDS": "20",
    "CHAINRULE_HEARTBEAT_SECONDS": "3",
    "CHAINRULE_CHECKPOINT_SECONDS": "0.3",
}
KILLS = {"machine": 20, "child": 40}
WITHIN = {"machine": 30.0, "child": 2.0}  # seconds, for nineteen of twenty


@pytest.fixture
def pair(store: Store, tmp_path: Path) -> Iterator[dict[str, RunningWorker]]:
    """Start two workers, of which one has nothing to do; the names are only files of logs."""
    workers = {name: RunningWorker(store, tmp_path / f"{name}.log", **REAL_TIMES) for name in ("one", "other")}
    try:
        for worker in workers.values():
            worker.wait_until_ready()
        yield workers
    finally:
        for worker in workers.values():
            worker.end()


def kill_machine(worker: RunningWorker) -> None:
    """Let parent and child vanish at once, as with the power: nobody is left to give the job back."""
    child = worker.child()
    os.kill(worker.process.pid, signal.SIGSTOP)  # it must not see its child die
    os.kill(child, signal.SIGKILL)
    os.kill(worker.process.pid, signal.SIGKILL)
    worker.process.wait()


def kill_child(worker: RunningWorker) -> None:
    """Let the process end that trains; its parent sees it."""
    os.kill(worker.child(), signal.SIGKILL)


KILL = {"machine": kill_machine, "child": kill_child}


def is_safe(store: Store, job_id: str, attempt: int) -> bool:
    """Tell whether an attempt runs and has saved a checkpoint of its own, so that its death is no crash in a row."""
    job = making.find(store, job_id)
    with store.database.reading() as session:
        saved = checkpoints.latest(session, job_id)
    return (
        job.attempts == attempt and job.status == JobStatus.RUNNING and saved is not None and saved.fence == job.fence
    )


def holder(store: Store, workers: dict[str, RunningWorker], job_id: str) -> str:
    """Name the worker that trains the job: the row says by which process it is held."""
    with store.database.reading() as session:
        row = session.get_one(Worker, making.find(store, job_id).worker_id)
    return next(
        name for name, worker in workers.items() if row.pid in {worker.process.pid, *children(worker.process.pid)}
    )


def percentile(values: list[float], share: float) -> float:
    """Give the value that a share of all do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("victim", KILL)
def test_a_killed_job_runs_again_soon(
    store: Store,
    pair: dict[str, RunningWorker],
    tmp_path: Path,
    note: Callable[..., None],
    victim: str,
    *,
    is_long: bool,
) -> None:
    """From the signal to the claim of the next attempt, with the silence of twenty seconds that a real service has."""
    if not is_long:
        pytest.skip("takes minutes; `./chainrule faults` does it")
    job_id = making.order(store, making.upload(store, tmp_path), target="species", training=TRAINING)
    store.queue.ring()
    seconds = []
    for attempt in range(1, KILLS[victim] + 1):
        eventually(lambda n=attempt: is_safe(store, job_id, n))
        name = holder(store, pair, job_id)
        KILL[victim](pair[name])
        killed = time.monotonic()
        eventually(lambda n=attempt: making.find(store, job_id).attempts == n + 1)
        seconds.append(time.monotonic() - killed)
        if victim == "machine":
            pair[name].end()
            pair[name] = RunningWorker(store, tmp_path / f"{name}{attempt}.log", **REAL_TIMES)
            pair[name].wait_until_ready()

    note(kills=len(seconds), p50=round(percentile(seconds, 0.5), 2), p95=round(percentile(seconds, 0.95), 2))
    assert percentile(seconds, 0.95) <= WITHIN[victim]
