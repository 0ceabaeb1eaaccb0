"""Use cases of the service itself: capabilities, limits, the queue, the workers."""

from typing import Any

import sqlalchemy as sa

import specs
from datasets import Limits
from store import Settings, Store
from store import workers as worker_rows
from store.clock import now
from store.database.tables import Job, Worker
from store.jobs import submit

View = dict[str, Any]


def capabilities() -> View:
    """Tell the vocabulary of job bodies."""
    return {"object": "capabilities", **specs.capabilities()}


def limits(settings: Settings) -> View:
    """Tell the largest sizes that are accepted."""
    tables = Limits()
    return {
        "object": "limits",
        "max_upload_bytes": settings.max_upload_bytes,
        "max_body_bytes": settings.max_body_bytes,
        "max_job_memory_bytes": settings.max_job_memory_bytes,
        "max_parameters": settings.max_parameters,
        "max_queued_jobs": settings.max_queued_jobs,
        "max_columns": tables.max_columns,
        "max_rows": tables.max_rows,
        "max_cell_chars": tables.max_cell_chars,
    }


def queue_state(store: Store) -> View:
    """Count the jobs by status, and the tokens that wait."""
    with store.database.reading() as session:
        counts = submit.counts(session)
    return {
        "object": "queue",
        "jobs": counts,
        "max_queued_jobs": store.settings.max_queued_jobs,
        "tokens": store.queue.length(),
    }


def workers(store: Store, project_id: str) -> View:
    """List the workers; what they do for other projects stays those projects' business."""
    with store.database.reading() as session:
        found = worker_rows.listed(session)
        busy_with = [worker.job_id for worker in found if worker.job_id]
        own = set(session.scalars(sa.select(Job.id).where(Job.project_id == project_id, Job.id.in_(busy_with))))
    data = [_worker(worker, own) for worker in found]
    return {"object": "list", "data": data, "has_more": False, "next_cursor": None}


def _worker(worker: Worker, own: set[str]) -> View:
    return {
        "id": worker.id,
        "object": "worker",
        "host": worker.host,
        "pid": worker.pid,
        "is_busy": worker.job_id is not None,
        "job_id": worker.job_id if worker.job_id in own else None,
        "heartbeat_age_s": max(0.0, round((now() - worker.heartbeat_at).total_seconds(), 3)),
        "is_calibrated": worker.calibration is not None,
        "started_at": worker.started_at,
    }
