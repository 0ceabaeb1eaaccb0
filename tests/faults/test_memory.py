"""F10 and F11: a machine without memory, and a job that takes every worker along, hurt nobody else."""

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import Store
from tests.faults import histories
from tests.worker import making
from tests.worker.conftest import RunningWorker, children, eventually

GROUPS = (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup"))  # of the older kind, of the newer one
LIMITS = {"memory.limit_in_bytes": 1, "memory.max": 1}
LIMIT_BYTES = 400 << 20
WIDE = {"network": {"hidden": [6_000, 6_000]}, "training": {"epochs": 50, "batch_size": 60, "seed": 7}}
PATIENT = {"CHAINRULE_MAX_JOB_MEMORY_BYTES": str(8 << 30), "CHAINRULE_SILENCE_SECONDS": "60"}  # no rival for the cause
SHORT = {"epochs": 200, "seed": 7, "early_stopping": None}
LONG = {"epochs": 1_000_000, "seed": 7, "early_stopping": None}
HEALTHY = 10
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def group() -> Iterator[Path]:
    """Make a control group whose processes share little memory; only where these tests may do that."""
    name = f"chainrule-test-{os.getpid()}"
    for parent, limit in itertools.product(GROUPS, LIMITS):
        folder = parent / name
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            if (folder / limit).exists():
                (folder / limit).write_text(str(LIMIT_BYTES))
                yield folder
                return
        except OSError:
            continue
        finally:
            eventually(lambda f=folder: not (f / "cgroup.procs").read_text(), 30)
            folder.rmdir()
    pytest.skip("no right to make a control group with a limit of memory here")


@pytest.mark.timeout(900)
def test_a_job_for_which_memory_runs_out_is_named_and_ends_alone(
    store: Store, iris: str, group: Path, tmp_path: Path, note: Callable[..., None], *, is_long: bool
) -> None:
    """The kernel ends the process that trains: the job fails with `out_of_memory`, and the worker runs the next one."""
    if not is_long:
        pytest.skip("takes a minute; `./chainrule faults` does it (short: tests/worker/process/test_exit_causes.py)")
    worker = RunningWorker(store, tmp_path / "worker.log", **PATIENT)
    try:
        worker.wait_until_ready()
        eventually(lambda: children(worker.process.pid))
        for pid in (worker.process.pid, *children(worker.process.pid)):
            (group / "cgroup.procs").write_text(str(pid))
        job_id = making.order(store, iris, target="species", **WIDE)
        store.queue.ring()
        eventually(lambda: making.find(store, job_id).status == "failed", 200, worker.text)
        after = making.order(store, iris, target="species", training=SHORT)
        store.queue.ring()
        eventually(lambda: making.find(store, after).status == "succeeded", explain=worker.text)
    finally:
        worker.end()

    job = making.find(store, job_id)
    assert job.error["code"] == "job.out_of_memory"
    assert {attempt.cause for attempt in making.attempts_of(store, job_id)} == {"out_of_memory"}
    note(limit="400 MiB of a control group", attempts=job.attempts, told=job.error["code"])


@pytest.mark.timeout(900)
def test_a_poison_job_among_healthy_ones_is_set_aside(
    store: Store, iris: str, tmp_path: Path, note: Callable[..., None], *, is_long: bool
) -> None:
    """F11: it takes three processes along and is ended with its cause; the others end as if it had not been there."""
    if not is_long:
        pytest.skip("takes a minute; `./chainrule faults` does it (short: tests/worker/test_processes.py)")
    often = {"CHAINRULE_CHECKPOINT_SECONDS": "3600"}  # no checkpoint: what gets ahead is no poison
    worker = RunningWorker(store, tmp_path / "worker.log", **often)
    try:
        worker.wait_until_ready()
        poison = making.order(store, iris, target="species", training=LONG)
        first = making.order(store, iris, target="species", training=SHORT)
        resolved = making.find(store, first).resolved
        healthy = [first, *(making.order_unresolved(store, iris, resolved) for _ in range(HEALTHY - 1))]
        store.queue.ring()
        until = time.monotonic() + 120
        while making.find(store, poison).status != "failed" and time.monotonic() < until:
            if making.find(store, poison).step > 0 and making.find(store, poison).status == "running":
                crashes = making.find(store, poison).crashes
                os.kill(worker.child(), signal.SIGKILL)
                eventually(lambda c=crashes: making.find(store, poison).crashes > c, explain=worker.text)
            time.sleep(0.05)
        eventually(lambda: all(making.find(store, each).status == "succeeded" for each in healthy), explain=worker.text)
    finally:
        worker.end()

    job = making.find(store, poison)
    assert (job.status, job.attempts, job.error["cause"]) == ("failed", 3, "signal_9")
    assert {making.find(store, each).attempts for each in healthy} == {1}
    assert len({making.model_of(store, each).weights_digest for each in healthy}) == 1
    histories.check(store)
    note(attempts=job.attempts, told=job.error["code"], healthy=len(healthy))
