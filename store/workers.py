"""The workers that there are, with heartbeats and calibrations."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from store.clock import now
from store.database.tables import Worker


def register(session: Session, *, worker_id: str, host: str, pid: int) -> None:
    """Announce a worker."""
    session.merge(Worker(id=worker_id, host=host, pid=pid, heartbeat=0, heartbeat_at=now(), started_at=now()))


def keep_calibration(session: Session, worker_id: str, calibration: dict[str, Any]) -> None:
    """Tell what work costs on a worker."""
    session.execute(update(Worker).where(Worker.id == worker_id).values(calibration=calibration))


def beat(session: Session, worker_id: str, *, job_id: str | None = None) -> None:
    """Show that a worker lives and what it works on."""
    session.execute(
        update(Worker)
        .where(Worker.id == worker_id)
        .values(heartbeat=Worker.heartbeat + 1, heartbeat_at=now(), job_id=job_id),
    )


def remove(session: Session, worker_id: str) -> None:
    """Forget a worker that left."""
    session.execute(delete(Worker).where(Worker.id == worker_id))


def listed(session: Session) -> list[Worker]:
    """Return the workers, oldest first."""
    return list(session.scalars(select(Worker).order_by(Worker.id)))
