"""The events of a job, numbered without gaps."""

from typing import Any

from sqlalchemy.orm import Session

from store.database.tables import Event, Job


def append(session: Session, job: Job, type_: str, message: str, data: dict[str, Any] | None = None) -> None:
    """Write the next event of a job; the caller's transaction holds the row."""
    job.event_count += 1
    session.add(latest(job, type_, message, data))


def latest(job: Job, type_: str, message: str, data: dict[str, Any] | None = None) -> Event:
    """Make the event that a job's counter already counts."""
    return Event(job_id=job.id, seq=job.event_count, type=type_, message=message, data=data)
