"""A project with few jobs behind another's many: by how many of theirs each of its own is held up."""

import statistics
from collections.abc import Callable
from typing import Any

from store.database.database import Database
from store.database.tables import Job
from store.jobs.claims import take
from tests.faults.lives import hurry
from tests.store.samples import add_jobs, add_project, finish

SHORT, LONG, WORKERS = (45, 5), (180, 20), 4


def served(database: Database, ours: set[str]) -> list[int]:
    """Let workers take and finish what waits, each in its turn; give the places at which ours were begun."""
    places, held, begun = [], [], 0
    while (claim := take(database, "wrk_a")) is not None:
        begun += 1
        if claim.job_id in ours:
            places.append(begun)
        held.append(claim)
        if len(held) == WORKERS:
            finish(database, held.pop(0), weights=claim.job_id.encode())
    return places


def test_twenty_jobs_do_not_wait_for_a_hundred_and_eighty(
    database: Database, note: Callable[..., Any], *, is_long: bool
) -> None:
    """Each claim goes to the project with the fewest running jobs: two projects share the workers half and half."""
    theirs, few = LONG if is_long else SHORT
    hurry(database)
    large, small = add_project(database, "large"), add_project(database, "small")
    add_jobs(database, theirs, project_id=large)
    ours = set(add_jobs(database, few, project_id=small))

    places = served(database, ours)

    assert len(places) == few
    assert places[-1] <= 2 * few + WORKERS  # in one line behind theirs it would be the sum of both
    assert all(place <= 2 * number + WORKERS for number, place in enumerate(places, start=1))
    note(ours_begun_at=f"median place {statistics.median(places):g}, last {places[-1]} of {theirs + few}")


def test_no_project_is_left_out_for_ever(database: Database, note: Callable[..., Any]) -> None:
    """Somebody who keeps ordering does not keep those away who came before."""
    hurry(database)
    busy, patient = add_project(database, "busy"), add_project(database, "patient")
    add_jobs(database, 5, project_id=busy)
    ours = set(add_jobs(database, 5, project_id=patient))
    begun: list[str] = []

    while ours - set(begun):
        add_jobs(database, 2, project_id=busy)
        claim = take(database, "wrk_a")
        assert claim is not None
        begun.append(claim.job_id)
        with database.reading() as session:
            assert session.get_one(Job, claim.job_id).status == "running"
        finish(database, claim, weights=claim.job_id.encode())
        assert len(begun) <= 2 * 10

    note(claims_until_all_five_ran=len(begun))
