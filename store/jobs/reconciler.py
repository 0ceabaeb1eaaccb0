"""The reconciler: jobs of dead workers and lost tokens put right; every step may be done twice, or by two at once."""

from dataclasses import dataclass, field

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from store.database.database import Database
from store.database.tables import Job
from store.jobs import events, failures
from store.jobs.outcomes import close_attempt, requeue
from store.jobs.scheduling import is_waiting
from store.jobs.submit import move
from store.redis.queue import Queue
from store.states import JobStatus, Phase, StopReason

SILENCE_SECONDS = 20.0
SPARE_TOKENS = 16  # more than jobs wait: a job may be written while they are counted
MOST_CRASHES = 3  # in a row, without a checkpoint in between: what gets ahead is no poison
REST_SECONDS = (0, 5)  # after the first crash and the second: an accident is made up for at once


@dataclass
class Watch:
    """What one reconciler has seen: for each job the fence and a counter, and since when they stand still."""

    seen: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    def stood(self, found: dict[str, tuple[int, int]], monotonic: float) -> list[tuple[str, int, int, float]]:
        """Return `(job, fence, counter, seconds)`: how long each has stood still by the caller's own clock."""
        self.seen = {
            job: (fence, count, self._since(job, fence, count, monotonic)) for job, (fence, count) in found.items()
        }
        return [(job, fence, count, monotonic - since) for job, (fence, count, since) in self.seen.items()]

    def silent(
        self, running: dict[str, tuple[int, int]], monotonic: float, silence: float
    ) -> list[tuple[str, int, int]]:
        """Return `(job, fence, counter)` of those whose counter stood still too long."""
        return [(job, fence, beat) for job, fence, beat, stood in self.stood(running, monotonic) if stood >= silence]

    def _since(self, job: str, fence: int, count: int, monotonic: float) -> float:
        before = self.seen.get(job)
        return before[2] if before is not None and before[:2] == (fence, count) else monotonic


def requeue_silent(
    database: Database,
    watch: Watch,
    monotonic: float,
    *,
    silence_seconds: float = SILENCE_SECONDS,
) -> list[str]:
    """Give jobs of dead or frozen workers back to the queue; a job that crashed three times fails."""
    with database.reading() as session:
        running = {
            row.id: (row.fence, row.heartbeat)
            for row in session.execute(select(Job.id, Job.fence, Job.heartbeat).where(Job.status == JobStatus.RUNNING))
        }
    lost = watch.silent(running, monotonic, silence_seconds)
    return [job_id for job_id, fence, beat in lost if give_back(database, job_id, fence, beat)]


def give_back(database: Database, job_id: str, fence: int, beat: int, *, cause: str = "worker_lost") -> bool:
    """Requeue, cancel or fail one job whose worker is gone, unless it spoke meanwhile; tell whether it was touched."""
    with database.transaction() as session:
        job = session.scalar(
            select(Job)
            .where(Job.id == job_id, Job.fence == fence, Job.heartbeat == beat, Job.status == JobStatus.RUNNING)
            .with_for_update(),
        )
        if job is None:
            return False
        job.crashes += 1
        if job.crashes >= MOST_CRASHES and not job.cancel_requested:
            set_aside(session, job, cause)
        else:
            requeue(session, job, cause=cause, rest_s=REST_SECONDS[min(job.crashes, len(REST_SECONDS)) - 1])
            job.phase = Phase.RECOVERING if job.status is JobStatus.QUEUED else job.phase
        job.fence += 1  # whoever still runs it is fenced, even if nobody claims it again soon
        return True


def set_aside(session: Session, job: Job, cause: str) -> None:
    """End a job that takes its workers along, with the cause of its last death."""
    job.error = failures.repeated_error(cause, job.crashes)
    close_attempt(session, job.id, job.fence, JobStatus.FAILED, cause)
    move(job, JobStatus.FAILED)
    job.stop_reason = StopReason.ERROR
    events.append(session, job, "job.failed", job.error["message"], job.error)


def wake_rested(database: Database, watch: Watch, monotonic: float) -> list[str]:
    """Let jobs be claimed again that have rested as long as they should, by the caller's own clock."""
    resting = (Job.status == JobStatus.QUEUED, Job.rest_s > 0)
    with database.reading() as session:
        found = {
            row.id: (row.fence, row.rest_s)
            for row in session.execute(select(Job.id, Job.fence, Job.rest_s).where(*resting))
        }
    rested = [(job, fence) for job, fence, rest_s, stood in watch.stood(found, monotonic) if stood >= rest_s]
    return [job for job, fence in rested if woken(database, job, fence)]


def woken(database: Database, job_id: str, fence: int) -> bool:
    """Let one resting job be claimed, unless something else happened to it."""
    awake = update(Job).where(Job.id == job_id, Job.fence == fence, Job.rest_s > 0).values(rest_s=0).returning(Job.id)
    with database.transaction() as session:
        return session.scalar(awake) is not None


def waiting_count(database: Database) -> int:
    """Count the jobs that wait for a worker."""
    with database.reading() as session:
        return session.scalar(select(func.count()).where(is_waiting())) or 0


def top_up(database: Database, queue: Queue, *, most: int) -> int:
    """Send the tokens that are missing for the waiting jobs, at most `most`; return how many were sent.

    Those of jobs that were cancelled, or taken by a worker that looked by itself, would pile up: far too many are cut.
    """
    length = queue.length()
    if length is None:
        return 0
    waiting = waiting_count(database)
    if length > waiting + SPARE_TOKENS:
        queue.shorten(waiting + SPARE_TOKENS)
    return sum(queue.send() for _ in range(max(0, min(waiting, most) - length)))
