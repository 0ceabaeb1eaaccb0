"""What plans read again and again: fresh enough, and never another dataset's."""

from app.services.planning.planning_cache import FRESH_SECONDS, PlanningCache
from datasets import Column, Kind
from store import Store, workers


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
