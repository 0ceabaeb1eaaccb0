"""What is put into a row comes back as it was, and nonsense is refused by the database itself."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from store import ids
from store.database.database import Database
from store.database.tables import Dataset, Job, Key, Metric, Project, Table
from store.states import JobStatus, Phase
from tests.store.samples import add_dataset, add_jobs, claimed, read


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    """A naive time would be read as local by whoever shows it."""
    there = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with database.transaction() as session:
        session.add(Project(id="prj_x", name="x", created_at=there))

    with database.reading() as session:
        found = session.get_one(Project, "prj_x").created_at

    assert found == there
    assert found.tzinfo is UTC


def test_a_naive_time_is_refused(database: Database) -> None:
    """Guessing its zone would be wrong on half of all machines."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  # the fault that is looked for

    with pytest.raises(StatementError, match="without a zone"), database.transaction() as session:
        session.add(Project(id="prj_x", name="x", created_at=naive))


def test_words_come_back_as_words_of_their_enum(database: Database) -> None:
    """A bare string would slip through every comparison by identity."""
    job = read(database, add_jobs(database)[0])

    assert job.status is JobStatus.QUEUED
    assert job.phase is Phase.WAITING


def test_an_unknown_status_is_refused_by_the_database(database: Database) -> None:
    """Whatever writes past our code must not invent statuses."""
    add_jobs(database)

    with pytest.raises(IntegrityError, match="ck_jobs_status"), database.transaction() as session:
        session.execute(text("UPDATE jobs SET status = 'lost'"))


def test_a_row_cannot_refer_to_nothing(database: Database) -> None:
    """SQLite checks foreign keys only when told to, on every connection."""
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(insert(Key).values(id="key_x", project_id="prj_none", name="x", prefix="x", digest="x"))


def test_what_is_no_json_is_refused(database: Database) -> None:
    """PostgreSQL would raise at NaN, SQLite would keep what no client can read."""
    claim = claimed(database)

    with pytest.raises((StatementError, ValueError), match="not JSON compliant"), database.transaction() as session:
        session.add(Metric(job_id=claim.job_id, epoch=1, step=1, fence=1, values={"loss": float("nan")}))


def test_documents_keep_their_order(database: Database) -> None:
    """A spec is shown to people as it was written."""
    (job_id,) = add_jobs(database, given={"b": 1, "a": [None, True, 0.1, "é\u2028"]})

    assert list(read(database, job_id).given.items()) == [("b", 1), ("a", [None, True, 0.1, "é\u2028"])]


def test_an_update_moves_the_time_of_change(database: Database) -> None:
    """ETags are made of it."""
    (job_id,) = add_jobs(database)
    before = read(database, job_id).updated_at

    with database.transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(name="new"))

    assert read(database, job_id).updated_at > before


def test_equal_bytes_are_one_dataset_of_a_project(database: Database) -> None:
    """Two uploads at once must not make two datasets of the same file."""
    dataset_id = add_dataset(database)
    with database.reading() as session:
        row = session.get_one(Dataset, dataset_id)
    again = {name: getattr(row, name) for name in Dataset.__table__.c.keys()} | {"id": ids.new("dataset")}  # noqa: SIM118

    with pytest.raises(IntegrityError, match="digest"), database.transaction() as session:
        session.add(Dataset(**again))


def test_every_constraint_has_a_name() -> None:
    """A migration can only change what it can name."""
    unnamed = [
        (table.name, type(constraint).__name__)
        for table in Table.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]

    assert unnamed == []
