"""Cancel, pause and resume against the end of a job: seeded races on the real functions, and what must hold after."""

import contextlib
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from store.blobs.blobs import Blobs
from store.database.database import Database
from store.database.tables import Attempt, Event, Job
from store.errors import AlreadyFinished, CancelRequested, Fenced, WrongState
from store.jobs import claims, control, outcomes, submit
from store.jobs.claims import Claim
from store.jobs.outcomes import Ending
from store.jobs.reconciler import give_back
from store.states import MOVES, JobStatus, Phase, StopReason, is_final
from tests.store.samples import MODEL, add_jobs, at_once, read

ENDING = Ending(stop_reason=StopReason.COMPLETED, step=30, epoch=3)
SEEDS = 60
MOVES_AT_MOST = 30


@dataclass
class World:
    """One job, the workers that believe to hold it, and what its owner was answered."""

    database: Database
    job_id: str
    claims: list[Claim] = field(default_factory=list)
    answers: list[tuple[str, JobStatus]] = field(default_factory=list)
    seen: list[JobStatus] = field(default_factory=list)

    def ask(self, name: str, act: Callable[..., Job]) -> None:
        """Ask as the owner; note what was answered, or that it was refused because of the end."""
        try:
            with self.database.transaction() as session:
                self.answers.append((name, act(session, session.get_one(Job, self.job_id)).status))
        except AlreadyFinished:
            assert is_final(read(self.database, self.job_id).status)
        except WrongState:
            assert read(self.database, self.job_id).cancel_requested

    def take(self) -> None:
        """Claim, as a worker that looks at the table."""
        if (claim := claims.take(self.database, f"wrk_{len(self.claims)}")) is not None:
            self.claims.append(claim)

    def obey(self, claim: Claim) -> None:
        """Do what a worker does at a batch: hear its orders and follow them."""
        orders = claims.heartbeat(self.database, claim, phase=Phase.TRAINING, step=1)
        if orders.cancel:
            outcomes.cancel(self.database, claim, ending=ENDING)
        elif orders.pause:
            outcomes.pause(self.database, claim)

    def pause_late(self, claim: Claim) -> None:
        """Pause by orders that were heard a while ago, and may have changed."""
        outcomes.pause(self.database, claim)

    def finish(self, claim: Claim) -> None:
        """Come to the end."""
        try:
            weights = io.BytesIO(b"weights")
            outcomes.succeed(self.database, Blobs(self.database), claim, weights=weights, model=MODEL, ending=ENDING)
        except CancelRequested:
            outcomes.cancel(self.database, claim, ending=ENDING)

    def fall_silent(self, claim: Claim) -> None:
        """Be taken for dead by a reconciler."""
        job = read(self.database, self.job_id)
        give_back(self.database, self.job_id, claim.fence, job.heartbeat)
        with self.database.transaction() as session:
            job = session.get_one(Job, self.job_id)
            job.rest_s = job.crashes = 0  # the delay is over, and this is not about poison

    def owner(self, chance: random.Random) -> None:
        """Ask for something."""
        asked = {"pause": control.pause, "resume": control.resume, "cancel": submit.request_cancel}
        name = chance.choices(list(asked), [12, 12, 1])[0]
        self.ask(name, asked[name])

    def worker(self, chance: random.Random) -> None:
        """Let some worker, also one that lost its claim, do something."""
        if not self.claims or chance.random() < 0.3:
            self.take()
            return
        (act,) = chance.choices([self.obey, self.pause_late, self.fall_silent, self.finish], [12, 4, 4, 1])
        with contextlib.suppress(Fenced):
            act(chance.choice(self.claims[-2:]))

    def check(self) -> None:
        """Hold what must be true at every moment."""
        job = read(self.database, self.job_id)
        self.seen.append(job.status)
        with self.database.reading() as session:
            seqs = session.scalars(select(Event.seq).where(Event.job_id == self.job_id).order_by(Event.seq)).all()
            fences = [each.fence for each in session.scalars(select(Attempt).where(Attempt.job_id == self.job_id))]
            begun = session.scalars(
                select(Attempt.fence).where(Attempt.job_id == self.job_id, Attempt.outcome.is_(None))
            ).all()
        assert seqs == list(range(1, len(seqs) + 1))
        assert sorted(set(fences)) == sorted(fences)
        assert len(begun) == (job.status is JobStatus.RUNNING)
        assert job.worker_id is None or job.status is JobStatus.RUNNING
        before = self.seen[-2:-1]
        assert all(job.status in {status, *reachable(status)} for status in before)
        if ("cancel", JobStatus.RUNNING) in self.answers or ("cancel", JobStatus.CANCELLED) in self.answers:
            assert job.status is not JobStatus.SUCCEEDED
            assert job.status is not JobStatus.PAUSED

    def settle(self) -> None:
        """Let living workers do what they were asked, until nothing moves."""
        for _ in range(5):
            self.take()
            for claim in self.claims:
                with contextlib.suppress(Fenced):
                    self.obey(claim)
            self.check()
        job, wanted = read(self.database, self.job_id), [name for name, _ in self.answers]
        if is_final(job.status):
            return
        assert "cancel" not in wanted
        assert job.status is (JobStatus.PAUSED if wanted and wanted[-1] == "pause" else JobStatus.RUNNING)


def reachable(status: JobStatus) -> set[JobStatus]:
    """All statuses that can follow, in one act or a few."""
    found: set[JobStatus] = set()
    while more := {after for each in {status, *found} for after in MOVES[each]} - found:
        found |= more
    return found


@pytest.mark.parametrize("part", range(3))
def test_no_order_of_events_breaks_a_promise(database: Database, part: int) -> None:
    """An answered cancellation ends as cancelled, an answered pause or resume comes true, and an end is an end."""
    for seed in range(part * SEEDS // 3, (part + 1) * SEEDS // 3):
        chance = random.Random(seed)  # noqa: S311  # a scheduler, not a secret
        world = World(database, add_jobs(database)[0])
        for _ in range(chance.randrange(5, MOVES_AT_MOST)):
            chance.choice([world.owner, world.worker, world.worker])(chance)
            world.check()
        world.settle()
        with database.transaction() as session:  # out of the way of the next one
            job = session.get_one(Job, world.job_id)
            job.rest_s = 10**6
            if job.status is JobStatus.RUNNING:
                job.status = JobStatus.QUEUED


@pytest.mark.parametrize("seed", range(12))
def test_at_the_same_moment_one_of_them_is_first(database: Database, seed: int) -> None:
    """On threads: each is answered by what became of the job, whichever the database took first."""
    world = World(database, add_jobs(database)[0])
    world.take()
    (claim,) = world.claims
    acts: list[Callable[[], Any]] = [
        lambda: world.ask("pause", control.pause),
        lambda: world.ask("cancel", submit.request_cancel),
        lambda: world.ask("resume", control.resume),
        lambda: world.finish(claim),
    ]
    random.Random(seed).shuffle(acts)  # noqa: S311

    at_once(*acts)

    world.check()
    status, answered = read(database, world.job_id).status, [name for name, _ in world.answers]
    assert status is (JobStatus.CANCELLED if "cancel" in answered else JobStatus.SUCCEEDED)
