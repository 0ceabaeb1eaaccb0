"""A job moves along the table of moves and no other way."""

import itertools

import pytest

from store import states
from store.database.tables import Job
from store.errors import IllegalMove
from store.jobs import submit
from store.states import MOVES, JobStatus

FINAL = {JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(JobStatus, JobStatus)))
def test_only_legal_moves_are_made(before: JobStatus, after: JobStatus) -> None:
    """A finished job that runs again would overwrite its result."""
    job = Job(status=before)

    if after in MOVES[before]:
        submit.move(job, after)
        assert job.status is after
    else:
        with pytest.raises(IllegalMove, match=f"from {before} to {after}"):
            submit.move(job, after)
        assert job.status is before


def test_the_final_statuses_are_those_three() -> None:
    """`done` is made of this."""
    assert {status for status in JobStatus if states.is_final(status)} == FINAL


def test_every_status_can_be_reached_and_left_for_an_end() -> None:
    """A status without a way out would hold a job for ever."""
    reached, edge = set(), {JobStatus.QUEUED}
    while edge:
        reached |= edge
        edge = {after for before in edge for after in MOVES[before]} - reached

    assert reached == set(JobStatus)
    assert all(MOVES[status] & FINAL for status in set(JobStatus) - FINAL)
