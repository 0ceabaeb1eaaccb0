"""What plans read again and again: fresh enough, and never another dataset's."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import Refused
from app.services import datasets
from app.services.planning import planning
from app.services.planning.planning_cache import FRESH_SECONDS, PlanningCache
from datasets import Column, Kind
from store import Store, workers
from store.database.tables import DEFAULT_PROJECT
from tests.app import runs


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_what_workers_measured_is_read_again_after_a_moment(sqlite_store: Store) -> None:
    """A quote is at most so much older than what it rests on."""
    clock = Clock()
    cache = PlanningCache(clock)
    before = cache.quote_basis(sqlite_store)
    with sqlite_store.database.transaction() as session:
        workers.register(session, worker_id="wrk_a", host="here", pid=1)
        workers.keep_calibration(session, "wrk_a", {"seconds": {"epochs": 0.5}, "error": 0.1, "busy": 1.0})

    clock.now = FRESH_SECONDS / 2
    soon = cache.quote_basis(sqlite_store)
    clock.now = 2 * FRESH_SECONDS
    later = cache.quote_basis(sqlite_store)

    assert [len(found[0]) for found in (before, soon, later)] == [0, 0, 1]


def test_columns_are_read_once_until_their_dataset_changes() -> None:
    """The time of the last change is part of the name."""
    cache, loaded = PlanningCache(), []

    def load() -> list[dict[str, object]]:
        loaded.append(1)
        return [Column(name="a", kind=Kind.NUMBER, missing=0, distinct=1, statistics={}).to_json()]

    first, again, changed = (
        cache.columns(("ds", 1), load),
        cache.columns(("ds", 1), load),
        cache.columns(("ds", 2), load),
    )

    assert first == again == changed
    assert len(loaded) == 2


@pytest.fixture
def dataset_id(sqlite_store: Store, tmp_path: Path) -> str:
    """Store a small iris."""
    return runs.add_dataset(sqlite_store, tmp_path)


def told(plan: planning.Plan) -> dict[str, Any]:
    """Write a plan without the seed that was drawn, which stands in four places."""
    seed = plan.resolved.spec.training.seed
    return json.loads(json.dumps(plan.to_json()).replace(str(seed), "0"))


def test_a_body_that_comes_again_is_not_worked_out_again(sqlite_store: Store, dataset_id: str) -> None:
    """After a dry run, or for another seed: the seed is drawn anew, and all else is the same."""
    cache, body = PlanningCache(), {"dataset_id": dataset_id, "target": "species"}

    first = planning.plan(sqlite_store, DEFAULT_PROJECT, body, cache)
    again = planning.plan(sqlite_store, DEFAULT_PROJECT, dict(body), cache)

    assert again.resolved.blueprint.network is first.resolved.blueprint.network
    assert told(again) == told(first) == told(planning.plan(sqlite_store, DEFAULT_PROJECT, body, PlanningCache()))
    seeds = {again.resolved.spec.training.seed, again.resolved.spec.split.seed, again.resolved.blueprint.plan.seed}
    assert seeds == {again.resolved.document["training"]["seed"]} != {first.resolved.spec.training.seed}
    assert again.resolved.document == again.resolved.spec.to_json()


def test_seeds_that_were_given_stay(sqlite_store: Store, dataset_id: str) -> None:
    """One of the split alone, and one of the training."""
    cache = PlanningCache()
    split = {"dataset_id": dataset_id, "target": "species", "split": {"seed": 5}}
    both = {**split, "training": {"seed": 7}}

    plans = [planning.plan(sqlite_store, DEFAULT_PROJECT, body, cache) for body in (split, split, both, both)]

    assert [plan.resolved.spec.split.seed for plan in plans] == [5] * 4
    assert [plan.resolved.spec.training.seed for plan in plans[2:]] == [7, 7]
    assert plans[0].resolved.spec.training.seed != plans[1].resolved.spec.training.seed


def test_a_dataset_that_changed_is_looked_at_again(sqlite_store: Store, dataset_id: str) -> None:
    """Its columns may be of other kinds now."""
    cache, body = PlanningCache(), {"dataset_id": dataset_id, "target": "species"}
    before = planning.plan(sqlite_store, DEFAULT_PROJECT, body, cache)

    datasets.change(sqlite_store, DEFAULT_PROJECT, dataset_id, name="renamed")
    after = planning.plan(sqlite_store, DEFAULT_PROJECT, body, cache)

    assert after.resolved.blueprint.network is not before.resolved.blueprint.network


def test_a_dataset_that_is_gone_is_told_to_be(sqlite_store: Store, dataset_id: str) -> None:
    """What was planned on it before does not stand in for it, neither here nor for another project."""
    cache, body = PlanningCache(), {"dataset_id": dataset_id, "target": "species"}
    planning.plan(sqlite_store, DEFAULT_PROJECT, body, cache)

    with pytest.raises(Refused, match="no dataset"):
        planning.plan(sqlite_store, "prj_other", body, cache)
    datasets.delete(sqlite_store, DEFAULT_PROJECT, dataset_id)
    with pytest.raises(Refused, match="no dataset"):
        planning.plan(sqlite_store, DEFAULT_PROJECT, body, cache)
