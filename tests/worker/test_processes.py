"""Real workers: a Celery parent with its child, a real Valkey, and what happens when they are killed."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import select

from store import Store
from store.database.tables import Job, Worker
from store.jobs import checkpoints, submit
from store.redis.queue import QUEUE, TASK_NAME
from tests.observing import is_alive
from tests.worker import making
from tests.worker.conftest import ROOT, RunningWorker, eventually

Start = Callable[..., RunningWorker]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHORT = {"epochs": 20, "seed": 7}
MANY = {"epochs": 3_000, "seed": 7, "early_stopping": None}  # a few seconds
LONG = {"epochs": 1_000_000, "seed": 7, "early_stopping": None}
SECONDS = {"epochs": 1_000_000, "seed": 7, "early_stopping": None, "max_time_s": 2}

STOPPING_SECONDS = 30  # half a second on a quiet machine; the limit is there for one that has much else to do
BEFORE_THE_NEXT_HEARTBEAT = 30


def order(store: Store, dataset_id: str, training: dict[str, object]) -> str:
    """Order a job as the service does: write the row, then ring."""
    job_id = making.order(store, dataset_id, target="species", training=training)
    store.queue.ring()
    return job_id


def status(store: Store, job_id: str) -> str:
    """Read where a job stands."""
    return making.find(store, job_id).status


def is_training(store: Store, job_id: str) -> bool:
    """Tell whether a job's loop runs."""
    job = making.find(store, job_id)
    return job.status == "running" and job.step > 0 and job.heartbeat > 0


def has_checkpoint(store: Store, job_id: str) -> bool:
    """Tell whether a job has something to go on from."""
    with store.database.reading() as session:
        return checkpoints.latest(session, job_id) is not None


def workers_of(store: Store) -> list[Worker]:
    """Read the list of workers."""
    with store.database.reading() as session:
        return list(session.scalars(select(Worker)))


def test_a_token_starts_what_waits(store: Store, iris: str, start_worker: Start) -> None:
    """The whole way: row, token, claim, training, model, by processes that share nothing but the store."""
    worker = start_worker()

    job_id = order(store, iris, SHORT)

    eventually(lambda: status(store, job_id) == "succeeded", explain=worker.text)
    assert making.find(store, job_id).attempts == 1


def test_a_killed_child_costs_seconds_and_no_bit(store: Store, iris: str, start_worker: Start) -> None:
    """Out of memory or a crash in a library: the next child takes the job over at once, with the same result."""
    worker = start_worker(CHAINRULE_SILENCE_SECONDS="60", CHAINRULE_CHECKPOINT_SECONDS="0.3")
    undisturbed = order(store, iris, MANY)
    eventually(lambda: status(store, undisturbed) == "succeeded", explain=worker.text)
    job_id = making.order_unresolved(store, iris, making.find(store, undisturbed).resolved)
    store.queue.ring()
    eventually(lambda: has_checkpoint(store, job_id))

    os.kill(worker.child(), signal.SIGKILL)

    eventually(lambda: status(store, job_id) == "succeeded", explain=worker.text)
    first, _ = making.attempts_of(store, job_id)
    assert (first.outcome, first.cause) == ("released", "signal_9")
    assert "job.resumed" in {event.type for event in making.events_of(store, job_id)}
    assert [row.epoch for row in making.metrics_of(store, job_id)] == list(range(1, MANY["epochs"] + 1))
    assert making.model_of(store, job_id).weights_digest == making.model_of(store, undisturbed).weights_digest


def test_a_killed_worker_loses_no_job(store: Store, iris: str, start_worker: Start) -> None:
    """A machine that vanishes leaves its jobs to the others, after a silence."""
    worker = start_worker()
    job_id = order(store, iris, SECONDS)
    eventually(lambda: is_training(store, job_id))

    worker.process.kill()
    worker.process.wait(60)
    second = start_worker()

    eventually(lambda: status(store, job_id) == "succeeded", explain=second.text)
    assert making.find(store, job_id).attempts == 2


