"""Packed documents: small, read whatever version wrote them, and told when damaged."""

import hashlib
import json

import numpy as np
import pytest
from sqlalchemy import text

from store.database import migrations, packing
from store.database.database import Database
from store.database.tables import Job, JobTag
from tests.store.samples import add_jobs

WORDS_DIGEST = "1bbcb2464b887b16d532ad5d741ecca0227d89f32494326a8e32fc39a4020ae8"
SPEC = {"training": {"epochs": 3}, "name": "Ünïcödé 💩"}


def test_the_words_stay_the_same() -> None:
    """Everything that was ever packed is read with them: a change of one byte would lose it all."""
    assert hashlib.sha256(packing.WORDS.read_bytes()).hexdigest() == WORDS_DIGEST


@pytest.mark.parametrize("data", [b"", b"{}", json.dumps(SPEC).encode(), np.random.default_rng(1).bytes(70_000)])
def test_what_is_packed_comes_out(data: bytes) -> None:
    """Whatever it is; what says that it is longer than it may be is not read to its end."""
    packed = packing.pack(data)

    assert packing.unpack(packed) == packing.unpack(packed, most=max(1, len(data))) == data
    if len(data) > 1:
        with pytest.raises(ValueError, match="end is missing"):
            packing.unpack(packed, most=len(data) - 1)


def test_damage_is_told() -> None:
    """A flipped bit or a lost end gives no other document."""
    packed = packing.pack(json.dumps(SPEC).encode())

    for damaged in (packed[:-3], packed[:9] + bytes([packed[9] ^ 4]) + packed[10:]):
        with pytest.raises(ValueError, match="damaged"):
            packing.unpack(damaged)


def test_an_older_database_is_read_and_a_newer_one_goes_back(database: Database) -> None:
    """Text stays text until it is written anew; going back unpacks. Conditions, indexes and tags come along."""
    changes = {"given": SPEC, "provenance": {"/a": SPEC}, "tags": ["b", "a", "b"]}
    (job_id,) = add_jobs(database, **changes)

    migrations.downgrade(database, "0009")
    with database.engine.connect() as connection:
        row = connection.execute(text("SELECT given, provenance, tags FROM jobs")).one()
        as_text = [json.loads(each) if isinstance(each, str) else each for each in row]
    migrations.migrate(database)

    with database.transaction() as session:
        job = session.get_one(Job, job_id)
        seen = (job.given, job.provenance, {tag.tag for tag in session.query(JobTag)})
        if database.dialect == "sqlite":
            made = " ".join(session.scalars(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")))
            assert "ck_jobs_status" in made
            assert made.count("WHERE status = 'queued' AND rest_s = 0") == 1
    assert as_text == [SPEC, {"/a": SPEC}, ["b", "a", "b"]]
    assert seen == (SPEC, {"/a": SPEC}, {"a", "b"})
