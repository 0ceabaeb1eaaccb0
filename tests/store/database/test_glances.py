"""Glances tell the same as sessions, and get over a server that was restarted."""

from datetime import UTC

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from store.clock import now
from store.database import rows
from store.database.database import Database
from store.database.tables import DEFAULT_PROJECT, Job
from store.states import JobStatus
from tests.store.samples import add_jobs

NAMES = tuple(each.key for each in Job.__mapper__.column_attrs)


def test_a_glance_reads_what_a_session_reads(database: Database) -> None:
    """Times with their zone, words of enums, truth values, documents, and nothing where there is nothing."""
    (job_id,) = add_jobs(database)
    filled = {"best": {"value": 0.1, "é": [None, True]}, "tags": ["a"], "started_at": now(), "pause_requested": True}
    with database.transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(**filled, status=JobStatus.PAUSED))

    with database.glancing() as glance:
        seen = rows.glimpse(glance, Job, NAMES, job_id, DEFAULT_PROJECT).read()

    with database.reading() as session:
        job = rows.find(session, Job, job_id, DEFAULT_PROJECT)
        assert {name: getattr(seen, name) for name in NAMES} == {name: getattr(job, name) for name in NAMES}
    assert (type(seen.status), type(seen.pause_requested), seen.started_at.tzinfo) == (JobStatus, bool, UTC)


def test_a_glance_sees_what_was_just_committed(database: Database) -> None:
    """No snapshot stays open on a connection that is used again."""
    (job_id,) = add_jobs(database)
    names = [None, "first", "second"]
    seen = []

    for name in names:
        with database.transaction() as session:
            session.execute(update(Job).where(Job.id == job_id).values(name=name))
        with database.glancing() as glance:
            seen.append(rows.glimpse(glance, Job, ("name",), job_id, DEFAULT_PROJECT).told("name"))

    assert seen == names


def test_values_within_a_statement_are_asked_as_well(database: Database) -> None:
    """Not every statement has all its values from outside."""
    first, second = add_jobs(database, 2)

    with database.glancing() as glance:
        found = glance.scalars(select(Job.id).where(Job.status == JobStatus.QUEUED, Job.id != first))

    assert found == [second]


def test_wrong_sql_is_no_outage(database: Database) -> None:
    """A fault of ours must not be answered as a database that is away."""
    with pytest.raises(DBAPIError, match="no_such_column"), database.glancing() as glance:
        glance.execute(select(text("no_such_column")).select_from(Job))


def test_a_connection_that_died_idle_is_replaced(database: Database) -> None:
    """A server that was restarted costs a connection, not an error."""
    (job_id,) = add_jobs(database)
    with database.glancing() as glance:
        rows.glimpse(glance, Job, ("id",), job_id, DEFAULT_PROJECT)
        driver = glance._connection.dbapi_connection
    driver.close()

    with database.glancing() as glance:
        seen = rows.glimpse(glance, Job, ("id",), job_id, DEFAULT_PROJECT)

    assert seen.told("id") == job_id


def test_pages_of_glimpses_hold_still(database: Database) -> None:
    """Their cursors are those of sessions."""
    added = add_jobs(database, 5)
    seen: list[str] = []
    after = None

    while True:
        with database.glancing() as glance:
            query = rows.listing(Job, ("id",), [], is_first=after is None)
            page = rows.glimpses(glance, query, Job, {"project_id": DEFAULT_PROJECT}, limit=2, after=after)
        seen += [each.told("id") for each in page.rows]
        if not page.has_more:
            break
        after = page.next_cursor

    assert seen == sorted(added, reverse=True)


def test_a_row_is_looked_up_by_its_id_however_small_the_table_is(database: Database) -> None:
    """A connection keeps its plan: made for one row, it must still be right for ten thousand of the same project."""
    (job_id,) = add_jobs(database)
    explain = "EXPLAIN QUERY PLAN" if database.dialect == "sqlite" else "EXPLAIN"

    with database.glancing() as glance:
        question = glance.question(rows.some(Job, ("name",)))
        cursor = glance._connection.cursor()
        cursor.execute(f"{explain} {question.text}", question.arguments({"id": job_id, "project_id": DEFAULT_PROJECT}))
        plan = str(cursor.fetchall())

    assert ("(id=?)" if database.dialect == "sqlite" else "Index Scan using pk_jobs") in plan
