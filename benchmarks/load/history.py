"""A database with a past: one finished job, many times over."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store import ids
from store.database.database import Database
from store.database.tables import Attempt, Event, Job, Metric

AT_ONCE = 500


def rows_of(session: Session, table: type[Attempt | Event | Metric], job_id: str) -> list[dict[str, Any]]:
    """Return what belongs to a job."""
    found = session.execute(select(table.__table__).where(table.job_id == job_id))
    return [dict(row) for row in found.mappings()]


def copy_job(database_url: str, job_id: str, count: int) -> None:
    """Write a finished job and all that belongs to it so many times more."""
    database = Database(database_url)
    try:
        with database.reading() as session:
            job = dict(session.execute(select(Job.__table__).where(Job.id == job_id)).mappings().one())
            beside = {table: rows_of(session, table, job_id) for table in (Attempt, Event, Metric)}
        for start in range(0, count, AT_ONCE):
            names = [ids.new("job") for _ in range(min(AT_ONCE, count - start))]
            with database.transaction() as session:
                session.execute(insert(Job.__table__), [{**job, "id": name} for name in names])
                for table, rows in beside.items():
                    if rows:
                        session.execute(
                            insert(table.__table__), [{**row, "job_id": name} for name in names for row in rows]
                        )
    finally:
        database.close()
