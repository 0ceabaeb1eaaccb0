"""Workers come, beat and go."""

from store import workers
from store.database.database import Database


def test_a_worker_is_listed_until_it_leaves(database: Database) -> None:
    """Operators look here for who is there and what they do."""
    with database.transaction() as session:
        workers.register(session, worker_id="wrk_a", host="one", pid=7)
        workers.register(session, worker_id="wrk_b", host="two", pid=8)
        workers.beat(session, "wrk_a", job_id="job_x")
        workers.remove(session, "wrk_b")

    with database.reading() as session:
        (worker,) = workers.listed(session)
    assert (worker.id, worker.host, worker.pid, worker.heartbeat, worker.job_id) == ("wrk_a", "one", 7, 1, "job_x")


def test_a_worker_may_announce_itself_again(database: Database) -> None:
    """It does so after an outage, not knowing what was remembered."""
    for pid in (7, 9):
        with database.transaction() as session:
            workers.register(session, worker_id="wrk_a", host="one", pid=pid)

    with database.reading() as session:
        assert [worker.pid for worker in workers.listed(session)] == [9]
