"""Of what a child died, and the limits that end a job before its machine."""

import os
import time
from types import SimpleNamespace

import numpy as np
import pytest

from store import Store
from tests.worker import making
from worker.attempt.reporting.reporter import Reporter
from worker.attempt.run import run
from worker.process.exit_causes import cause_of, note_exits
from worker.process.memory_limit import limited
from worker.process.shared_memory import SharedMemory


@pytest.mark.parametrize(
    ("code", "cause"),
    [(-9, "signal_9"), (-11, "signal_11"), (3, "exit_3")],
)
def test_the_parent_tells_of_what_the_child_died(code: int, cause: str) -> None:
    """An operator who reads `worker lost` knows nothing; one who reads `signal_11` looks for a library's fault."""
    shared = SharedMemory()
    shared.hold("job_x", 1, oom_kills=1 << 40)

    shared.note_exit(os.getpid(), code)

    assert cause_of(shared) == cause


def test_a_kill_while_memory_ran_out_is_named_so() -> None:
    """The kernel's killer leaves no other trace than its counter."""
    shared = SharedMemory()
    shared.hold("job_x", 1, oom_kills=-1)

    shared.note_exit(os.getpid(), -9)

    assert cause_of(shared) == "out_of_memory"


def test_the_death_of_another_child_is_not_this_ones() -> None:
    """A cause that is not known is not invented."""
    shared = SharedMemory()
    shared.hold("job_x", 1)

    shared.note_exit(os.getpid() + 1, -11)

    assert cause_of(shared) == "worker_lost"


def test_deaths_are_noted_before_the_pool_forgets_them() -> None:
    """The replacement is forked right afterwards, and must find the note."""
    shared = SharedMemory()
    pool = SimpleNamespace(_pool=[SimpleNamespace(pid=5, exitcode=None), SimpleNamespace(pid=6, exitcode=-11)])
    pool._join_exited_workers = shared.last_exit
    note_exits(pool, shared)

    seen = pool._join_exited_workers()

    assert (seen.pid, seen.code) == (6, -11)


def test_a_death_while_the_pool_collects_is_noted() -> None:
    """Between a look at the processes and their collection there is time enough to die."""
    shared, process = SharedMemory(), SimpleNamespace(pid=6, exitcode=None)
    pool = SimpleNamespace(_pool=[process])

    def collect() -> None:
        process.exitcode = -9
        pool._pool.clear()

    pool._join_exited_workers = collect
    note_exits(pool, shared)

    pool._join_exited_workers()

    assert (shared.last_exit().pid, shared.last_exit().code) == (6, -9)


def test_the_death_of_the_holder_is_not_written_over() -> None:
    """Two children may be found dead in one look; the next one asks for the one that held the claim."""
    shared = SharedMemory()
    shared.hold("job_x", 1)
    pool = SimpleNamespace(
        _pool=[SimpleNamespace(pid=os.getpid(), exitcode=-11), SimpleNamespace(pid=os.getpid() + 1, exitcode=0)],
        _join_exited_workers=shared.last_exit,
    )
    note_exits(pool, shared)

    pool._join_exited_workers()

    assert cause_of(shared) == "signal_11"


def test_a_job_cannot_take_more_memory_than_it_may() -> None:
    """Better one job that fails with a sentence than a machine on which everything is killed."""
    with limited(64 << 20), pytest.raises(MemoryError):
        np.ones(1 << 30, np.uint8)

    assert np.ones(1 << 29, np.uint8).nbytes == 1 << 29


def test_a_worker_limits_its_jobs(store: Store, iris: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says which way out there is."""
    from worker import work_queue  # noqa: PLC0415  # its `run` is watched here

    def greedy(store_: Store, claim: making.Claim, shared: SharedMemory) -> None:
        monkeypatch.setattr("worker.attempt.run.load", lambda *_: np.ones(2 << 30, np.uint8))
        run(store_, claim, shared)

    monkeypatch.setattr(work_queue, "run", greedy)
    object.__setattr__(store.settings, "max_job_memory_bytes", 1 << 20)
    job_id = making.order(store, iris, target="species", training={"epochs": 1})

    work_queue.run_waiting_jobs(store, "wrk_a", SharedMemory())

    job = making.find(store, job_id)
    assert (job.status, job.error["code"]) == ("failed", "job.out_of_memory")


def test_a_loop_that_stands_still_is_ended_and_named(store: Store, iris: str) -> None:
    """Heartbeats come from a thread of their own and would go on for ever."""
    object.__setattr__(store.settings, "stall_seconds", 0.3)
    making.order_unresolved(store, iris)
    claim, shared = making.claim(store), SharedMemory()
    store.database.close()
    child = os.fork()
    if child == 0:
        shared.hold(claim.job_id, claim.fence)
        with Reporter(store, claim, shared):
            time.sleep(30)
        os._exit(0)

    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    shared.note_exit(child, code)
    assert code == -9
    assert cause_of(shared) == "stalled"
