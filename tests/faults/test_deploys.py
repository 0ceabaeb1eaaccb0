"""F12 to F14: workers told to go, again and again, leave in time and lose neither job, step nor bit."""

import contextlib
import itertools
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from store import Store
from store.states import JobStatus
from tests.faults import histories
from tests.faults.lives import traces
from tests.worker import making
from tests.worker.conftest import RunningWorker, eventually

LEAVES_WITHIN = 20.0  # seconds
JOBS, DRAINS = 20, 10
EVERY_SECONDS = 10.0  # between two restarts
IS_SHORT = "takes minutes; `./chainrule faults` does it (short: tests/worker/test_processes.py)"
TRAINING = {"epochs": 6_000, "seed": 7, "early_stopping": None}  # some seconds
LONG = {**TRAINING, "epochs": 1_000_000}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Start = Callable[[], RunningWorker]


@pytest.fixture
def start(store: Store, tmp_path: Path) -> Iterator[Start]:
    """Start workers; none is left behind."""
    with ExitStack() as stack:
        numbers = itertools.count()

        def start_one() -> RunningWorker:
            worker = RunningWorker(store, tmp_path / f"worker-{next(numbers)}.log")
            stack.callback(worker.end)
            return worker

        yield start_one


@pytest.mark.timeout(900)
def test_rolling_restarts_lose_nothing(
    store: Store, iris: str, start: Start, note: Callable[..., None], *, is_long: bool
) -> None:
    """One of two workers after the other is replaced while jobs run: no crash is counted, no step is trained twice."""
    if not is_long:
        pytest.skip(IS_SHORT)
    object.__setattr__(store.settings, "checkpoint_seconds", 15.0)
    first = making.order(store, iris, target="species", training=TRAINING)
    resolved = making.find(store, first).resolved
    ids = [first, *(making.order_unresolved(store, iris, resolved) for _ in range(JOBS - 1))]
    running, seconds, done = [start(), start()], [], "succeeded"
    store.queue.ring()
    for worker in running:
        worker.wait_until_ready()

    while not all(making.find(store, job_id).status == done for job_id in ids):
        time.sleep(EVERY_SECONDS)
        oldest, younger = running
        seconds.append(oldest.stop(seconds=60))
        running = [younger, start()]
        running[1].wait_until_ready()

    attempts = [attempt for job_id in ids for attempt in making.attempts_of(store, job_id)]
    causes = Counter(attempt.cause for attempt in attempts if attempt.outcome == "released")
    assert max(seconds) <= LEAVES_WITHIN
    assert set(causes) <= {"drained"}
    assert {making.find(store, job_id).crashes for job_id in ids} == {0}
    assert len({traces(store, job_id).weights for job_id in ids}) == 1
    assert len({str(traces(store, job_id).metrics) for job_id in ids}) == 1
    histories.check(store)
    note(jobs=len(ids), restarts=len(seconds), drained=causes["drained"], slowest_to_leave=f"{max(seconds):.1f} s")


@ON_SQLITE
@pytest.mark.timeout(900)
def test_a_worker_in_the_middle_of_a_job_leaves_in_time(
    store: Store, iris: str, start: Start, note: Callable[..., None], *, is_long: bool
) -> None:
    """SIGTERM to real leave, with a checkpoint on the way; the next worker goes on from that very step."""
    if not is_long:
        pytest.skip(IS_SHORT)
    job_id, seconds = making.order(store, iris, target="species", training=LONG), []
    for _ in range(DRAINS):
        worker = start()
        step = making.find(store, job_id).step
        eventually(lambda s=step: making.find(store, job_id).step > s, explain=worker.text)
        seconds.append(worker.stop(seconds=60))
        assert making.find(store, job_id).status is JobStatus.QUEUED

    resumed = [each.data["step"] for each in making.events_of(store, job_id) if each.type == "job.resumed"]
    assert max(seconds) <= LEAVES_WITHIN
    assert resumed == sorted(set(resumed))
    assert len(resumed) == len(seconds) - 1
    assert making.find(store, job_id).crashes == 0
    note(drains=len(seconds), slowest=f"{max(seconds):.1f} s")


@ON_SQLITE
def test_a_deploy_without_patience_loses_no_bit(
    store: Store, iris: str, start: Start, note: Callable[..., None], *, is_long: bool
) -> None:
    """F13: SIGTERM twice, SIGQUIT and SIGKILL within two seconds; another worker ends the job as if nothing was."""
    if not is_long:
        pytest.skip(IS_SHORT)
    golden = making.order(store, iris, target="species", training=TRAINING)
    worker = start()
    eventually(lambda: making.find(store, golden).status == "succeeded", explain=worker.text)
    job_id = making.order_unresolved(store, iris, making.find(store, golden).resolved)
    store.queue.ring()
    eventually(lambda: making.find(store, job_id).step > 0, explain=worker.text)
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            worker.process.send_signal(number)
        time.sleep(0.4)
    other = start()

    eventually(lambda: making.find(store, job_id).status == "succeeded", explain=other.text)

    assert traces(store, job_id).weights == traces(store, golden).weights
    assert traces(store, job_id).metrics == traces(store, golden).metrics
    histories.check(store)
    note(attempts=making.find(store, job_id).attempts)
