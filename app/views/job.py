"""The job object as clients see it: the row, overlaid with live progress when that is newer."""

from datetime import datetime
from typing import Any

from app.views.estimate import judged
from store import Store, clock
from store.database.tables import Job
from store.states import FINAL, JobStatus, Phase

View = dict[str, Any]
PROGRESS = ("fraction", "epoch", "epochs", "step", "steps", "eta_s", "samples_per_s")
PARTS = ("metrics", "events", "spec", "attempts", "checkpoints", "cancel", "pause", "resume", "retry", "continue")
FLEETING = ("eta_s", "heartbeat_age_s", "waited_s")  # these change without anything having happened


def view_of(store: Store, job: Any, position: int | None) -> View:
    """Show a job's row, overlaid with live progress while it runs."""
    live = store.progress.latest(job.id) if job.status == JobStatus.RUNNING else None
    return present(job, now=clock.now(), live=live, position=position)


def present(job: Job, *, now: datetime, live: View | None = None, position: int | None = None) -> View:
    """Show a job; every key is always there, `null` until known."""
    fresh = live if live is not None and is_fresher(live, job) else {}
    return {
        "id": job.id,
        "object": "job",
        "name": job.name,
        "status": job.status,
        "phase": _phase(job, fresh),
        "done": job.status in FINAL,
        "stop_reason": job.stop_reason,
        "progress": _progress(job, fresh),
        "best": fresh.get("best") or job.best,
        "latest": fresh.get("latest") or job.latest,
        "dataset_id": job.dataset_id,
        "model_id": job.model_id,
        "seed": job.seed,
        "attempt": job.attempts,
        "warnings": job.warnings,
        "error": job.error,
        "queue": {
            "position": position,
            "waited_s": waited_s(job.created_at, job.started_at or job.finished_at or now),
        },
        "worker_id": job.worker_id,
        "heartbeat_age_s": _heartbeat_age_s(job, now),
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "origin": job.origin,
        "estimate": _estimate(job),
        "priority": job.priority,
        "tags": job.tags,
        "metadata": job.job_metadata,
        "urls": _urls(job),
    }


def is_fresher(live: View, job: Job) -> bool:
    """Whether a live report belongs to the attempt that owns the job now, and is not behind the row."""
    told = live.get("progress") or {}
    return job.status == JobStatus.RUNNING and live.get("fence") == job.fence and (told.get("step") or 0) >= job.step


def steady(view: View) -> View:
    """Leave out what changes with the clock alone, so that an ETag says whether something has happened."""
    return {
        key: steady(value) if isinstance(value, dict) else value for key, value in view.items() if key not in FLEETING
    }


def _phase(job: Job, fresh: View) -> str:
    if job.cancel_requested and job.status == JobStatus.RUNNING:
        return Phase.CANCELLING
    if job.pause_requested and job.status == JobStatus.RUNNING:
        return Phase.PAUSING
    return str(fresh.get("phase") or job.phase)


def _progress(job: Job, fresh: View) -> View:
    row = {"epoch": job.epoch, "epochs": job.epochs, "step": job.step, "steps": job.steps}
    told = {**(job.progress or {}), **row, **(fresh.get("progress") or {})}
    shown = {key: told.get(key) for key in PROGRESS}
    if job.status != JobStatus.RUNNING:
        shown["eta_s"] = None
    return {**shown, "fraction": _fraction(job, told)}


def _fraction(job: Job, told: View) -> float:
    """Count a job that succeeded as whole, also when it stopped early."""
    if job.status == JobStatus.SUCCEEDED:
        return 1.0
    return min(1.0, round((told["step"] or 0) / told["steps"], 6)) if told["steps"] else 0.0


def _heartbeat_age_s(job: Job, now: datetime) -> float | None:
    if job.status != JobStatus.RUNNING or job.heartbeat_at is None:
        return None
    return waited_s(job.heartbeat_at, now)


def waited_s(start: datetime, end: datetime) -> float:
    """Round to milliseconds; clocks of two machines may differ, a negative age is none."""
    return max(0.0, round((end - start).total_seconds(), 3))


def _estimate(job: Job) -> View | None:
    """Show what was quoted, and once it succeeded what it took beside the quote for the epochs that were run."""
    if not job.estimate:
        return None
    quoted = {name: job.estimate.get(name) for name in ("duration_s", "memory_bytes", "assumes")}
    judgement = judged(job.estimate, job.actual) if job.attempts == 1 else None
    return quoted | {"actual": judgement.to_json() if judgement else None}


def _urls(job: Job) -> dict[str, str | None]:
    here = f"/v1/jobs/{job.id}"
    return {
        "self": here,
        **{part: f"{here}/{part}" for part in PARTS},
        "dataset": f"/v1/datasets/{job.dataset_id}",
        "model": f"/v1/models/{job.model_id}" if job.model_id else None,
    }