def test_a_frozen_worker_wakes_up_fenced(store: Store, iris: str, start_worker: Start) -> None:
    """A laptop that slept, a paused virtual machine: its job was finished by another one, and stays as that left it."""
    first = start_worker(CHAINRULE_CHECKPOINT_SECONDS="0.3")
    job_id = order(store, iris, MANY)
    eventually(lambda: has_checkpoint(store, job_id), explain=first.text)
    frozen = first.child()
    os.kill(frozen, signal.SIGSTOP)
    second = start_worker()
    eventually(lambda: status(store, job_id) == "succeeded", explain=second.text)
    before = vars(making.find(store, job_id)).copy()

    os.kill(frozen, signal.SIGCONT)
    eventually(lambda: "attempt fenced" in first.text(), explain=first.text)

    after = vars(making.find(store, job_id)).copy()
    del before["_sa_instance_state"], after["_sa_instance_state"]
    assert after == before
    assert [attempt.outcome for attempt in making.attempts_of(store, job_id)] == ["released", "succeeded"]
    assert first.child() == frozen


@ON_SQLITE
def test_a_child_does_not_outlive_its_parent(store: Store, iris: str, start_worker: Start) -> None:
    """An orphan would train on for nobody, deaf to signals; it gives its job back at once instead."""
    worker = start_worker()
    job_id = order(store, iris, LONG)
    eventually(lambda: is_training(store, job_id))
    child = worker.child()

    worker.process.kill()
    worker.process.wait(60)

    eventually(lambda: not is_alive(child), explain=worker.text)
    eventually(lambda: status(store, job_id) == "queued", explain=worker.text)


def test_sigterm_gives_the_job_back_within_seconds(store: Store, iris: str, start_worker: Start) -> None:
    """A deployment waits for no training, and leaves neither process nor row behind."""
    worker = start_worker()
    job_id = order(store, iris, LONG)
    eventually(lambda: is_training(store, job_id))
    child = worker.child()

    took = worker.stop()

    job = making.find(store, job_id)
    assert took < STOPPING_SECONDS
    assert (job.status, job.crashes) == ("queued", 0)
    assert workers_of(store) == []
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@ON_SQLITE
def test_a_signal_to_the_whole_group_drains_as_well(store: Store, iris: str, start_worker: Start) -> None:
    """Service managers and terminals signal every process: a child that died of it would leave its job to a silence."""
    worker = start_worker()
    job_id = order(store, iris, LONG)
    eventually(lambda: is_training(store, job_id))

    os.killpg(worker.process.pid, signal.SIGTERM)
    worker.process.wait(60)

    assert status(store, job_id) == "queued"


@ON_SQLITE
def test_a_child_told_to_go_is_replaced(store: Store, iris: str, start_worker: Start) -> None:
    """SIGTERM to the child alone drains its job; the next child takes it and the worker works on."""
    worker = start_worker()
    job_id = order(store, iris, SECONDS)
    eventually(lambda: is_training(store, job_id))

    os.kill(worker.child(), signal.SIGTERM)

    eventually(lambda: status(store, job_id) == "succeeded", explain=worker.text)
    assert making.find(store, job_id).attempts == 2


@ON_SQLITE
def test_an_idle_worker_leaves_at_once(store: Store, start_worker: Start) -> None:
    """Stopping a service that does nothing takes no time."""
    worker = start_worker()
    eventually(lambda: workers_of(store))

    took = worker.stop()

    assert took < STOPPING_SECONDS
    assert worker.process.returncode == 0
    assert workers_of(store) == []


@ON_SQLITE
def test_a_running_job_is_cancelled_within_two_seconds(store: Store, iris: str, start_worker: Start) -> None:
    """The promise of the service, kept by a real worker."""
    start_worker(CHAINRULE_HEARTBEAT_SECONDS=str(BEFORE_THE_NEXT_HEARTBEAT), CHAINRULE_SILENCE_SECONDS="90")
    job_id = order(store, iris, LONG)
    eventually(lambda: status(store, job_id) == "running")
    time.sleep(0.3)
    with store.database.transaction() as session:
        submit.request_cancel(session, session.get_one(Job, job_id))
    asked = time.monotonic()

    eventually(lambda: status(store, job_id) == "cancelled")

    assert time.monotonic() - asked < BEFORE_THE_NEXT_HEARTBEAT


