"""The job object tells the truth in every state, and the newest news while running."""

import dataclasses
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.services import jobs, models, shown_jobs
from app.services.cache import LruCache
from app.services.following import waiting
from app.views import job as job_view
from store import Settings, Store, open_store
from store.clock import now
from store.database.tables import DEFAULT_PROJECT, Job
from store.errors import NotFound
from store.jobs import outcomes
from store.states import JobStatus, StopReason
from tests.app import runs
from tests.observing import PROMPTLY


@pytest.fixture
def store_without_redis(settings: Settings) -> Iterator[Store]:
    """Open a store whose Redis is not there."""
    store = open_store(dataclasses.replace(settings, redis_url="redis://127.0.0.1:9/0"))
    yield store
    store.close()


@pytest.fixture
def job_id(sqlite_store: Store, tmp_path: Path) -> str:
    """Queue a job."""
    return runs.add_job(sqlite_store, runs.add_dataset(sqlite_store, tmp_path), name="iris")


def still_jobs() -> shown_jobs.StillJobs:
    """Make a cache of jobs as they were sent."""
    return LruCache(2**20, size_of=lambda job: job.size_bytes)


def show(store: Store, job_id: str) -> dict:
    """Show the job as a client sees it."""
    return json.loads(shown_jobs.find(store, still_jobs(), DEFAULT_PROJECT, job_id).text)


def test_a_waiting_job_knows_its_place(sqlite_store: Store, job_id: str) -> None:
    """People want to know when their turn comes."""
    later = runs.add_job(sqlite_store, show(sqlite_store, job_id)["dataset_id"])
    urgent = runs.add_job(sqlite_store, show(sqlite_store, job_id)["dataset_id"], priority=5)

    positions = [show(sqlite_store, each)["queue"]["position"] for each in (urgent, job_id, later)]

    assert positions == [1, 2, 3]


def test_every_key_is_there_before_anything_is_known(sqlite_store: Store, job_id: str) -> None:
    """A client need not ask whether a key exists."""
    view = show(sqlite_store, job_id)

    assert view["progress"] == {
        "fraction": 0.0,
        "epoch": 0,
        "epochs": 10,
        "step": 0,
        "steps": 100,
        "eta_s": None,
        "samples_per_s": None,
    }
    assert [view[key] for key in ("best", "latest", "model_id", "error", "stop_reason", "started_at")] == [None] * 6
    assert view["heartbeat_age_s"] is None
    assert (view["status"], view["phase"], view["done"]) == ("queued", "waiting", False)


def test_live_progress_overtakes_the_row(sqlite_store: Store, job_id: str) -> None:
    """The row is written every few seconds; a progress bar wants more."""
    held = runs.claim(sqlite_store.database)
    runs.report(sqlite_store, held, step=10, live=20, loss=0.25)

    view = show(sqlite_store, job_id)

    assert view["progress"]["step"] == 20
    assert view["progress"]["fraction"] == 0.2
    assert view["latest"] == {"epoch": 2, "loss": 0.25}
    assert view["progress"]["eta_s"] == 1.5
    assert view["heartbeat_age_s"] < 5


def test_live_progress_of_an_attempt_that_lost_the_job_is_not_shown(sqlite_store: Store, job_id: str) -> None:
    """A worker that was given up may still talk; only the owner of the fence is believed."""
    lost = runs.claim(sqlite_store.database)
    outcomes.release(sqlite_store.database, lost)
    runs.claim(sqlite_store.database)
    sqlite_store.progress.publish(job_id, lost.fence, runs.payload(90, {"loss": 9.0}))

    view = show(sqlite_store, job_id)

    assert view["progress"]["step"] == 0
    assert view["latest"] is None


def test_live_progress_behind_the_row_is_not_shown(sqlite_store: Store, job_id: str) -> None:
    """A Redis that lost its newest entries must not turn a progress bar back."""
    held = runs.claim(sqlite_store.database)
    runs.report(sqlite_store, held, step=50, live=20)

    view = show(sqlite_store, job_id)

    assert view["progress"]["step"] == 50


