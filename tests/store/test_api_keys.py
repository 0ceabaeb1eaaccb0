"""Keys open a project and are kept as digests."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from store import api_keys, ids
from store.clock import now
from store.database.database import Database
from store.database.tables import DEFAULT_PROJECT, Key
from store.errors import NotFound


@pytest.fixture
def secret(database: Database) -> str:
    """Make a key."""
    with database.transaction() as session:
        _, secret = api_keys.create(session, name="laptop")
    return secret


def test_a_key_opens_its_project(database: Database, secret: str) -> None:
    """The ordinary case."""
    key = found(database, secret)

    assert key is not None
    assert (key.project_id, key.name) == (DEFAULT_PROJECT, "laptop")


@pytest.mark.parametrize("guess", ["", "cr_", "cr_" + "x" * 43, "\0", "é"])
def test_no_other_secret_opens_anything(database: Database, secret: str, guess: str) -> None:
    """Whatever a stranger sends must be answered alike."""
    assert found(database, guess) is None
    assert found(database, secret + guess + "x") is None


def test_the_secret_is_not_kept(database: Database, secret: str) -> None:
    """Who steals the database must not be able to sign in."""
    with database.reading() as session:
        row = session.execute(text("SELECT * FROM keys")).mappings().one()

    assert secret[8:] not in str(dict(row))
    assert row["prefix"] == secret[:8]


def test_a_revoked_key_opens_nothing(database: Database, secret: str) -> None:
    """From the next request on, in every process."""
    with database.transaction() as session:
        (key,) = api_keys.listed(session)
        api_keys.revoke(session, key.id)

    with database.reading() as session:
        assert not api_keys.are_there(session)
    assert found(database, secret) is None


def test_a_key_once_made_is_remembered_after_it_was_revoked(database: Database) -> None:
    """And the database is asked at most once a second before, and never again after."""
    time = [0.0]
    census = api_keys.KeyCensus(database, clock=lambda: time[0])
    before = census.was_one_made()
    with database.transaction() as session:
        key, _ = api_keys.create(session, name="first")
    within_the_second = census.was_one_made()
    time[0] += api_keys.CENSUS_SECONDS
    afterwards = census.was_one_made()
    with database.transaction() as session:
        api_keys.revoke(session, key.id)
    time[0] += 10 * api_keys.CENSUS_SECONDS

    assert (before, within_the_second, afterwards) == (False, False, True)
    assert census.was_one_made()
    assert api_keys.KeyCensus(database).was_one_made()


def test_revoking_an_unknown_key_is_told_so(database: Database) -> None:
    """A typing error must not look like success."""
    with pytest.raises(NotFound), database.transaction() as session:
        api_keys.revoke(session, ids.new("key"))


def test_use_is_noted_at_most_once_a_minute(database: Database, secret: str) -> None:
    """A write for every request would make reading as slow as writing; two processes count as one."""
    use(database, secret)
    first = noted(database)
    use(database, secret)
    use_unaware(database, secret)
    second = noted(database)
    with database.transaction() as session:
        session.execute(update(Key).values(last_used_at=now() - timedelta(minutes=2)))
    use(database, secret)

    assert first is not None
    assert second == first
    assert noted(database) > first


def found(database: Database, secret: str) -> Key | None:
    """Look a secret up."""
    with database.reading() as session:
        return api_keys.verify(session, secret)


def use(database: Database, secret: str) -> None:
    """Use a key as a request does, and wait for the note."""
    uses, key = api_keys.KeyUses(database), found(database, secret)
    assert key is not None
    uses.note(key)
    uses.close()


def use_unaware(database: Database, secret: str) -> None:
    """Use a key in a process that read its row before another one noted a use."""
    uses, key = api_keys.KeyUses(database), found(database, secret)
    assert key is not None
    key.last_used_at = None
    uses.note(key)
    uses.close()


def noted(database: Database) -> object:
    """Read when the only key was last used."""
    with database.reading() as session:
        (key,) = api_keys.listed(session)
        return key.last_used_at
