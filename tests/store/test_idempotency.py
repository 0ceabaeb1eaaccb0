"""A repeated request finds its first answer, and two at once have one effect."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from store import idempotency
from store.clock import now
from store.database.database import Database
from store.database.tables import DEFAULT_PROJECT, Job, StoredReply
from store.errors import AnsweredBefore, KeyReused
from store.idempotency import Once, Reply
from store.jobs import submit as jobs
from tests.store.samples import add_dataset, add_project, at_once, order

REPLY = Reply(status=202, headers={"Location": "/v1/jobs/job_x"}, body='{"id":"job_x"}')


def once(key: str = "k", digest: str = "d", project_id: str = DEFAULT_PROJECT) -> Once:
    """Describe a request."""
    return Once(project_id=project_id, key=key, digest=digest)


def keep(database: Database, request: Once, reply: Reply = REPLY) -> None:
    """Answer a request."""
    with database.transaction() as session:
        idempotency.keep(session, request, reply)


def find(database: Database, request: Once) -> Reply | None:
    """Look for the answer of a request."""
    with database.reading() as session:
        return idempotency.find(session, request)


def test_an_answer_is_given_again(database: Database) -> None:
    """Status, headers and body as they were."""
    keep(database, once())

    assert find(database, once()) == REPLY
    assert find(database, once("other")) is None


def test_a_key_stands_for_one_request(database: Database) -> None:
    """An answer to something else would be a lie."""
    keep(database, once())

    with pytest.raises(KeyReused):
        find(database, once(digest="another body"))


def test_projects_do_not_share_keys(database: Database) -> None:
    """One tenant must neither see nor block what another one asked."""
    other = once(project_id=add_project(database, "other"))
    keep(database, once())

    assert find(database, other) is None
    keep(database, other)


def test_two_tries_at_once_make_one_job(database: Database) -> None:
    """The commit decides, whatever threads and processes both tries run in."""
    dataset_id = add_dataset(database)

    def submit() -> bool:
        try:
            with database.transaction() as session:
                jobs.submit(session, order(dataset_id))
                idempotency.keep(session, once(), REPLY)
        except AnsweredBefore:
            return False
        return True

    done = at_once(*[submit] * 8)

    assert sorted(done) == [False] * 7 + [True]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_after_a_day_a_key_is_new(database: Database) -> None:
    """A key that was kept for ever would be a table that grows for ever."""
    keep(database, once("old"))
    keep(database, once("new"))
    with database.transaction() as session:
        earlier = now() - timedelta(hours=24, seconds=1)
        session.execute(update(StoredReply).where(StoredReply.key == "old").values(created_at=earlier))

    assert find(database, once("old", digest="other")) is None
    assert idempotency.sweep(database) == 1
    assert find(database, once("new")) == REPLY


def test_an_expired_answer_is_replaced(database: Database) -> None:
    """Also when nobody has swept yet."""
    keep(database, once())
    with database.transaction() as session:
        session.execute(update(StoredReply).values(created_at=now() - timedelta(days=2)))

    keep(database, once(digest="other"), Reply(status=201, headers={}, body="{}"))

    assert find(database, once(digest="other")) == Reply(status=201, headers={}, body="{}")
