"""Statuses and phases of a job, and the table of legal moves."""

from enum import StrEnum

from store.errors import IllegalMove


class JobStatus(StrEnum):
    """A small closed set; the detail is in the phase."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """What is being done right now."""

    WAITING = "waiting"
    LOADING = "loading"
    CHECKING = "checking"
    TRAINING = "training"
    EVALUATING = "evaluating"
    SAVING = "saving"
    PAUSING = "pausing"
    CANCELLING = "cancelling"
    RECOVERING = "recovering"
    FINISHED = "finished"


class StopReason(StrEnum):
    """Why a job ended."""

    COMPLETED = "completed"
    EARLY_STOPPED = "early_stopped"
    MAX_TIME = "max_time"
    USER = "user"
    DIVERGED = "diverged"
    ERROR = "error"


class CheckpointKind(StrEnum):
    """Why a checkpoint is kept."""

    LATEST = "latest"
    BEST = "best"
    PINNED = "pinned"


MOVES: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.PAUSED, JobStatus.CANCELLED, JobStatus.FAILED}),
    JobStatus.RUNNING: frozenset(
        {JobStatus.QUEUED, JobStatus.PAUSED, JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED},
    ),
    JobStatus.PAUSED: frozenset({JobStatus.QUEUED, JobStatus.CANCELLED}),
    JobStatus.SUCCEEDED: frozenset(),
    JobStatus.FAILED: frozenset(),
    JobStatus.CANCELLED: frozenset(),
}


def is_final(status: JobStatus) -> bool:
    """Tell whether nothing more will happen to a job with this status."""
    return not MOVES[status]


FINAL = frozenset(status for status in JobStatus if is_final(status))
"""Their words are equal to them, also as they stand in a row."""


def check_move(before: JobStatus, after: JobStatus) -> None:
    """Refuse a move that the table does not know."""
    if after not in MOVES[before]:
        raise IllegalMove(f"A job cannot go from {before} to {after}.")
