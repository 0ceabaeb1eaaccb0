"""A seeded simulation: workers, zombies, owners and reconcilers meet in every order, through the real functions."""

import io
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from store import Blobs, Database, Settings, Store, open_store
from store.database.tables import Job
from store.errors import CancelRequested, Fenced, WrongState
from store.jobs import checkpoints, claims, control, outcomes, reconciler
from store.jobs import submit as jobs
from store.jobs.checkpoints import CheckpointFacts
from store.jobs.claims import Claim
from store.jobs.outcomes import Ending
from store.jobs.reconciler import Watch
from store.states import MOVES, JobStatus, Phase, StopReason, is_final
from tests.faults import histories
from tests.faults.lives import hurry
from tests.store.samples import MODEL, add_jobs, order

EPOCHS = 6
STEPS_EACH = 10
MOVES_SHORT, MOVES_LONG = 400, 1_500
SEEDS_SHORT, SEEDS_LONG = 10, 40


@dataclass
class SimulatedWorker:
    """A worker that trains by counting: epoch n has loss 1/n, and weights that tell how they were come by."""

    name: str
    claim: Claim | None = None
    epoch: int = 0
    buffered: list[dict[str, Any]] = field(default_factory=list)
    is_frozen: bool = False


@dataclass
class World:
    """Everything that happens, drawn from one seed; the database is real, time is a number."""

    database: Database
    draw: random.Random
    workers: list[SimulatedWorker]
    dataset_id: str
    now: float = 0.0
    watches: tuple[Watch, Watch] = field(default_factory=lambda: (Watch(), Watch()))
    resting: Watch = field(default_factory=Watch)
    seen: dict[str, tuple[JobStatus, int]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def blobs(self) -> Blobs:
        """Where bytes are kept."""
        return Blobs(self.database)

    def step(self) -> None:
        """Let one thing happen."""
        name, act = self.draw.choice(ACTS)
        if act(self) is not False:
            self.counts[name] += 1
        self.look()

    def worker(self, *, with_claim: bool) -> SimulatedWorker | None:
        """Draw a worker that has a claim, or none."""
        found = [each for each in self.workers if (each.claim is not None) == with_claim and not each.is_frozen]
        return self.draw.choice(found) if found else None

    def look(self) -> None:
        """Hold every status against the one seen before: only legal moves, fences that never fall."""
        with self.database.reading() as session:
            rows = session.execute(select(Job.id, Job.status, Job.fence)).all()
        for job_id, status, fence in rows:
            before, fence_before = self.seen.get(job_id, (status, 0))
            assert status == before or reachable(before, status), f"{before} → {status}"
            assert fence >= fence_before
            self.seen[job_id] = (status, fence)


def reachable(before: JobStatus, after: JobStatus) -> bool:
    """Tell whether the table of moves leads there; a reconciler may requeue and a worker claim within one look."""
    return after in MOVES[before] or any(after in MOVES[between] for between in MOVES[before])


def submit(world: World) -> bool | None:
    """Somebody orders."""
    with world.database.transaction() as session:
        waiting = jobs.counts(session)
        if waiting["queued"] + waiting["running"] + waiting["paused"] > 5:
            return False
        jobs.submit(session, order(world.dataset_id))
    return None


def take(world: World) -> bool | None:
    """A worker looks at the table, and goes on from the newest checkpoint."""
    worker = world.worker(with_claim=False)
    claim = claims.take(world.database, worker.name) if worker else None
    if worker is None or claim is None:
        return False
    with world.database.reading() as session:
        found = checkpoints.latest(session, claim.job_id)
    checkpoints.rewind(world.database, claim, found, environment={}, changed=())
    worker.claim, worker.epoch, worker.buffered = claim, found.epoch if found else 0, []
    return None


def under_claim(act: Callable[[World, SimulatedWorker, Claim], None]) -> Callable[[World], bool | None]:
    """Do something that names job and fence; who is fenced lets go and has written nothing."""

    def attempt(world: World) -> bool | None:
        worker = world.worker(with_claim=True)
        if worker is None or worker.claim is None:
            return False
        try:
            act(world, worker, worker.claim)
        except Fenced:
            assert world.seen[worker.claim.job_id][1] != worker.claim.fence or is_not_running(world, worker.claim)
            worker.claim = None
            world.counts["fenced"] += 1
        return None

    return attempt


def is_not_running(world: World, claim: Claim) -> bool:
    """Tell whether a job is in nobody's hands."""
    return world.seen[claim.job_id][0] is not JobStatus.RUNNING


def train(world: World, worker: SimulatedWorker, _claim: Claim) -> None:
    """An epoch is done; its row waits in memory."""
    if worker.epoch < EPOCHS:
        worker.epoch += 1
        step = worker.epoch * STEPS_EACH
        worker.buffered.append({"epoch": worker.epoch, "step": step, "values": {"loss": 1 / worker.epoch}})


def beat(world: World, worker: SimulatedWorker, claim: Claim) -> None:
    """Heartbeat; what is asked for is obeyed at once."""
    asked = claims.heartbeat(world.database, claim, phase=Phase.TRAINING, step=worker.epoch * STEPS_EACH)
    if asked.cancel or asked.pause:
        save(world, worker, claim)
        end = ending(worker, StopReason.USER)
        if asked.cancel:
            outcomes.cancel(world.database, claim, ending=end)
        else:
            outcomes.pause(world.database, claim, ending=end)
        worker.claim = None


def flush(world: World, worker: SimulatedWorker, claim: Claim) -> None:
    """Metric rows reach the database."""
    claims.record_metrics(world.database, claim, worker.buffered)
    worker.buffered = []


def save(world: World, worker: SimulatedWorker, claim: Claim) -> None:
    """Write a checkpoint with the rows before it."""
    at = CheckpointFacts(step=worker.epoch * STEPS_EACH, epoch=worker.epoch, is_best=False, facts={}, environment={})
    file = io.BytesIO(f"{claim.job_id} {worker.epoch}".encode())
    checkpoints.save(world.database, world.blobs, claim, file, position=at, metrics=worker.buffered)
    worker.buffered = []


def finish(world: World, worker: SimulatedWorker, claim: Claim) -> None:
    """Write the result of a whole training."""
    if worker.epoch < EPOCHS:
        return
    weights = io.BytesIO(f"weights of {claim.job_id}".encode())
    end = ending(worker, StopReason.COMPLETED)
    try:
        outcomes.succeed(world.database, world.blobs, claim, weights=weights, model=MODEL, ending=end)
    except CancelRequested:
        outcomes.cancel(world.database, claim, ending=end)
    worker.claim = None


def fail(world: World, worker: SimulatedWorker, claim: Claim) -> None:
    """End a job with a cause, now and then."""
    if world.draw.random() < 0.1:
        error = {"code": "job.diverged", "message": "Diverged."}
        outcomes.fail(world.database, claim, error, ending=ending(worker, StopReason.DIVERGED))
        worker.claim = None


def drain(world: World, worker: SimulatedWorker, claim: Claim) -> None:
    """A deployment: checkpoint, release."""
    save(world, worker, claim)
    outcomes.release(world.database, claim)
    worker.claim = None


def ending(worker: SimulatedWorker, reason: StopReason) -> Ending:
    """Tell how far a worker came, with the rows that it still has."""
    rows, worker.buffered = worker.buffered, []
    return Ending(stop_reason=reason, step=worker.epoch * STEPS_EACH, epoch=worker.epoch, metrics=rows)


def die(world: World) -> bool | None:
    """SIGKILL: nothing is told to anybody."""
    worker = world.worker(with_claim=True)
    if worker is None:
        return False
    worker.claim = None
    return None


def freeze(world: World) -> None:
    """SIGSTOP or SIGCONT: a zombie keeps its claim and believes in it."""
    worker = world.draw.choice(world.workers)
    worker.is_frozen = not worker.is_frozen


def reconcile(world: World) -> None:
    """Time passes, and one of two reconcilers sweeps by its own clock."""
    world.now += world.draw.choice((1.0, 5.0, 21.0))
    reconciler.requeue_silent(world.database, world.draw.choice(world.watches), world.now)
    reconciler.wake_rested(world.database, world.resting, world.now)


def asked(request: Callable[[Any, Job], Job]) -> Callable[[World], bool | None]:
    """Ask for something; whoever is too late is told so."""

    def ask(world: World) -> bool | None:
        with world.database.transaction() as session:
            found = session.scalars(select(Job).order_by(Job.id.desc()).limit(6)).all()
            if not found:
                return False
            job = world.draw.choice(found)
            was_final = is_final(job.status)
            try:
                request(session, job)
            except WrongState:
                world.counts["too late"] += was_final
            else:
                assert not was_final, "a finished job took an order"
        return None

    return ask


ACTS: list[tuple[str, Callable[[World], bool | None]]] = [
    ("submit", submit), ("take", take), ("take", take),
    *[("train", under_claim(train))] * 6, *[("beat", under_claim(beat))] * 3,
    ("flush", under_claim(flush)), ("save", under_claim(save)), *[("finish", under_claim(finish))] * 3,
    ("fail", under_claim(fail)), ("drain", under_claim(drain)), ("die", die), ("freeze", freeze),
    ("reconcile", reconcile), ("cancel", asked(jobs.request_cancel)), ("pause", asked(control.pause)),
    *[("resume", asked(control.resume))] * 2,
]  # fmt: skip


def settle(world: World) -> None:
    """Let the storm pass: the dead are buried, the paused resumed, everybody works until nothing waits."""
    for worker in world.workers:
        worker.is_frozen, worker.claim = False, None
    for _ in range(200):
        for act in (reconcile, asked(control.resume), take, *[under_claim(train)] * EPOCHS, under_claim(finish)):
            act(world)
            world.look()
        for job_id, (status, _) in world.seen.items():
            if status is JobStatus.PAUSED:
                with world.database.transaction() as session:
                    control.resume(session, session.get_one(Job, job_id))
        if all(is_final(status) for status, _ in world.seen.values()):
            return
    pytest.fail(f"after the storm some still stand: {world.seen}")


def simulate(database: Database, seed: int, moves: int) -> Counter[str]:
    """Let as many things happen as asked for, then let it settle; return how often each did."""
    (first,) = add_jobs(database, 1)
    with database.reading() as session:
        dataset_id = session.get_one(Job, first).dataset_id
    workers = [SimulatedWorker(f"wrk_{number}") for number in range(3)]
    world = World(database, random.Random(seed), workers, dataset_id)  # noqa: S311  # not for secrets
    for _ in range(moves):
        world.step()
    settle(world)
    return world.counts


@pytest.fixture
def new_world(settings: Settings, sqlite_template: Path) -> Callable[[int], AbstractContextManager[Store]]:
    """Make a store for one seed that does not wait for the disk: this is about order, not about power loss."""

    @contextmanager
    def make(number: int) -> Iterator[Store]:
        file = shutil.copy(sqlite_template, settings.home / f"{number}.db")
        store = open_store(replace(settings, database_url=f"sqlite:///{file}"))
        hurry(store.database)
        yield store
        store.close()
        Path(file).unlink()

    return make


@pytest.mark.timeout(1800)
def test_every_interleaving_leaves_a_clean_history(
    new_world: Callable[[int], AbstractContextManager[Store]], note: Callable[..., None], seed: int, *, is_long: bool
) -> None:
    """F06, F07, F25, F40: doubled workers, zombies that finish, cancels that race with the end."""
    counts: Counter[str] = Counter()
    seeds = range(seed, seed + (SEEDS_LONG if is_long else SEEDS_SHORT))

    for each in seeds:
        with new_world(each) as store:
            counts += simulate(store.database, each, MOVES_LONG if is_long else MOVES_SHORT)
            histories.check(store)

    assert counts["fenced"] > 0
    assert counts["too late"] > 0
    assert {name for name, _ in ACTS} <= set(counts)
    note(seeds=f"{seeds.start}–{seeds.stop - 1}", moves=sum(counts.values()), **dict(sorted(counts.items())))
