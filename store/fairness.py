"""Which waiting job is next: highest priority, then the project with fewest running jobs, then the oldest."""

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
        job = session.scalar(oldest(Job.project_id == project_id, Job.priority == priority))
        if job is not None:
            return job
    return session.scalar(oldest())  # every project's first is being claimed right now: any will do


def ranking() -> Select[str, int]:
    """Select the projects that have waiting jobs, in the order of their turn, each with its best job's priority."""
    top = select(func.max(Job.priority)).where(Job.project_id == Project.id, is_waiting()).scalar_subquery()
    running = select(func.count()).where(Job.project_id == Project.id, Job.status == JobStatus.RUNNING)
    rank = select(Project.id, top.label("priority"), running.scalar_subquery().label("running")).subquery()
    age = select(func.min(Job.id)).where(
        Job.project_id == rank.c.id, Job.priority == rank.c.priority, is_waiting()
    )  # ids sort by age
    turn = (rank.c.priority.desc(), rank.c.running, age.scalar_subquery())
    return select(rank.c.id, rank.c.priority).where(rank.c.priority.is_not(None)).order_by(*turn)


def oldest(*conditions: ColumnElement[bool]) -> Select[Job]:
    """Select and lock the oldest of the waiting jobs with the highest priority."""
    return (
        select(Job)
        .where(is_waiting(), *conditions)
        .order_by(Job.priority.desc(), Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
