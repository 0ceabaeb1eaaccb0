"""Fair scheduling: the highest priority first, then the project with fewest running jobs, then the oldest job."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session

from store.database.tables import Job, Project
from store.states import JobStatus


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


def queue_position(session: Session, job: Job) -> int | None:
    """Tell a job's place in the line, if no running job ends meanwhile: 1 is taken next; None unless it may be taken.

    Each claim of a priority goes to the project with the fewest running jobs. So the n-th waiting job of a project
    that runs r jobs is taken at the level r + n, and of equal levels the oldest job first: jobs of a project with a
    long line are overtaken by those of others.
    """
    if job.status is not JobStatus.QUEUED or job.rest_s:
        return None
    lines = {line.project_id: line for line in session.execute(waiting_by_project(job.priority))}
    if job.project_id not in lines:
        return None  # it was claimed since its row was read
    runs, own = running_by_project(session), lines.pop(job.project_id)
    ahead = count_older(session, job)
    level = runs.get(job.project_id, 0) + own.higher + ahead
    before: int = ahead + own.higher
    for project_id, line in lines.items():
        sooner = level - runs.get(project_id, 0) - line.higher  # how many of its jobs stand at lower levels
        before += line.higher + min(max(sooner, 0), line.same)
        if 0 <= sooner < line.same:
            before += is_older(session, job, project_id, sooner)
    return before + 1


def waiting_by_project(priority: int) -> Any:
    """Select how many jobs of each project wait with this priority, and how many with a higher one."""
    same, higher = (func.sum(case((condition, 1), else_=0)) for condition in _conditions(priority))
    waiting = select(Job.project_id, same.label("same"), higher.label("higher"))
    return waiting.where(is_waiting(), Job.priority >= priority).group_by(Job.project_id)


def _conditions(priority: int) -> tuple[Any, Any]:
    return Job.priority == priority, Job.priority > priority


def running_by_project(session: Session) -> dict[str, int]:
    """Count the running jobs of each project."""
    query = select(Job.project_id, func.count()).where(Job.status == JobStatus.RUNNING).group_by(Job.project_id)
    return {project_id: count for project_id, count in session.execute(query).all()}  # noqa: C416  # mypy knows its parts


def count_older(session: Session, job: Job) -> int:
    """Count the jobs of the same project and priority that are taken first."""
    older = (Job.project_id == job.project_id, Job.priority == job.priority, Job.id < job.id)
    return session.scalar(select(func.count()).where(is_waiting(), *older)) or 0


def is_older(session: Session, job: Job, project_id: str, place: int) -> bool:
    """Tell whether the job at a place of another project's line, counted from 0, is older than this one."""
    line = select(Job.id).where(is_waiting(), Job.project_id == project_id, Job.priority == job.priority)
    other = session.scalar(line.order_by(Job.id).offset(place).limit(1))
    return other is not None and other < job.id
