"""The sending end of the queue: a token that means "look at the table"."""

import threading
from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from store.redis_link import RedisLink

LOOK = "worker.look"
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
SENDING_OPTIONS = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2, "ack_emulation": False}


def celery_app(url: str) -> Celery:
    """Make the Celery application that sender and worker share."""
    app = Celery("chainrule", broker=url, set_as_current=False)  # or a sender would replace a worker's own application
    app.conf.update(CELERY_OPTIONS)
    return app


class Queue:
    """Rings for a worker, off the request's path; a lost ring is made up for by the reconciler."""

    def __init__(self, url: str) -> None:
        self._app = celery_app(url)
        self._app.conf.broker_transport_options = SENDING_OPTIONS
        self._link = RedisLink(url)
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Ask for one token to be sent, soon; never fails and never waits."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():  # a fork leaves its parent's threads behind
                self._thread = threading.Thread(target=self._send_for_ever, name="queue-bell", daemon=True)
                self._thread.start()
        self._wanted.set()

    def send(self) -> bool:
        """Send one token now; tell whether the broker took it."""
        try:
            self._app.send_task(LOOK, queue=QUEUE, retry=False, ignore_result=True)
        except (OperationalError, OSError) as error:
            log.warning("queue.token_not_sent", reason=type(error).__name__)
            return False
        return True

    def length(self) -> int | None:
        """Count the tokens that wait; None when Redis is away."""
        length: Any = self._link.ask(lambda redis: redis.llen(QUEUE), None)
        return None if length is None else int(length)

    def _send_for_ever(self) -> None:
        while self._wanted.wait():
            self._wanted.clear()
            self.send()

    def close(self) -> None:
        """Close the connections."""
        self._app.close()
        self._link.close()
