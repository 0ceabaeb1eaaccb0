"""A waiting job's place in the line, by the rule by which jobs are claimed, if no running job ends meanwhile."""

from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from store.fairness import is_waiting
from store.states import JobStatus
from store.tables import Job


def position(session: Session, job: Job) -> int | None:
    """Tell a job's place in the line, 1 for the one that is taken next; None unless it may be taken.

    Each claim of a priority goes to the project with the fewest running jobs. So the n-th waiting job of a project
    that runs r jobs is taken at the level r + n, and of equal levels the oldest job first: jobs of a project with a
    long line are overtaken by those of others.
    """
    if job.status is not JobStatus.QUEUED or job.rest_s:
        return None
    lines = {line.project_id: line for line in session.execute(in_line(job.priority))}
    if job.project_id not in lines:
        return None  # it was claimed since its row was read
    runs, own = running(session), lines.pop(job.project_id)
    ahead = count_older(session, job)
    level = runs.get(job.project_id, 0) + own.higher + ahead
    before: int = ahead + own.higher
    for project_id, line in lines.items():
        sooner = level - runs.get(project_id, 0) - line.higher  # how many of its jobs stand at lower levels
        before += line.higher + min(max(sooner, 0), line.same)
        if 0 <= sooner < line.same:
            before += is_older(session, job, project_id, sooner)
    return before + 1


def in_line(priority: int) -> Any:
    """Select how many jobs of each project wait with this priority, and how many with a higher one."""
    same, higher = (func.sum(case((condition, 1), else_=0)) for condition in _conditions(priority))
    waiting = select(Job.project_id, same.label("same"), higher.label("higher"))
    return waiting.where(is_waiting(), Job.priority >= priority).group_by(Job.project_id)


def _conditions(priority: int) -> tuple[Any, Any]:
    return Job.priority == priority, Job.priority > priority


def running(session: Session) -> dict[str, int]:
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