@ON_SQLITE
def test_a_job_that_kills_three_children_fails_and_the_worker_lives(
    store: Store, iris: str, start_worker: Start
) -> None:
    """A poison job may not circle for ever, and may not take the others with it."""
    worker = start_worker(CHAINRULE_CHECKPOINT_SECONDS="3600", CHAINRULE_SILENCE_SECONDS="60")
    job_id = order(store, iris, LONG)
    for attempt in (1, 2, 3):
        eventually(lambda n=attempt: is_training(store, job_id) and making.find(store, job_id).attempts == n)
        os.kill(worker.child(), signal.SIGKILL)
        eventually(lambda n=attempt: making.find(store, job_id).crashes == n, explain=worker.text)

    job = making.find(store, job_id)
    assert job.status == "failed"
    assert job.error["code"] == "job.crashed"
    assert "signal 9" in job.error["message"]
    after = order(store, iris, SHORT)
    eventually(lambda: status(store, after) == "succeeded")


@ON_SQLITE
def test_doubled_and_forged_tokens_do_no_harm(store: Store, iris: str, start_worker: Start, tmp_path: Path) -> None:
    """A message can wake a worker up and nothing else, whatever it claims to be."""
    worker = start_worker()
    marker = tmp_path / "forged"
    for task, serializer in itertools.product(("os.system", TASK_NAME), ("json", "pickle")):
        options = {"args": [f"touch {marker}"], "kwargs": {"job_id": "job_x"}, "serializer": serializer}
        store.queue._app.send_task(task, queue=QUEUE, **options)
    job_id = making.order(store, iris, target="species", training=SHORT)
    for _ in range(20):
        store.queue.send()

    eventually(lambda: status(store, job_id) == "succeeded", explain=worker.text)

    assert len(making.attempts_of(store, job_id)) == 1
    assert not marker.exists()
    assert worker.process.poll() is None


GARBAGE = (
    b"\x80\x04\xff", b"{", b"null", b"[]", b"{}", b'"text"', b"[" * 50_000, b'{"properties": 5}', b'{"__type__": "x"}',
    b'{"body": "!", "properties": {"delivery_tag": "1", "delivery_info": {}, "body_encoding": "base64"}}',
    b'{"body": "e30=", "properties": {"delivery_tag": "1", "body_encoding": "no"}, "content-type": "application/json"}',
    b'{"body": 7, "content-encoding": "utf-9", "headers": [], "properties": {"delivery_tag": {}}}', b"x" * 10_000_000,
)  # fmt: skip


@ON_SQLITE
def test_garbage_in_the_queue_ends_no_worker(store: Store, iris: str, start_worker: Start) -> None:
    """Whoever can write to Redis could otherwise stop every worker with one byte."""
    worker = start_worker(CHAINRULE_SILENCE_SECONDS="3600")
    child = worker.child()
    with Redis.from_url(store.settings.redis_url or "") as redis:
        for bytes_ in GARBAGE:
            redis.lpush(QUEUE, bytes_)
        eventually(lambda: redis.llen(QUEUE) == 0, explain=worker.text)
    job_id = order(store, iris, SHORT)

    eventually(lambda: status(store, job_id) == "succeeded", explain=worker.text)

    assert worker.process.poll() is None
    assert worker.child() == child
    assert "dropped what is no message" in worker.text()


@ON_SQLITE
def test_a_lost_token_is_made_up_for(store: Store, iris: str, start_worker: Start) -> None:
    """The waiting row is the promise; the token is only the bell."""
    start_worker()

    job_id = making.order(store, iris, target="species", training=SHORT)  # and nobody rings

    eventually(lambda: status(store, job_id) == "succeeded")


@ON_SQLITE
def test_one_token_runs_all_that_waits(store: Store, iris: str, start_worker: Start) -> None:
    """While Redis is away no further token comes; what waits is run all the same."""
    waiting = [making.order(store, iris, target="species", training=SHORT) for _ in range(3)]
    start_worker(CHAINRULE_SILENCE_SECONDS="3600")

    store.queue.ring()

    eventually(lambda: {status(store, job_id) for job_id in waiting} == {"succeeded"})


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "CHAINRULE_REDIS_URL is not set"),
        ({"CHAINRULE_REDIS_URL": "http://x"}, "CHAINRULE_REDIS_URL is `http://x`"),
    ],
)
def test_a_worker_without_a_broker_says_what_is_missing(environment: dict[str, str], words: str) -> None:
    """An operator reads one sentence, not a traceback about AMQP."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHAINRULE_")}
    command = [sys.executable, "-m", "celery", "-A", "worker.celery", "worker", "--concurrency", "1"]

    ended = subprocess.run(
        command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert ended.returncode != 0
    assert words in ended.stderr
