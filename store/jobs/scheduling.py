"""Fair scheduling: the highest priority first, then the project with fewest running jobs, then the oldest job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from store.database.glances import Glance
from store.database.questions import Statement, Transaction, ask
from store.database.tables import Job, Project
from store.database.writing import Writing
from store.states import JobStatus


def is_waiting() -> ColumnElement[bool]:
    """Name the rows that may be claimed by literals: with parameters, SQLite would not use the index of only them."""
    queued = literal_column(f"'{JobStatus.QUEUED.value}'", Job.status.type)
    return and_(Job.status == queued, Job.rest_s == literal_column("0", Job.rest_s.type))


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


@dataclass(frozen=True)
class Queue:
    """The jobs that wait, as a new one finds them: how many there are, and both ends of their order by line and age."""

    length: int
    first: tuple[str, int] | None  # project and priority
    last: tuple[str, int] | None
    newest_of_last: str | None

    def place_of(self, job: Any) -> int | None:
        """Tell a new job's place; None where there are several lines, or younger ids: then it has to be looked up."""
        if self.length == 0:
            return 1
        is_only_line = self.first == self.last == _line_of(job)
        return self.length + 1 if is_only_line and str(self.newest_of_last) < job.id else None


def queue_before(session: Transaction) -> Queue:
    """Look at who waits before a job is written."""
    (found,) = ask(session, ENDS, {})
    if not found.length:
        return Queue(0, None, None, None)
    first, last = (found.first_project, found.first_priority), (found.last_project, found.last_priority)
    return Queue(found.length, first, last, found.newest)


def queue_position(session: Session | Glance | Writing, job: Any) -> int | None:
    """Tell a job's place in the line; see `queue_positions`."""
    return queue_positions(session, [job]).get(job.id)


def queue_positions(session: Session | Glance | Writing, jobs: Sequence[Any]) -> dict[str, int]:
    """Tell the places of jobs in the line, if no running job ends meanwhile: 1 is taken next; only those that may be.

    Each claim of a priority goes to the project with the fewest running jobs. So the n-th waiting job of a project
    that runs r jobs is taken at the level r + n, and of equal levels the oldest job first: jobs of a project with a
    long line are overtaken by those of others.
    """
    waiting = sorted((job for job in jobs if job.status is JobStatus.QUEUED and not job.rest_s), key=_line_of)
    places: dict[str, int] = {}
    for (project_id, priority), group in groupby(waiting, key=_line_of):
        lines = {line.project_id: line for line in session.execute(LINES, {"priority": priority})}
        if project_id not in lines:
            continue  # they were claimed since their rows were read
        own = lines.pop(project_id)
        members = sorted(group, key=lambda job: job.id)
        for job, ahead in zip(members, _ahead(session, members), strict=True):
            places[job.id] = 1 + ahead + own.higher + _overtaking(session, job, own.running + own.higher + ahead, lines)
    return places


def _line_of(job: Job) -> tuple[str, int]:
    return job.project_id, job.priority


def _ahead(session: Session | Glance | Writing, members: Sequence[Job]) -> list[int]:
    """Count for jobs of one line, oldest first, how many of it are taken before each."""
    line: dict[str, Any] = {"project_id": members[0].project_id, "priority": members[0].priority}
    first = session.scalar(OLDER, {**line, "id": members[0].id}) or 0
    if len(members) == 1:
        return [first]
    between = session.scalars(BETWEEN, {**line, "first": members[0].id, "last": members[-1].id})
    number = {id_: first + index for index, id_ in enumerate(between)}
    return [number.get(job.id, first) for job in members]


def _overtaking(session: Session | Glance | Writing, job: Job, level: int, others: Mapping[str, Any]) -> int:
    """Count the jobs of other projects that are taken before one at a level of its own project."""
    before = 0
    for project_id, line in others.items():
        sooner = level - line.running - line.higher  # how many of its jobs stand at lower levels
        before += line.higher + min(max(sooner, 0), line.same)
        if 0 <= sooner < line.same:
            before += is_older(session, job, project_id, sooner)
    return before


def _lines() -> Select[Any]:
    """Select how many jobs of each project wait with a priority, how many with a higher one, and how many run."""
    priority = bindparam("priority", type_=Job.priority.type)
    other = aliased(Job)
    running = select(func.count()).where(other.project_id == Job.project_id, other.status == JobStatus.RUNNING)
    same, higher = (func.sum(case((each, 1), else_=0)) for each in (Job.priority == priority, Job.priority > priority))
    counts = (same.label("same"), higher.label("higher"), running.scalar_subquery().label("running"))
    return select(Job.project_id, *counts).where(is_waiting(), Job.priority >= priority).group_by(Job.project_id)


def _one_line() -> ColumnElement[bool]:
    return and_(Job.project_id == bindparam("project_id"), Job.priority == bindparam("priority"), is_waiting())


def _ends() -> Statement:
    """Count the waiting jobs, and read the first and the last of their index: no statement passes over them twice."""

    def end(column: Any, *order: Any) -> Any:
        return select(column).where(is_waiting()).order_by(*order).limit(1).scalar_subquery()

    line = (Job.project_id, Job.priority, Job.id)
    back = [column.desc() for column in line]
    return select(
        select(func.count()).select_from(Job).where(is_waiting()).scalar_subquery().label("length"),
        end(Job.project_id, *line).label("first_project"),
        end(Job.priority, *line).label("first_priority"),
        end(Job.project_id, *back).label("last_project"),
        end(Job.priority, *back).label("last_priority"),
        end(Job.id, *back).label("newest"),
    )


# Written once: SQLAlchemy takes longer to build a statement than SQLite to answer it.
LINES = _lines()
ENDS = _ends()
OLDER = select(func.count()).where(_one_line(), Job.id < bindparam("id"))
BETWEEN = select(Job.id).where(_one_line(), Job.id.between(bindparam("first"), bindparam("last"))).order_by(Job.id)


def is_older(session: Session | Glance | Writing, job: Job, project_id: str, place: int) -> bool:
    """Tell whether the job at a place of another project's line, counted from 0, is older than this one."""
    line = select(Job.id).where(is_waiting(), Job.project_id == project_id, Job.priority == job.priority)
    other = session.scalar(line.order_by(Job.id).offset(place).limit(1))
    return other is not None and other < job.id
