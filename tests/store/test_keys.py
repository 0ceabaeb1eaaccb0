"""Keys open a project and are kept as digests."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from store import ids, keys
from store.clock import now
from store.database import Database
from store.errors import NotFound
from store.tables import DEFAULT_PROJECT, Key


@pytest.fixture
def secret(database: Database) -> str:
    """Make a key."""
    with database.transaction() as session:
        _, secret = keys.create(session, name="laptop")
    return secret


def test_a_key_opens_its_project(database: Database, secret: str) -> None:
    """The ordinary case."""
    key = keys.use(database, secret)

    assert key is not None
    assert (key.project_id, key.name) == (DEFAULT_PROJECT, "laptop")


@pytest.mark.parametrize("guess", ["", "cr_", "cr_" + "x" * 43, "\0", "é"])
def test_no_other_secret_opens_anything(database: Database, secret: str, guess: str) -> None:
    """Whatever a stranger sends must be answered alike."""
    assert keys.use(database, guess) is None
    assert keys.use(database, secret + guess + "x") is None


def test_the_secret_is_not_kept(database: Database, secret: str) -> None:
    """Who steals the database must not be able to sign in."""
    with database.reading() as session:
        row = session.execute(text("SELECT * FROM keys")).mappings().one()

    assert secret[8:] not in str(dict(row))
    assert row["prefix"] == secret[:8]


def test_a_revoked_key_opens_nothing(database: Database, secret: str) -> None:
    """From the next request on, in every process."""
    with database.transaction() as session:
        (key,) = keys.listed(session)
        keys.revoke(session, key.id)

    with database.reading() as session:
        assert not keys.are_there(session)
    assert keys.use(database, secret) is None


def test_revoking_an_unknown_key_is_told_so(database: Database) -> None:
    """A typing error must not look like success."""
    with pytest.raises(NotFound), database.transaction() as session:
        keys.revoke(session, ids.new("key"))


def test_use_is_noted_at_most_once_a_minute(database: Database, secret: str) -> None:
    """A write for every request would make reading as slow as writing."""
    keys.use(database, secret)
    first = noted(database)
    keys.use(database, secret)
    second = noted(database)
    with database.transaction() as session:
        session.execute(update(Key).values(last_used_at=now() - timedelta(minutes=2)))
    keys.use(database, secret)

    assert first is not None
    assert second == first
    assert noted(database) > first


def noted(database: Database) -> object:
    """Read when the only key was last used."""
    with database.reading() as session:
        (key,) = keys.listed(session)
        return key.last_used_at