def test_a_cancelled_running_job_says_that_it_is_stopping(sqlite_store: Store, job_id: str) -> None:
    """Between the request and the end the client sees that it was heard."""
    held = runs.claim(sqlite_store.database)
    runs.report(sqlite_store, held, step=10, live=20)

    jobs.cancel(sqlite_store, DEFAULT_PROJECT, job_id)

    view = show(sqlite_store, job_id)
    assert (view["status"], view["phase"], view["done"]) == ("running", "cancelling", False)


def test_success_counts_as_whole_and_names_the_model(sqlite_store: Store, job_id: str) -> None:
    """A job that stopped early is not 43 % done."""
    model_id = runs.succeed(sqlite_store, runs.claim(sqlite_store.database))

    view = show(sqlite_store, job_id)

    assert (view["status"], view["done"], view["model_id"]) == ("succeeded", True, model_id)
    assert view["progress"]["fraction"] == 1.0
    assert view["urls"]["model"] == f"/v1/models/{model_id}"
    assert view["progress"]["eta_s"] is None


def test_done_is_true_exactly_in_the_final_statuses(sqlite_store: Store, job_id: str) -> None:
    """Pollers stop on `done`; whatever states are added later, it stays right."""
    row = runs.find_job(sqlite_store, job_id)

    shown = {}
    for status in JobStatus:
        row.status = status
        shown[status] = job_view.present(row, now=now())["done"]

    assert {status for status, done in shown.items() if done} == {"succeeded", "failed", "cancelled"}


def test_the_clock_alone_changes_nothing_steady(sqlite_store: Store, job_id: str) -> None:
    """Otherwise no reader would ever be answered 304 while a job runs."""
    held = runs.claim(sqlite_store.database)
    runs.report(sqlite_store, held, step=10)
    row = runs.find_job(sqlite_store, job_id)

    first, second = job_view.present(row, now=now()), job_view.present(row, now=now() + timedelta(seconds=30))

    assert first != second
    assert job_view.steady(first) == job_view.steady(second)


def test_waiting_ends_with_the_job(sqlite_store: Store, job_id: str) -> None:
    """Within 300 ms of the commit, also when nothing is published."""
    held = runs.claim(sqlite_store.database)
    lobby = waiting.Lobby(2)
    with runs.after(0.4, lambda: runs.succeed(sqlite_store, held)) as ended:
        sent = shown_jobs.wait(sqlite_store, still_jobs(), lobby, DEFAULT_PROJECT, job_id, seconds=20)

    assert sent.is_done
    assert ended.seconds_since() < PROMPTLY
    assert json.loads(sent.text)["done"]


def test_waiting_works_without_redis(store_without_redis: Store, tmp_path: Path) -> None:
    """Redis is a hint; the database is the truth."""
    job_id = runs.add_job(store_without_redis, runs.add_dataset(store_without_redis, tmp_path))
    held = runs.claim(store_without_redis.database)
    ending = outcomes.Ending(stop_reason=StopReason.USER, step=1, epoch=0)
    with runs.after(0.4, lambda: outcomes.cancel(store_without_redis.database, held, ending=ending)) as ended:
        sent = shown_jobs.wait(store_without_redis, still_jobs(), waiting.Lobby(2), DEFAULT_PROJECT, job_id, seconds=20)

    assert json.loads(sent.text)["status"] == "cancelled"
    assert ended.seconds_since() < PROMPTLY


