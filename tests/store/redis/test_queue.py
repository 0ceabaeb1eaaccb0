"""Tokens are sent one for one, in the background, and nobody waits for a broker."""

import json
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import Celery, current_app
from redis import Redis

from store.redis.queue import CELERY_OPTIONS, ENOUGH_TOKENS, QUEUE, TASK_NAME, Queue, celery_app
from store.redis.urls import for_broker, for_client
from store.redis.wakeup_sender import WakeupSender
from tests.observing import PROMPTLY
from tests.processes import running
from tests.servers import ValkeyServer, valkey_answers, valkey_program

SPELLINGS = [
    ("unix:///run/v.sock", "redis+socket:///run/v.sock"),
    ("unix:///run/v.sock?db=2", "redis+socket:///run/v.sock?virtual_host=2"),
    ("redis://:pw@h:6379/1", "redis://:pw@h:6379/1"),
]


@pytest.fixture
def queue(own_valkey: ValkeyServer) -> Iterator[Queue]:
    """Open a queue on an empty Valkey."""
    queue = Queue(own_valkey.url)
    yield queue
    queue.close()


def eventually(is_so: Callable[[], bool]) -> bool:
    """Wait up to five seconds for something to be so."""
    until = time.monotonic() + 60
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return is_so()


def test_each_ring_sends_a_token(queue: Queue) -> None:
    """Two jobs submitted together must wake two workers."""
    for _ in range(20):
        queue.ring()

    assert eventually(lambda: queue.length() == 20)


def test_tokens_that_nobody_takes_are_not_added_to(queue: Queue) -> None:
    """Workers that are awake look by themselves: thousands of tokens would wake nobody, and cost each submit."""
    for _ in range(ENOUGH_TOKENS):
        queue.send()

    assert queue.wake()

    assert queue.length() == ENOUGH_TOKENS


def test_a_token_says_look_and_nothing_else(queue: Queue, own_valkey: ValkeyServer) -> None:
    """A message is never trusted for data, so it must carry none."""
    assert queue.send()

    with Redis.from_url(own_valkey.url, decode_responses=True) as redis:
        (raw,) = redis.lrange(QUEUE, 0, -1)
    message = json.loads(raw)
    assert message["headers"]["task"] == TASK_NAME
    assert message["content-type"] == "application/json"
    assert message["headers"]["argsrepr"] == "()"


def test_ringing_never_waits(queue: Queue, own_valkey: ValkeyServer) -> None:
    """A request that submits must be answered, whatever Redis does."""
    os.kill(own_valkey.process.pid, signal.SIGSTOP)
    started = time.monotonic()

    for _ in range(100):
        queue.ring()

    assert time.monotonic() - started < PROMPTLY


def test_a_frozen_redis_is_noticed_quickly(queue: Queue, own_valkey: ValkeyServer) -> None:
    """Celery alone would try for six seconds; the reconciler has more to do."""
    os.kill(own_valkey.process.pid, signal.SIGSTOP)
    started = time.monotonic()

    assert not queue.send()
    assert queue.length() is None

    assert time.monotonic() - started < PROMPTLY


def test_an_absent_redis_is_told_and_not_raised() -> None:
    """Submitting must work without it."""
    queue = Queue("redis://127.0.0.1:1/0")
    started = time.monotonic()

    queue.ring()

    assert not queue.send()
    assert queue.length() is None
    queue.close()
    assert time.monotonic() - started < PROMPTLY


def test_what_was_rung_for_before_closing_is_sent(own_valkey: ValkeyServer) -> None:
    """A command that submits and ends at once must still ring."""
    queue = Queue(own_valkey.url)
    queue.ring()

    queue.close()

    with Redis.from_url(own_valkey.url) as redis:
        assert redis.llen(QUEUE) == 1


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # that it is risky is why it is tested
def test_a_forked_child_rings_with_a_thread_of_its_own(queue: Queue) -> None:
    """A fork leaves the parent's threads behind; gunicorn forks."""
    queue.ring()
    assert eventually(lambda: queue.length() == 1)
    child = os.fork()
    if not child:
        queue.ring()
        queue.close()
        os._exit(0)

    os.waitpid(child, 0)

    assert queue.length() == 2


def test_what_cannot_be_sent_is_dropped() -> None:
    """A broker that is away for an hour must not be flooded when it is back."""
    tried: list[int] = []
    refused = threading.Event()

    def refuse() -> bool:
        refused.wait(5)
        tried.append(1)
        return False

    sender = WakeupSender(refuse)
    for _ in range(50):
        sender.ring()
    refused.set()
    sender.close(5)

    assert len(tried) == 1


def test_opening_a_queue_leaves_the_current_application_alone(valkey_url: str) -> None:
    """In a worker, Celery's current application must stay the worker's own."""
    own = Celery("own")
    own.set_current()

    Queue(valkey_url).close()

    assert current_app._get_current_object() is own


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("task_acks_late", False),
        ("task_ignore_result", True),
        ("result_backend", None),
        ("accept_content", ["json"]),
        ("worker_disable_prefetch", True),
        ("worker_enable_remote_control", False),
    ],
)
def test_sender_and_worker_agree_on_what_prevents_accidents(option: str, value: object) -> None:
    """Each of these was measured to lose or double work when set otherwise."""
    app = celery_app("redis://h")

    assert getattr(app.conf, option) == value
    assert app.conf.broker_transport_options["ack_emulation"] is False
    assert (
        app.conf.broker_transport_options["socket_timeout"]
        == CELERY_OPTIONS["broker_transport_options"]["socket_timeout"]
    )


@pytest.mark.parametrize(("client", "broker"), SPELLINGS)
def test_one_address_serves_client_and_broker(client: str, broker: str) -> None:
    """The two libraries name sockets differently; the operator must not have to know."""
    assert for_broker(client) == for_broker(broker) == broker
    assert for_client(broker) == for_client(client) == client


def test_tokens_go_through_a_socket() -> None:
    """A private server needs no port."""
    with tempfile.TemporaryDirectory(prefix="v-") as name:
        url = f"unix://{name}/v.sock?db=1"
        command = [valkey_program(), "--port", "0", "--unixsocket", f"{name}/v.sock", "--save", "", "--dir", name]
        with running(command, lambda: valkey_answers(url), folder=Path(name)):
            queue = Queue(url)

            assert queue.send()

            assert queue.length() == 1
            queue.close()
