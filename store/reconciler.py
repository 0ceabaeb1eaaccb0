"""Setting right what dead workers and lost tokens left behind; every step may be done twice, or by two at once."""

from dataclasses import dataclass, field

from sqlalchemy import func, select

from store import events
from store.database import Database
from store.fairness import is_waiting
from store.jobs import move
from store.queue import Queue
from store.states import JobStatus, Phase, StopReason
from store.tables import Job
from store.verdicts import close_attempt, requeue

SILENCE_SECONDS = 20.0
MOST_CRASHES = 3


@dataclass
class Watch:
    """What one reconciler has seen: for each running job the fence and counter, and since when they stand still."""

    seen: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    def silent(
        self, running: dict[str, tuple[int, int]], monotonic: float, silence: float
    ) -> list[tuple[str, int, int]]:
        """Return `(job, fence, counter)` of those whose counter stood still too long by the caller's own clock."""
        self.seen = {
            job: (fence, beat, self._since(job, fence, beat, monotonic)) for job, (fence, beat) in running.items()
        }
        return [(job, fence, beat) for job, (fence, beat, since) in self.seen.items() if monotonic - since >= silence]

    def _since(self, job: str, fence: int, beat: int, monotonic: float) -> float:
        before = self.seen.get(job)
        return before[2] if before is not None and before[:2] == (fence, beat) else monotonic


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


def give_back(database: Database, job_id: str, fence: int, beat: int) -> bool:
    """Requeue, cancel or fail one silent job, unless it spoke meanwhile; tell whether it was touched."""
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
            job.error = {
                "code": "job.worker_lost",
                "message": f"The worker was lost {job.crashes} times while it ran this job.",
                "hint": "If memory ran out, use a smaller network or batch.",
            }
            close_attempt(session, job.id, job.fence, JobStatus.FAILED, "worker_lost")
            move(job, JobStatus.FAILED)
            job.stop_reason = StopReason.ERROR
            events.append(session, job, "job.failed", job.error["message"], job.error)
        else:
            requeue(session, job, cause="worker_lost")
            job.phase = Phase.RECOVERING if job.status is JobStatus.QUEUED else job.phase
        job.fence += 1  # whoever still runs it is fenced, even if nobody claims it again soon
        return True


def waiting_count(database: Database) -> int:
    """Count the jobs that wait for a worker."""
    with database.reading() as session:
        return session.scalar(select(func.count()).where(is_waiting())) or 0


def top_up(database: Database, queue: Queue, *, most: int) -> int:
    """Send the tokens that are missing for the waiting jobs, at most `most`; return how many were sent."""
    length = queue.length()
    if length is None:
        return 0
    missing = min(waiting_count(database), most) - length
    return sum(queue.send() for _ in range(max(0, missing)))
