"""Which waiting job is next: highest priority, then the project with fewest running jobs, then the oldest."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select
from sqlalchemy.orm import Session

from store.states import JobStatus
from store.tables import Job, Project


def is_waiting() -> ColumnElement[bool]:
    """Name the rows that may be claimed by literals: with parameters, SQLite would not use the index of only them."""
    queued = literal(JobStatus.QUEUED, Job.status.type, literal_execute=True)
    return and_(Job.status == queued, Job.rest_s == literal(0, Job.rest_s.type, literal_execute=True))


def lock_next(session: Session) -> Job | None:
    """Lock the job to run next; those that another worker is just claiming are passed over.

    Costs a few index look-ups for each project, however many jobs wait.
    """
    for project_id, priority in session.execute(ranking()).all():
        job = session.scalar(oldest(project_id, priority))
        if job is not None:
            return job
    return session.scalar(any_other())


def ranking() -> Select[str, int]:
    """Select the projects that have waiting jobs, in the order of their turn, each with its best job's priority."""
    top = select(func.max(Job.priority)).where(Job.project_id == Project.id, is_waiting()).scalar_subquery()
    running = select(func.count()).where(Job.project_id == Project.id, Job.status == JobStatus.RUNNING)
    rank = select(Project.id, top.label("priority"), running.scalar_subquery().label("running")).subquery()
    age = in_line(select(Job.id), rank.c.id, rank.c.priority)  # ids sort by age
    turn = (rank.c.priority.desc(), rank.c.running, age.scalar_subquery())
    return select(rank.c.id, rank.c.priority).where(rank.c.priority.is_not(None)).order_by(*turn)


def oldest(project_id: str, top: int) -> Select[Job]:
    """Select and lock the oldest of a project's waiting jobs with its highest priority."""
    return in_line(select(Job), project_id, top).with_for_update(skip_locked=True)


def in_line(jobs: Select[Any], project_id: Any, top: Any) -> Select[Any]:
    """Take the oldest job of a project's highest priority.

    Only the index of waiting jobs has this order. With `=` in place of `>=` the order would be that of the primary key,
    too, and a planner that hopes to meet a waiting job soon would walk through all that ever finished.
    """
    line = jobs.where(Job.project_id == project_id, Job.priority >= top, is_waiting())
    return line.order_by(Job.priority, Job.id).limit(1)


def any_other() -> Select[Job]:
    """Select and lock what is left when every project's first is being claimed right now."""
    return (
        select(Job).where(is_waiting()).order_by(Job.priority.desc(), Job.id).limit(1).with_for_update(skip_locked=True)
    )
