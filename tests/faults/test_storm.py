"""F15: real workers under random kills, for minutes, keep most of their throughput and lose nothing."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select

from store import Store
from store.database.tables import Attempt, Job, Model
from store.states import JobStatus
from tests.faults import histories
from tests.worker import making
from tests.worker.conftest import RunningWorker, children, eventually

STORM = "CHAINRULE_TEST_STORM"  # seconds
WORKERS, WAITING = 2, 4
ROUNDS = 2  # of peace and storm in turn: whatever else the machine does falls upon both
SETTLING_SECONDS, PEACE_SHARE = 15.0, 0.2  # until the last storm is over; of a storm's length
TRAINING = {"epochs": 5_000, "seed": 7, "early_stopping": None}  # some seconds
REAL_TIMES = {"CHAINRULE_SILENCE_SECONDS": "20", "CHAINRULE_HEARTBEAT_SECONDS": "3"}


@dataclass
class Fleet:
    """Workers that are started again when they die, as a supervisor does."""

    store: Store
    folder: Path
    workers: list[RunningWorker] = field(default_factory=list)
    kills: int = 0

    def tend(self) -> None:
        """Replace the dead."""
        for worker in [worker for worker in self.workers if worker.process.poll() is not None]:
            worker.end()
            self.workers.remove(worker)
        while len(self.workers) < WORKERS:
            self.workers.append(RunningWorker(self.store, self.folder / f"{time.monotonic_ns()}.log", **REAL_TIMES))

    def kill_one(self, draw: random.Random) -> None:
        """Send SIGKILL to the process that trains, or to its parent."""
        worker = draw.choice(self.workers)
        trains = children(worker.process.pid)
        victim = worker.process.pid if not trains or draw.random() < 1 / 3 else trains[0]
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
            self.kills += 1


@contextmanager
def fleet_of(store: Store, folder: Path) -> Iterator[Fleet]:
    """Start the workers; leave none behind."""
    fleet = Fleet(store, folder)
    fleet.tend()
    try:
        for worker in fleet.workers:
            worker.wait_until_ready()
        yield fleet
    finally:
        for worker in fleet.workers:
            worker.end()


def count(store: Store, status: JobStatus) -> int:
    """Count jobs in a status."""
    with store.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Job).where(Job.status == status)) or 0


def steps(store: Store) -> int:
    """Add up how far all jobs are; what a kill threw away counts no more as soon as its job goes on."""
    with store.database.reading() as session:
        return session.scalar(select(func.sum(Job.step))) or 0


def work(fleet: Fleet, top_up: Callable[[], None], seconds: float, draw: random.Random | None) -> float:
    """Let a fleet work for some seconds, kill now and then if a draw is given; return steps done in a second."""
    before, started = steps(fleet.store), time.monotonic()
    next_kill = started + (draw.uniform(3, 10) if draw else float("inf"))
    while time.monotonic() - started < seconds:
        top_up()
        fleet.tend()
        if draw and time.monotonic() >= next_kill:
            fleet.kill_one(draw)
            next_kill = time.monotonic() + draw.uniform(3, 10)
        time.sleep(0.2)
    return (steps(fleet.store) - before) / (time.monotonic() - started)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_random_kills_cost_little_and_lose_nothing(
    store: Store, tmp_path: Path, note: Callable[..., None], seed: int, *, is_long: bool
) -> None:
    """Steps done per second under kills every three to ten seconds, against the same fleet in peace, in turn."""
    if not is_long:
        pytest.skip("takes minutes; `./chainrule faults` does it")
    seconds, draw = float(os.environ.get(STORM, "600")), random.Random(seed)  # noqa: S311  # not for secrets
    dataset_id = making.upload(store, tmp_path)
    first = making.order(store, dataset_id, target="species", training=TRAINING)
    resolved = making.find(store, first).resolved

    def top_up() -> None:
        while count(store, JobStatus.QUEUED) < WAITING:
            making.order_unresolved(store, dataset_id, resolved)
            store.queue.ring()

    with fleet_of(store, tmp_path) as fleet:
        undisturbed, disturbed = [], []
        for _ in range(ROUNDS):
            work(fleet, top_up, SETTLING_SECONDS, None)
            undisturbed.append(work(fleet, top_up, max(20.0, PEACE_SHARE * seconds / ROUNDS), None))
            disturbed.append(work(fleet, top_up, seconds / ROUNDS, draw))
        eventually(lambda: fleet.tend() or not count(store, JobStatus.QUEUED) + count(store, JobStatus.RUNNING), 300)

    with store.database.reading() as session:
        digests = set(session.scalars(select(Model.weights_digest)))
        causes = dict(session.execute(select(Attempt.cause, func.count()).group_by(Attempt.cause)).all())
    histories.check(store)
    assert len(digests) == 1
    assert count(store, JobStatus.FAILED) == 0
    throughput = sum(disturbed) / sum(undisturbed)
    steps_per_second = [[round(each) for each in rates] for rates in (undisturbed, disturbed)]
    note(
        kills=fleet.kills,
        seconds_of_storm=seconds,
        throughput=round(throughput, 2),
        jobs_done=count(store, JobStatus.SUCCEEDED),
    )
    note(steps_per_second_in_peace_and_storm=steps_per_second, causes={str(cause): n for cause, n in causes.items()})
    assert throughput >= 0.7
