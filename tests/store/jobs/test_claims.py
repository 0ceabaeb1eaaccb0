"""A job has one owner, and only its owner writes."""

from collections import Counter
from functools import partial
from multiprocessing.pool import Pool
from typing import Any

import pytest
from sqlalchemy import func, select

from store.database.database import Database
from store.database.tables import Attempt, Job, Metric
from store.errors import Fenced
from store.jobs import checkpoints, claims, outcomes, submit
from store.jobs.claims import Claim, take
from store.jobs.reconciler import give_back
from store.states import JobStatus, Phase
from tests.store.samples import ENDING, add_jobs, add_project, at_once, claimed, finish, read, take_all

ROW = {"epoch": 1, "step": 10, "values": {"loss": 0.5}}


def lose(database: Database, claim: Claim) -> None:
    """Take a claim away from its owner, as the reconciler does."""
    assert give_back(database, claim.job_id, claim.fence, read(database, claim.job_id).heartbeat)


def test_nothing_is_claimed_where_nothing_waits(database: Database) -> None:
    """A token too many must be harmless."""
    assert take(database, "wrk_a") is None


def test_a_claim_tells_everything_the_attempt_needs(database: Database) -> None:
    """The runner must not have to read the row again, which may have changed meanwhile."""
    (job_id,) = add_jobs(database)

    claim = take(database, "wrk_a")

    job = read(database, job_id)
    assert claim is not None
    assert (claim.job_id, claim.fence, claim.attempt, claim.spec, claim.seed) == (job_id, 1, 1, {"seed": 7}, 7)
    assert claim.dataset_id == job.dataset_id
    assert len(claim.prepared_digest) == 64
    assert (job.status, job.phase, job.worker_id) == (JobStatus.RUNNING, Phase.LOADING, "wrk_a")


def test_a_second_worker_cannot_claim_a_running_job(database: Database) -> None:
    """The broker may deliver twice; only the first delivery runs."""
    claimed(database)

    second = take(database, "wrk_b")

    assert second is None


def test_processes_never_claim_the_same_job(database: Database, processes: Pool) -> None:
    """Two owners of one job would write two histories."""
    added = add_jobs(database, 60)

    taken = processes.starmap(take_all, [(database.url, "wrk_a"), (database.url, "wrk_b")], chunksize=1)

    counts = Counter(job for jobs_of_one in taken for job in jobs_of_one)
    assert set(counts) == set(added)
    assert max(counts.values()) == 1


def test_threads_that_claim_at_once_all_get_a_job(database: Database) -> None:
    """A worker that is told "nothing" while jobs wait would sleep beside them."""
    add_jobs(database, 8)

    taken = at_once(*[partial(take, database, f"wrk_{n}") for n in range(8)])

    assert None not in taken
    assert len({claim.job_id for claim in taken}) == 8


def test_a_small_project_is_not_queued_behind_a_large_one(database: Database) -> None:
    """20 jobs behind somebody's 180 must not wait for all of these."""
    large, small = add_project(database, "large"), add_project(database, "small")
    add_jobs(database, 180, project_id=large)
    of_small = set(add_jobs(database, 20, project_id=small))

    first = take_all(database.url, "wrk_a", most=41)

    assert of_small <= set(first)


def test_the_highest_priority_goes_first_then_the_oldest(database: Database) -> None:
    """An urgent job must not wait for one that is merely older."""
    old, older_urgent = add_jobs(database)[0], add_jobs(database, priority=5)[0]
    young, urgent = add_jobs(database)[0], add_jobs(database, priority=5)[0]

    assert take_all(database.url, "wrk_a") == [older_urgent, urgent, old, young]


def test_a_locked_row_is_passed_over(postgres_url: str) -> None:
    """On PostgreSQL, claiming must not queue behind another transaction."""
    database = Database(postgres_url)
    first, second = add_jobs(database, 2)

    with database.transaction() as session:
        session.scalar(select(Job).where(Job.id == first).with_for_update())
        claim = take(database, "wrk_a")

    database.close()
    assert claim is not None
    assert claim.job_id == second


def test_where_the_best_jobs_are_being_claimed_a_lesser_one_is_taken(postgres_url: str) -> None:
    """A worker must not be told that nothing waits because others are quicker."""
    database = Database(postgres_url)
    (lesser,), (best,) = add_jobs(database), add_jobs(database, priority=5)

    with database.transaction() as session:
        session.scalar(select(Job).where(Job.id == best).with_for_update())
        claim = take(database, "wrk_a")

    database.close()
    assert claim is not None
    assert claim.job_id == lesser


