"""The place in the line that is shown is the order in which jobs are taken."""

import random

import pytest

from store.database.database import Database
from store.database.tables import Job
from store.jobs import control
from store.jobs.claims import take
from store.jobs.scheduling import queue_position
from tests.store.samples import add_jobs, add_project, take_all


def positions(database: Database, ids: list[str]) -> dict[str, int | None]:
    """Read the place of each job."""
    with database.reading() as session:
        return {id_: queue_position(session, session.get_one(Job, id_)) for id_ in ids}


@pytest.mark.parametrize("seed", range(6))
def test_the_line_is_the_order_of_claims(database: Database, database_url: str, seed: int) -> None:
    """Projects with lines of any length, priorities, and jobs that run already: as predicted, so taken."""
    chance = random.Random(seed)  # noqa: S311
    projects = [add_project(database, name) for name in "abcd"[: chance.randrange(1, 5)]]
    ids: list[str] = []
    for _ in range(30):
        project = chance.choice([projects[0], projects[0], *projects])
        ids += add_jobs(database, project_id=project, priority=chance.choice([0, 0, 0, 5]))
    for _ in range(chance.randrange(6)):
        claim = take(database, "wrk_a")
        assert claim is not None
        ids.remove(claim.job_id)

    expected = positions(database, ids)

    taken = take_all(database_url, "wrk_b")
    assert {id_: place for place, id_ in enumerate(taken, start=1)} == expected


def test_the_twentieth_behind_somebodys_180_is_not_the_200th(database: Database) -> None:
    """What is shown must not frighten those whom the queue serves fairly."""
    large, small = (add_project(database, name) for name in ("large", "small"))
    theirs = add_jobs(database, 180, project_id=large)
    ours = add_jobs(database, 20, project_id=small)

    place = positions(database, [theirs[0], ours[0], ours[19], theirs[179]])

    assert list(place.values()) == [1, 2, 40, 200]


def test_what_cannot_be_taken_has_no_place(database: Database) -> None:
    """Running, paused and resting jobs stand in no line."""
    running, paused, resting = add_jobs(database, 3)
    take(database, "wrk_a")
    with database.transaction() as session:
        control.pause(session, session.get_one(Job, paused))
        session.get_one(Job, resting).rest_s = 5

    assert positions(database, [running, paused, resting]) == {running: None, paused: None, resting: None}


def test_a_job_that_is_claimed_between_two_looks_has_no_place(database: Database) -> None:
    """Its row was read as queued, and the line is read a moment later: on PostgreSQL the two may differ."""
    (job_id,) = add_jobs(database)
    with database.reading() as session:
        job = session.get_one(Job, job_id)
        session.expunge(job)
    take(database, "wrk_a")

    with database.reading() as session:
        place = queue_position(session, job)

    assert place is None
