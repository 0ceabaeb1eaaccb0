"""Live progress reaches readers at once, and costs nothing when Redis is away."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis

from store import ids
from store.redis.connection import REST_SECONDS
from store.redis.live_progress import EXPIRY_SECONDS, KEPT, LiveProgress, key
from tests.observing import PROMPTLY
from tests.servers import ValkeyServer

FORGED = [
    {"x": "y"},
    {"payload": "{", "fence": "1"},
    {"payload": "[]", "fence": "1"},
    {"payload": "{}", "fence": "one"},
    {"payload": "[" * 10**5, "fence": "1"},
]
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def progress(valkey_url: str) -> Iterator[LiveProgress]:
    """Open the session's Valkey."""
    progress = LiveProgress(valkey_url)
    yield progress
    progress.close()


@pytest.fixture
def job_id() -> str:
    """Name a job that no other test has."""
    return ids.new("job")


def duration(act: Callable[[], Any]) -> float:
    """Measure how long something takes."""
    started = time.monotonic()
    act()
    return time.monotonic() - started


def test_the_newest_report_is_read(progress: LiveProgress, job_id: str) -> None:
    """Readers want to know how it stands, not how it stood."""
    for step in range(3):
        progress.publish(job_id, 7, {"step": step})

    assert progress.latest(job_id) == {"step": 2, "fence": 7}


def test_nothing_is_known_of_a_silent_job(progress: LiveProgress, job_id: str) -> None:
    """None means: look at the row."""
    assert progress.latest(job_id) is None


def test_reports_are_few_and_pass_away(progress: LiveProgress, valkey_url: str, job_id: str) -> None:
    """A Redis that fills up would stop the queue."""
    for step in range(KEPT * 2):
        progress.publish(job_id, 1, {"step": step})

    with Redis.from_url(valkey_url) as redis:
        assert redis.xlen(key(job_id)) < KEPT * 1.5
        assert 0 < redis.ttl(key(job_id)) <= EXPIRY_SECONDS


def test_waiting_ends_when_something_is_published(
    monkeypatch: pytest.MonkeyPatch, valkey_url: str, job_id: str
) -> None:
    """A long poll answers within milliseconds."""
    monkeypatch.setattr("store.redis.live_progress.BLOCK_SECONDS", 30.0)
    progress = LiveProgress(valkey_url)
    publisher = threading.Timer(0.1, progress.publish, (job_id, 1, {}))
    publisher.start()

    waited = duration(lambda: progress.wait(job_id, 30))

    publisher.join()
    assert waited < PROMPTLY


def test_waiting_ends_with_its_time(progress: LiveProgress, job_id: str) -> None:
    """Nothing may be published for an hour."""
    assert 0.15 < duration(lambda: progress.wait(job_id, 0.2)) < PROMPTLY


@pytest.mark.parametrize("fields", FORGED)
def test_a_forged_report_is_no_report(
    progress: LiveProgress, valkey_url: str, job_id: str, fields: dict[Any, Any]
) -> None:
    """What stands in Redis is not trusted."""
    with Redis.from_url(valkey_url) as redis:
        redis.xadd(key(job_id), fields)

    assert progress.latest(job_id) is None


def test_no_report_holds_what_is_no_json(progress: LiveProgress, job_id: str) -> None:
    """A reader would hand it on to a client that cannot parse it."""
    progress.publish(job_id, 1, {"loss": float("nan")})

    assert progress.latest(job_id) == {"loss": None, "fence": 1}


def test_an_absent_redis_costs_nothing(job_id: str) -> None:
    """Training and answering go on without it."""
    progress = LiveProgress(NOBODY)

    for _ in range(2):
        assert duration(lambda: progress.publish(job_id, 1, {})) < PROMPTLY
        assert progress.latest(job_id) is None
    assert not progress.ping()
    assert duration(lambda: progress.wait(job_id, 0.2)) < PROMPTLY


def test_a_frozen_redis_costs_little_and_only_once(own_valkey: ValkeyServer, job_id: str) -> None:
    """A server that accepts and says nothing is the worst: without limits every request would hang on it."""
    progress = LiveProgress(own_valkey.url)
    progress.publish(job_id, 1, {"step": 1})
    os.kill(own_valkey.process.pid, signal.SIGSTOP)

    first = duration(lambda: progress.publish(job_id, 1, {"step": 2}))
    later = duration(lambda: [progress.latest(job_id) for _ in range(100)])
    waited = duration(lambda: progress.wait(job_id, 30))

    assert first < PROMPTLY
    assert later < PROMPTLY
    assert waited < PROMPTLY


def test_redis_is_used_again_when_it_is_back(own_valkey: ValkeyServer, job_id: str) -> None:
    """A hiccup must not silence a process for good."""
    progress = LiveProgress(own_valkey.url)
    os.kill(own_valkey.process.pid, signal.SIGSTOP)
    progress.publish(job_id, 1, {})
    os.kill(own_valkey.process.pid, signal.SIGCONT)
    time.sleep(REST_SECONDS + 0.1)

    progress.publish(job_id, 1, {"step": 3})

    assert progress.latest(job_id) == {"step": 3, "fence": 1}
