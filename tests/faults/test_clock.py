"""F36: clocks that jump by hours, back and forth, decide nothing and show nothing that cannot be."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any

import pytest

from app import create_app
from store import Store
from store.jobs import reconciler
from store.jobs.reconciler import Watch
from tests.faults import histories
from tests.worker import making
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

JUMPS = itertools.cycle([0, 11, -11, 3, -7])  # hours, at every look: an idempotency key is kept for more than any two


class Jumping(datetime):
    """A clock that nobody keeps."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """Tell some time."""
        return datetime.now(tz) + timedelta(hours=next(JUMPS))


@pytest.fixture(autouse=True)
def _no_time_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.clock.datetime", Jumping)


def durations(found: Any) -> Iterator[tuple[str, float]]:
    """Yield every number of seconds in an answer."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name.endswith("_s") and isinstance(value, int | float):
                yield name, value
            yield from durations(value)
    elif isinstance(found, list):
        for value in found:
            yield from durations(value)


def test_no_takeover_is_the_fault_of_a_clock(store: Store, iris: str) -> None:
    """Who watches counts the heartbeats by its own monotonic clock; half a day more or less is no silence."""
    making.order(store, iris, target="species", training={"epochs": 3})
    making.claim(store)
    watch = Watch()

    taken = [reconciler.requeue_silent(store.database, watch, monotonic) for monotonic in (0.0, 1.0, 2.0)]

    assert taken == [[], [], []]


def test_a_job_runs_and_is_shown_under_any_clock(store: Store, iris: str) -> None:
    """It ends once, and what is told of it holds no negative time."""
    client = create_app(store).test_client()
    body = {"dataset_id": iris, "target": "species", "training": {"epochs": 3}}
    ordered: list[Any] = [client.post("/v1/jobs", json=body, headers={"Idempotency-Key": "once"}) for _ in range(5)]
    job_id = ordered[0].json["id"]
    shown = [client.get(f"/v1/jobs/{job_id}").json]
    claim = making.claim(store)
    shown += [client.get(f"/v1/jobs/{job_id}").json, client.get("/v1/workers").json]
    run(store, claim, SharedMemory())
    shown += [client.get(path).json for path in (f"/v1/jobs/{job_id}", f"/v1/jobs/{job_id}/attempts", "/v1/jobs")]

    assert {answer.json["id"] for answer in ordered} == {job_id}
    assert making.find(store, job_id).status == "succeeded"
    assert not [(name, value) for name, value in durations(shown) if value < 0]
    assert [name for name, _ in durations(shown)]
    histories.check(store)