def test_a_quote_is_shown_beside_what_it_took(sqlite_store: Store, tmp_path: Path) -> None:
    """For the epochs that were run: 5 of 10, so half of the epochs' part and the whole of the fixed one."""
    quoted = {
        "duration_s": {"low": 0.6, "expected": 1.1, "high": 2.2},
        "memory_bytes": 150_000_000,
        "assumes": "All 10 epochs are run.",
        "basis": {
            "reckoned_s": {"fixed": 0.1, "epoch": 0.1},
            "spread": {"low": 0.5, "expected": 1.0, "high": 2.0},
        },
    }
    job_id = runs.add_job(sqlite_store, runs.add_dataset(sqlite_store, tmp_path), estimate=quoted)
    before = show(sqlite_store, job_id)["estimate"]

    with sqlite_store.database.transaction() as session:
        job = session.get_one(Job, job_id)
        job.attempts, job.actual = 1, {"duration_s": 0.9, "epochs": 5.0, "memory_bytes": 160_000_000}
    after = show(sqlite_store, job_id)["estimate"]

    assert (before["duration_s"], before["actual"]) == (quoted["duration_s"], None)
    assert (after["actual"]["low_s"], after["actual"]["high_s"]) == (0.3, 1.2)
    assert (after["actual"]["is_inside"], after["actual"]["is_memory_near"]) == (True, True)


def test_a_job_on_which_nobody_works_is_written_once(sqlite_store: Store, job_id: str) -> None:
    """Most of what is asked for and listed waits, or has long ended: its row is read, and not taken apart again."""
    known, loads = still_jobs(), []
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database))
    waiting_id = runs.add_job(sqlite_store, show(sqlite_store, job_id)["dataset_id"])
    get = known.get
    known.get = lambda key, load: get(key, lambda: loads.append(key) or load())  # type: ignore[method-assign]

    for each in (job_id, waiting_id):
        shown_jobs.find(sqlite_store, known, DEFAULT_PROJECT, each)
    listed = shown_jobs.page(sqlite_store, known, DEFAULT_PROJECT, {}, limit=5, after=None).rows

    assert [key[0] for key in loads] == [job_id, waiting_id]
    assert [json.loads(job.text)["id"] for job in listed] == [waiting_id, job_id]


def test_what_is_kept_of_a_waiting_job_leaves_out_its_place(sqlite_store: Store, job_id: str) -> None:
    """Others come before it and go; its tag tells that, and does not tell the time that passes."""
    known = still_jobs()
    first = shown_jobs.find(sqlite_store, known, DEFAULT_PROJECT, job_id)
    time.sleep(0.01)
    again = shown_jobs.find(sqlite_store, known, DEFAULT_PROJECT, job_id)

    runs.add_job(sqlite_store, json.loads(first.text)["dataset_id"], priority=5)
    behind = shown_jobs.find(sqlite_store, known, DEFAULT_PROJECT, job_id)

    queues = [json.loads(sent.text)["queue"] for sent in (first, again, behind)]
    assert [queue["position"] for queue in queues] == [1, 1, 2]
    assert queues[0]["waited_s"] < queues[1]["waited_s"]
    assert first.tag == again.tag != behind.tag
    assert json.loads(behind.text) | {"queue": None} == show(sqlite_store, job_id) | {"queue": None}


def test_a_finished_job_that_was_changed_is_shown_as_it_is(sqlite_store: Store, job_id: str) -> None:
    """Whatever process changed it, the next look shows it: by its name, and without the model that was deleted."""
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database))
    known = still_jobs()
    model_id = json.loads(shown_jobs.find(sqlite_store, known, DEFAULT_PROJECT, job_id).text)["model_id"]

    jobs.change(sqlite_store, DEFAULT_PROJECT, job_id, {"name": "second"})
    renamed = shown_jobs.find(sqlite_store, known, DEFAULT_PROJECT, job_id)
    models.delete(sqlite_store, DEFAULT_PROJECT, model_id)
    bereft = shown_jobs.find(sqlite_store, known, DEFAULT_PROJECT, job_id)

    assert json.loads(renamed.text)["name"] == "second"
    assert (json.loads(bereft.text)["name"], json.loads(bereft.text)["model_id"]) == ("second", None)
    assert renamed.tag != bereft.tag


def test_a_finished_job_of_another_project_is_not_shown(sqlite_store: Store, job_id: str) -> None:
    """What is known of it already is no way around whose it is."""
    runs.succeed(sqlite_store, runs.claim(sqlite_store.database))
    known = still_jobs()
    shown_jobs.find(sqlite_store, known, DEFAULT_PROJECT, job_id)

    with pytest.raises(NotFound):
        shown_jobs.find(sqlite_store, known, "prj_other", job_id)
