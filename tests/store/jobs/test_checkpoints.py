"""Checkpoints: written under a claim with the history before them, two generations kept, damage told."""

import io
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from store.blobs.blobs import Blobs
from store.database.database import Database
from store.database.tables import Blob, BlobChunk, Checkpoint, Event, Job, Metric
from store.errors import BlobCorrupt, Fenced
from store.jobs import checkpoints, claims, submit
from store.jobs.checkpoints import CheckpointFacts
from store.jobs.claims import Claim, take
from store.jobs.reconciler import give_back
from store.states import CheckpointKind
from tests.store.samples import claimed, finish, read

AT = CheckpointFacts(
    step=10, epoch=1, is_best=False, facts={"best": {"value": 0.5}, "latest": None}, environment={"a": 1}
)


def row(epoch: int) -> dict[str, Any]:
    """Describe an epoch's metrics."""
    return {"epoch": epoch, "step": 10 * epoch, "values": {"loss": 1 / epoch}}


def save(database: Database, claim: Claim, number: int, *, is_best: bool = False, **more: Any) -> str:
    """Write a checkpoint with bytes of its own."""
    position = replace(AT, step=10 * number, epoch=number, is_best=is_best)
    return checkpoints.save(database, Blobs(database), claim, io.BytesIO(b"%d" % number), position=position, **more)


def kept(database: Database, claim: Claim) -> list[int]:
    """Give the steps of a job's checkpoints, the newest first."""
    with database.reading() as session:
        return [found.step for found in checkpoints.newest(session, claim.job_id)]


def blobs_of(database: Database) -> int:
    """Count the blobs beside the dataset's."""
    with database.reading() as session:
        return (session.scalar(select(func.count()).select_from(Blob)) or 0) - 1


def test_two_generations_stay_and_older_bytes_go(database: Database) -> None:
    """One to go on from, one to fall back to; a job that trains for days must not fill the disk."""
    claim = claimed(database)

    for number in (1, 2, 3, 4):
        save(database, claim, number)

    assert kept(database, claim) == [40, 30]
    assert blobs_of(database) == 2
    assert Blobs(database).read(newest(database, claim).digest) == b"4"


def newest(database: Database, claim: Claim) -> Checkpoint:
    """Read the newest checkpoint."""
    with database.reading() as session:
        found = checkpoints.latest(session, claim.job_id)
    assert found is not None
    return found


def test_the_best_and_the_pinned_stay(database: Database) -> None:
    """What somebody asked to keep, and the best so far, outlive the generations."""
    claim = claimed(database)
    pinned = save(database, claim, 1)
    with database.transaction() as session:
        session.get_one(Checkpoint, pinned).kind = CheckpointKind.PINNED

    save(database, claim, 2, is_best=True)
    save(database, claim, 3, is_best=True)
    for number in (4, 5, 6):
        save(database, claim, number)

    assert kept(database, claim) == [60, 50, 30, 10]


def test_a_checkpoint_brings_the_rows_before_it(database: Database) -> None:
    """A death right after it must leave no hole in the history."""
    claim = claimed(database)

    save(database, claim, 2, metrics=[row(1), row(2)])

    with database.reading() as session:
        assert session.scalars(select(Metric.epoch)).all() == [1, 2]


def test_a_lost_claim_writes_no_checkpoint(database: Database) -> None:
    """A zombie's state would be gone on from by its successor."""
    claim = claimed(database)
    give_back(database, claim.job_id, claim.fence, 0)

    with pytest.raises(Fenced):
        save(database, claim, 1, metrics=[row(1)])

    assert kept(database, claim) == []
    assert blobs_of(database) == 0


def test_an_attempt_begins_where_its_checkpoint_stands(database: Database) -> None:
    """Rows behind it are measured again, rows before it stay: each epoch has one."""
    claim = claimed(database)
    save(database, claim, 2, metrics=[row(1), row(2)])
    claims.record_metrics(database, claim, [row(3)])
    give_back(database, claim.job_id, claim.fence, 0)
    successor = take(database, "wrk_b")
    assert successor is not None

    checkpoints.rewind(database, successor, newest(database, claim), environment={"a": 2}, changed=["a"])

    job = read(database, claim.job_id)
    with database.reading() as session:
        assert session.scalars(select(Metric.epoch)).all() == [1, 2]
        told = session.scalars(select(Event).where(Event.type == "job.resumed")).one()
    assert (job.step, job.epoch, job.best) == (20, 2, {"value": 0.5})
    assert told.data is not None
    assert (told.data["step"], told.data["environment_changed"]) == (20, ["a"])
    assert [warning["code"] for warning in job.warnings] == ["job.environment_changed"]


def test_a_damaged_checkpoint_is_told_and_forgotten(database: Database) -> None:
    """Its bytes too: the same state, saved again, would otherwise be taken for stored."""
    claim = claimed(database)
    save(database, claim, 1)
    save(database, claim, 2)
    damaged = newest(database, claim)
    with database.transaction() as session:
        session.execute(update(BlobChunk).where(BlobChunk.digest == damaged.digest).values(data=b"x"))
    with pytest.raises(BlobCorrupt):
        Blobs(database).read(damaged.digest)

    checkpoints.report_damage(database, claim, damaged, "torn")
    save(database, claim, 2)

    assert kept(database, claim) == [20, 10]
    Blobs(database).verify(damaged.digest)
    with database.reading() as session:
        assert "checkpoint.damaged" in session.scalars(select(Event.type)).all()


def test_a_checkpoint_is_a_sign_of_life(database: Database) -> None:
    """Only crashes without any progress in between make a poison job."""
    claim = claimed(database)
    give_back(database, claim.job_id, claim.fence, 0)
    successor = take(database, "wrk_b")
    assert successor is not None

    save(database, successor, 1)

    assert read(database, claim.job_id).crashes == 0


def test_a_deleted_job_takes_its_checkpoints_along(database: Database) -> None:
    """Bytes that nobody can ask for are rubbish."""
    claim = claimed(database)
    save(database, claim, 1)
    finish(database, claim)

    with database.transaction() as session:
        submit.delete(session, session.get_one(Job, claim.job_id))

    assert kept(database, claim) == []
    assert blobs_of(database) == 1  # the model's
