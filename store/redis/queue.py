"""The queue's sending end: each token tells a worker to look for waiting jobs."""

import os
import threading
from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import KombuError
from redis import RedisError

from store.redis.connection import RedisLink
from store.redis.urls import for_broker
from store.redis.wakeup_sender import WakeupSender

TASK_NAME = "worker.look"
QUEUE = "chainrule.look"
log = structlog.get_logger(__name__)

# Each option stands here because of the accident that it prevents.
CELERY_OPTIONS: dict[str, Any] = {
    # Late acknowledgement on Redis runs long jobs twice, after the visibility timeout; the claim makes early safe.
    "task_acks_late": False,
    # Results in Redis pile up, expire, and would be a second truth about a job.
    "task_ignore_result": True,
    "result_backend": None,
    # Anything but JSON in a message is code waiting to be run.
    "accept_content": ["json"],
    "task_serializer": "json",
    # A worker that fetches ahead keeps tokens from idle ones while it trains.
    "worker_prefetch_multiplier": 1,
    "worker_disable_prefetch": True,
    # Broadcast revoke and terminate can hit the wrong task; cancellation is a flag in the row.
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    # A worker waits for Redis instead of dying.
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    # A broker hiccup is no reason to kill a training.
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "task_default_queue": QUEUE,
    "worker_hijack_root_logger": False,
    "broker_transport_options": {
        # No un-acknowledged set: no visibility timeout, no mutex, no server scripts.
        "ack_emulation": False,
        # Without a time limit a forgotten connection hangs for ever.
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 15,
    },
}
# Whoever sends has a small budget; tokens that were not sent are made up for.
SENDING_OPTIONS = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2, "ack_emulation": False}
CLOSING_SECONDS = 0.3
ENOUGH_TOKENS = 64  # one for each worker that may be asleep, of more than there are anywhere


def celery_app(url: str) -> Celery:
    """Make the Celery application that sender and worker share."""
    # Made the current one, it would replace a worker's own application.
    app = Celery("chainrule", broker=for_broker(url), set_as_current=False)
    app.conf.update(CELERY_OPTIONS)
    return app


class Queue:
    """Rings for a worker, off the request's path; a lost ring is made up for by the reconciler."""

    def __init__(self, url: str) -> None:
        self._app = celery_app(url)
        self._app.conf.broker_transport_options = SENDING_OPTIONS
        self._link = RedisLink(url)
        self._opening = threading.Lock()
        self._sender: WakeupSender | None = None
        self._pid = 0

    def ring(self) -> None:
        """Ask for one token to be sent, soon; never fails and never waits."""
        if self._sender is None or self._pid != os.getpid():  # a fork leaves its parent's threads behind
            with self._opening:
                if self._sender is None or self._pid != os.getpid():
                    self._sender, self._pid = WakeupSender(self.wake), os.getpid()
        self._sender.ring()

    def wake(self) -> bool:
        """Send one token unless there are enough; tell whether the broker is there.

        A worker that is awake looks again by itself after each job: a token that nobody takes would wake nobody.
        """
        length = self.length()
        if length is None:
            return False
        return length >= ENOUGH_TOKENS or self._send()

    def send(self) -> bool:
        """Send one token now; tell whether the broker took it. Takes 0.2 s when Redis is away, then nothing."""
        return self._link.ping() and self._send()  # Celery itself would try for six seconds

    def _send(self) -> bool:
        try:
            self._app.send_task(TASK_NAME, queue=QUEUE, retry=True, retry_policy={"max_retries": 0}, ignore_result=True)
        except (KombuError, RedisError, OSError) as error:
            log.warning("queue.token_not_sent", reason=type(error).__name__)
            return False
        return True

    def shorten(self, length: int) -> None:
        """Forget the oldest tokens beyond a number: each means the same, to look for waiting jobs."""
        self._link.ask(lambda redis: redis.ltrim(QUEUE, 0, length - 1), None)

    def length(self) -> int | None:
        """Count the tokens that wait; None when Redis is away."""
        length: Any = self._link.ask(lambda redis: redis.llen(QUEUE), None)
        return None if length is None else int(length)

    def close(self) -> None:
        """Send what is due, within a moment, and close the connections."""
        if self._sender is not None and self._pid == os.getpid():
            self._sender.close(CLOSING_SECONDS)
        self._app.close()
        self._link.close()
