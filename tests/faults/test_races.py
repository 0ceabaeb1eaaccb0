"""F40: cancel, pause and resume at any step of a real training, with drains, losses and an emptied Redis in between."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from redis import Redis

from store import Store
from store.database.tables import Job
from store.errors import AlreadyFinished, WrongState
from store.jobs import control, reconciler, submit
from store.jobs.claims import Claim, take
from store.states import JobStatus, is_final
from tests.faults import histories
from tests.faults.lives import hurry, order, traces
from tests.worker import making
from worker.attempt.reporting.reporter import Reporter
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

EPOCHS = 4
STEPS = EPOCHS * 4
RACES_SHORT, RACES_LONG = 30, 600  # on each database
ORDERS = {"pause": control.pause, "resume": control.resume, "cancel": submit.request_cancel}
ACTS = {"pause": 6, "resume": 4, "cancel": 3, "drain": 2, "lose": 3, "flush": 1}


@dataclass
class Race:
    """One job, what is done to it at which steps, and what its owner was answered."""

    store: Store
    job_id: str
    draw: random.Random
    counts: Counter[str]
    acts: list[tuple[int, str, bool]] = field(default_factory=list)
    is_cancelled: bool = False
    shared: SharedMemory = field(default_factory=SharedMemory)
    successor: Claim | None = None

    def __post_init__(self) -> None:
        """Draw the acts, each with its step and whether the worker hears of it at once or later."""
        names = self.draw.choices(list(ACTS), list(ACTS.values()), k=self.draw.randrange(1, 6))
        steps = sorted(self.draw.randrange(STEPS + 2) for _ in names)
        self.acts = [(step, name, self.draw.random() < 1 / 2) for step, name in zip(steps, names, strict=True)]

    def reach(self, step: int, claim: Claim) -> bool:
        """Do what is due at a step; tell whether the worker hears of it at once."""
        is_heard = False
        while self.acts and self.acts[0][0] <= step:
            _, name, at_once = self.acts.pop(0)
            self.act(name, claim)
            is_heard |= at_once
        return is_heard

    def act(self, name: str, claim: Claim | None) -> None:
        """Order something as the owner, or let something happen to the worker."""
        self.counts[name] += 1
        if name in ORDERS:
            self.ask(name)
        elif name == "flush":
            with Redis.from_url(self.store.settings.redis_url or "") as redis:
                redis.flushall()
        elif name == "drain":
            self.shared.ask_to_stop()
        elif claim is not None:
            self.lose(claim)

    def ask(self, name: str) -> None:
        """Order something; whoever is too late is told so, and only then."""
        with self.store.database.transaction() as session:
            job = session.get_one(Job, self.job_id)
            was_final = is_final(job.status)
            try:
                ORDERS[name](session, job)
            except AlreadyFinished:
                self.counts["too late"] += 1
                assert was_final
            except WrongState:
                assert self.is_cancelled
            else:
                assert not was_final
                self.is_cancelled |= name == "cancel"

    def lose(self, claim: Claim) -> None:
        """Let a reconciler take the worker for dead, and another one claim: what the first still writes is refused."""
        beat = making.find(self.store, self.job_id).heartbeat
        if reconciler.give_back(self.store.database, self.job_id, claim.fence, beat):
            self.rest()
            self.successor = take(self.store.database, "wrk_successor")

    def rest(self) -> None:
        """Let the pause after a crash go by; this is not about poison."""
        with self.store.database.transaction() as session:
            job = session.get_one(Job, self.job_id)
            job.rest_s = job.crashes = 0

    def attempt(self) -> None:
        """Bring the job one attempt, or one order, closer to its end."""
        claim, self.successor = self.successor or take(self.store.database, "wrk_race"), None
        if claim is not None:
            self.shared = SharedMemory()
            run(self.store, claim, self.shared)
        elif making.find(self.store, self.job_id).status is JobStatus.PAUSED:
            self.act(self.draw.choice(["resume", "resume", "pause", "cancel"]), None)


def is_done(store: Store, job_id: str) -> bool:
    """Tell whether nothing more can happen to a job."""
    return is_final(making.find(store, job_id).status)


@pytest.mark.timeout(900)
def test_whatever_is_asked_at_whichever_step_comes_true(
    store: Store, iris: str, note: Callable[..., None], monkeypatch: pytest.MonkeyPatch, seed: int, *, is_long: bool
) -> None:
    """An answered cancellation ends as cancelled; everything else ends with the bytes of the undisturbed twin."""
    hurry(store.database)
    golden = order(store, iris, "adam, dropout", epochs=EPOCHS)
    run(store, making.claim(store), SharedMemory())
    expected, resolved = traces(store, golden), making.find(store, golden).resolved
    counts, current, observe = Counter[str](), dict[str, Race](), Reporter.observe

    def observe_in_a_race(self: Reporter, report: Any) -> None:
        observe(self, report)
        if current["race"].reach(report.step, self._claim):
            self._listen()

    monkeypatch.setattr(Reporter, "observe", observe_in_a_race)
    seeds = range(seed, seed + (RACES_LONG if is_long else RACES_SHORT))
    for each in seeds:
        draw = random.Random(each)  # noqa: S311  # not for secrets
        job_id = making.order_unresolved(store, iris, resolved)
        race = current["race"] = Race(store, job_id, draw, counts)
        for _ in range(100):
            race.attempt()
            if is_done(store, job_id):
                break
        race.act("cancel", None)  # too late in any case
        job = making.find(store, job_id)
        counts[job.status.value] += 1
        assert job.status is (JobStatus.CANCELLED if race.is_cancelled else JobStatus.SUCCEEDED), f"seed {each}"
        if job.status is JobStatus.SUCCEEDED:
            assert traces(store, job_id) == expected, f"seed {each}"

    histories.check(store)
    assert set(ACTS) | {"cancelled", "succeeded", "too late"} <= set(counts)
    note(races=len(seeds), seeds=f"{seeds.start} to {seeds.stop - 1}", **dict(sorted(counts.items())))
