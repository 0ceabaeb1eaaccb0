"""The place in the line that is shown is the order in which jobs are taken."""

import random

import pytest

from store.database.database import Database
from store.database.tables import Job
from store.jobs import control
from store.jobs.claims import take
from store.jobs.scheduling import queue_before, queue_position
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


@pytest.mark.parametrize(
    "before", [[], [(0, 3)], [(0, 2), (4, 1)], [(3, 2)]], ids=["nobody", "one line", "two", "urgent"]
)
def test_a_new_job_is_told_the_place_that_it_takes(database: Database, before: list[tuple[int, int]]) -> None:
    """Worked out before it is written where the line is simple; else left to be looked up."""
    for priority, count in before:
        add_jobs(database, count, priority=priority)
    with database.transaction() as session:
        queue = queue_before(session)

    (new,) = add_jobs(database)

    assert queue.length == sum(count for _, count in before)
    with database.reading() as session:
        job = session.get_one(Job, new)
        assert (queue.place_of(job) or queue_position(session, job)) == queue_position(session, job)
        assert (queue.place_of(job) is None) == any(priority for priority, _ in before)


def test_the_place_among_other_projects_is_looked_up(database: Database) -> None:
    """Whose turn it is depends on what they run."""
    add_jobs(database, 2, project_id=add_project(database, "other"))
    with database.transaction() as session:
        queue = queue_before(session)

    (new,) = add_jobs(database)

    with database.reading() as session:
        assert queue.place_of(session.get_one(Job, new)) is None


def test_the_place_behind_a_younger_id_is_looked_up(database: Database) -> None:
    """Clocks of two machines differ: then the last who came is not the last in line."""
    (new, *_) = add_jobs(database, 2)
    with database.transaction() as session:
        queue = queue_before(session)

    with database.reading() as session:
        assert queue.place_of(session.get_one(Job, new)) is None