@pytest.mark.parametrize(
    "write",
    [
        lambda database, claim: claims.heartbeat(database, claim, phase=Phase.TRAINING, step=1),
        claims.orders,
        lambda database, claim: claims.record_metrics(database, claim, [ROW]),
        finish,
        lambda database, claim: outcomes.fail(database, claim, {"code": "x", "message": "x"}, ending=ENDING),
        lambda database, claim: outcomes.cancel(database, claim, ending=ENDING),
        outcomes.release,
    ],
    ids=["heartbeat", "orders", "metrics", "succeed", "fail", "cancel", "release"],
)
def test_a_lost_claim_writes_nothing(database: Database, write: Any) -> None:
    """A worker that froze and woke up must not write into the attempt of its successor."""
    claim = claimed(database)
    lose(database, claim)
    successor = take(database, "wrk_b")
    before = vars(read(database, claim.job_id))

    with pytest.raises(Fenced):
        write(database, claim)

    after = vars(read(database, claim.job_id))
    before.pop("_sa_instance_state"), after.pop("_sa_instance_state")
    assert after == before
    assert successor is not None
    assert successor.fence > claim.fence


def test_a_new_attempt_measures_anew(database: Database) -> None:
    """Epochs of a dead attempt beside those of its successor would be a history of nothing."""
    claim = claimed(database)
    claims.record_metrics(database, claim, [ROW])
    lose(database, claim)

    successor = take(database, "wrk_b")
    assert successor is not None
    checkpoints.rewind(database, successor, None, environment={}, changed=[])

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Metric)) == 0
        fences = session.execute(select(Attempt.fence, Attempt.number).order_by(Attempt.fence)).all()
    assert fences == [(1, 1), (successor.fence, 2)]


def test_a_heartbeat_leaves_progress_and_brings_orders(database: Database) -> None:
    """One statement tells and hears, so that a cancel costs no further query."""
    claim = claimed(database)
    progress = {"epoch": 2, "epochs": 3, "steps": 30, "latest": {"loss": 0.4}, "progress": {"fraction": 0.5}}

    calm = claims.heartbeat(database, claim, phase=Phase.TRAINING, step=15, progress=progress)
    with database.transaction() as session:
        submit.request_cancel(session, session.get_one(Job, claim.job_id))
    asked = claims.heartbeat(database, claim, phase=Phase.TRAINING, step=16)

    job = read(database, claim.job_id)
    assert (calm.cancel, asked.cancel) == (False, True)
    assert (job.heartbeat, job.step, job.epoch, job.latest, job.progress) == (
        2,
        16,
        2,
        {"loss": 0.4},
        {"fraction": 0.5},
    )
    assert job.phase == Phase.CANCELLING


def test_a_look_at_the_orders_writes_nothing(database: Database) -> None:
    """It is done twice a second, which is too often for a durable write."""
    claim = claimed(database)

    assert claims.orders(database, claim).cancel is False

    assert read(database, claim.job_id).heartbeat == 0


def test_a_claim_uses_the_index_of_waiting_jobs(database: Database) -> None:
    """With 100 000 finished jobs beside them, finding three waiting ones must stay cheap."""
    from store.jobs.scheduling import oldest  # noqa: PLC0415  # what is looked at here alone

    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    query = oldest("prj_default", 0)
    compiled = str(query.compile(database.engine, compile_kwargs={"literal_binds": True}))
    with database.engine.connect() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET enable_seqscan = off")  # an empty table is read whole by any planner
        plan = " ".join(str(row) for row in connection.exec_driver_sql(explain + compiled))

    assert "ix_jobs_waiting_of_project" in plan


def test_neither_finished_nor_other_projects_jobs_are_walked_through(database: Database) -> None:
    """PostgreSQL, hoping to meet a waiting job soon, once took the primary key, or the line of all projects.

    That is quick while every project waits, and reads the whole line for each project that does not.
    """
    from store.jobs.scheduling import oldest, ranking  # noqa: PLC0415  # what is looked at here alone

    add_project(database, "idle")
    busy = add_project(database, "busy")
    add_jobs(database, 3000, project_id=busy)
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        for query in (ranking(), oldest(busy, 0)):
            compiled = str(query.compile(database.engine, compile_kwargs={"literal_binds": True}))
            plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + compiled))

            assert "ix_jobs_waiting_of_project" in plan
            assert "pk_jobs" not in plan
            assert "SCAN jobs" not in plan
            assert "Seq Scan on jobs" not in plan
