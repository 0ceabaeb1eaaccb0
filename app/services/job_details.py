"""The parts of a job that are too long for the job object: metrics, spec, events, attempts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

import specs
from app.errors import refuse
from app.views import metric_series
from store import Store
from store.database import rows
from store.database.tables import Attempt, Event, Job, Metric

View = dict[str, Any]


def metrics(store: Store, project_id: str, job_id: str, *, names: Sequence[str] | None, max_points: int) -> View:
    """Show the metric history as columns; refuses a name that was never measured."""
    with store.database.reading() as session:
        rows.find(session, Job, job_id, project_id)
        query = select(Metric.epoch, Metric.step, Metric.values).where(Metric.job_id == job_id).order_by(Metric.epoch)
        reports = [{**row.values, "epoch": row.epoch, "step": row.step} for row in session.execute(query)]
    measured = metric_series.names_of(reports)
    wanted = measured if names is None else tuple(dict.fromkeys(names))
    if reports:
        _check_names(wanted, measured)
    return metric_series.columns(metric_series.thin(reports, wanted, max_points), wanted)


def spec(store: Store, project_id: str, job_id: str) -> View:
    """Show what was asked, what it means and why."""
    with store.database.reading() as session:
        job = rows.find(session, Job, job_id, project_id)
    parts = {name: getattr(job, name) for name in ("given", "resolved", "provenance", "summary", "warnings")}
    parts["resolved"], parts["provenance"] = specs.with_semantics(parts["resolved"], parts["provenance"])
    return {"object": "job_spec", "job_id": job.id, **parts}


def events(store: Store, project_id: str, job_id: str, *, after: int = 0) -> list[View]:
    """List what happened after an event, oldest first."""
    with store.database.reading() as session:
        rows.find(session, Job, job_id, project_id)
        query = select(Event).where(Event.job_id == job_id, Event.seq > after).order_by(Event.seq)
        return [event(row) for row in session.scalars(query)]


def event(row: Event) -> View:
    """Show an event."""
    names = ("job_id", "seq", "type", "message", "data", "created_at")
    return {"object": "event", **{name: getattr(row, name) for name in names}}


def attempts(store: Store, project_id: str, job_id: str) -> list[View]:
    """List the tries, oldest first."""
    with store.database.reading() as session:
        rows.find(session, Job, job_id, project_id)
        found = session.scalars(select(Attempt).where(Attempt.job_id == job_id).order_by(Attempt.fence)).all()
    names = ("number", "worker_id", "outcome", "cause", "environment", "started_at", "finished_at")
    return [{"object": "attempt", "job_id": job_id, **{name: getattr(row, name) for name in names}} for row in found]


def _check_names(wanted: Sequence[str], measured: Sequence[str]) -> None:
    for name in wanted:
        if name not in measured:
            raise refuse(
                "request.invalid_parameter", f"`names`: `{name}` was not measured.", found=name, allowed=list(measured)
            )
