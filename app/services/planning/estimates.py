"""Quotes and what became of them: what the next quote is made from, and how good the past ones were."""

import statistics
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import specs
from app.views.estimate import judged
from specs.estimates import Judgement
from specs.estimates.past_trainings import OUTSIDE
from store import Store, workers
from store.database.tables import Job
from store.states import JobStatus

View = dict[str, Any]
LATEST = 100  # finished jobs: as the machine is used now


def known(store: Store) -> tuple[list[specs.Calibration], specs.PastTrainings]:
    """Return what the workers measured, and how long the latest jobs of all projects took."""
    with store.database.reading() as session:
        told = [worker.calibration for worker in workers.listed(session) if worker.calibration]
        latest = judgements(session)
    return [specs.Calibration.from_json(each) for each in told], specs.PastTrainings([each.past for each in latest])


def accuracy(store: Store, project_id: str) -> View:
    """Tell how many of a project's latest quotes were right."""
    with store.database.reading() as session:
        found = judgements(session, project_id)
    measured = [each for each in found if each.memory_bytes]
    return {
        "object": "estimates_accuracy",
        "jobs": len(found),
        "inside_share": _share([each.is_inside for each in found]),
        "wanted_share": 1 - 2 * OUTSIDE,
        "median_ratio": _median([each.duration_s / each.expected_s for each in found if each.expected_s]),
        "median_width": _median([each.high_s / each.low_s for each in found if each.low_s]),
        "memory_jobs": len(measured),
        "memory_near_share": _share([bool(each.is_memory_near) for each in measured]),
        "memory_median_ratio": _median([(each.memory_bytes or 0) / each.quoted_memory_bytes for each in measured]),
    }


def judgements(session: Session, project_id: str | None = None) -> list[Judgement]:
    """Judge the latest quotes, newest first: of jobs that succeeded at their first attempt, from the start on."""
    query = select(Job.estimate, Job.actual).where(
        Job.status == JobStatus.SUCCEEDED, Job.attempts == 1, Job.actual.is_not(None), Job.estimate.is_not(None)
    )
    if project_id is not None:
        query = query.where(Job.project_id == project_id)
    rows = session.execute(query.order_by(Job.id.desc()).limit(LATEST))
    found = [judged(estimate, actual) for estimate, actual in rows]
    return [each for each in found if each is not None and each.reckoned_s > 0 and each.duration_s > 0]


def _share(claims: Sequence[bool]) -> float | None:
    return round(sum(claims) / len(claims), 4) if claims else None


def _median(numbers: Sequence[float]) -> float | None:
    return round(statistics.median(numbers), 4) if numbers else None
