"""The Celery application of a worker: how its processes start, what they own, and how they leave.

    celery -A worker.celery worker --concurrency 1 --hostname w1@%h

One child trains one job at a time; its parent stays free to hear signals, and to notice when the child dies.
"""

import logging
import os
from typing import Any

from celery import Celery, signals

from neural.engine import backend
from neural.errors import BackendMissing
from store import Settings, Store, open_store
from store.errors import SettingsError
from store.redis.queue import CELERY_OPTIONS
from store.redis.urls import for_broker
from worker.child import Process
from worker.errors import ThreadsUnpinned
from worker.process import blas_threads
from worker.process.exit_causes import note_exits
from worker.process.logs import set_up_logs
from worker.upkeep.reconciling import Reconciler

DEATH_SECONDS = 0.5  # how long a dead child may go unseen


def settings() -> Settings:
    """Read the environment."""
    return Settings.from_environment(os.environ)


def options() -> dict[str, Any]:
    """Give the options that sender and worker share, and the broker's address; read when Celery first needs them."""
    broker = settings().redis_url
    if broker is None:
        raise SettingsError("CHAINRULE_REDIS_URL is not set; a worker needs the address of a Redis or Valkey.")
    # Bytes in Redis that are no message would end the worker, and the next one, and the next.
    return {**CELERY_OPTIONS, "broker_url": for_broker(broker), "broker_transport": "worker.celery_transport:Transport"}


def store_of_the_parent() -> Store:
    """Open the store for the reconciler."""
    return open_store(settings())


app = Celery("chainrule", include=["worker.tasks"])
app.add_defaults(options)
process = Process()
reconciler = Reconciler(store_of_the_parent, process.worker_id, process.host)


@signals.setup_logging.connect
def take_the_log(loglevel: int | None = None, **_: object) -> None:
    """Keep Celery from setting up a log of its own."""
    set_up_logs(loglevel or logging.WARNING)


@signals.worker_init.connect
def refuse_to_differ(**_: object) -> None:
    """Stop before the first job where results would depend on this machine's threads, or kernels are missing."""
    if late := blas_threads.unpinned():
        raise SystemExit(str(ThreadsUnpinned(late)))
    try:
        backend.choose(settings().kernels)
    except BackendMissing as error:
        raise SystemExit(str(error)) from error


@signals.worker_process_init.connect
def open_in_the_child(**_: object) -> None:
    """Make connections after the fork: two processes on one socket read each other's answers."""
    process.open(settings())


@signals.worker_ready.connect
def watch_over_the_rest(sender: Any = None, **_: object) -> None:
    """Start the reconciler once tokens can be received, and keep an eye on the child."""
    pool = sender.pool._pool  # noqa: SLF001  # Celery's pool hides the one that has the processes
    note_exits(pool, process.shared)
    # A child's pipe may close before the child can be collected; Celery then looks again after five seconds.
    sender.hub.call_repeatedly(DEATH_SECONDS, pool.maintain_pool)
    reconciler.start()


@signals.worker_shutting_down.connect
def ask_the_child_to_stop(**_: object) -> None:
    """Tell the child at once: Celery itself would wait for the end of the job."""
    process.shared.ask_to_stop()


@signals.worker_shutdown.connect
def leave(**_: object) -> None:
    """Stop the reconciler and take the worker off the list."""
    reconciler.stop()
