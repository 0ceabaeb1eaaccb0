"""Metric rows on their way into the database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from store import Store
from tests.worker import making
from worker.attempt.reporting import metric_history as module
from worker.attempt.reporting.metric_history import MetricHistory


def row(epoch: int) -> dict[str, object]:
    """Make a row."""
    return {"epoch": epoch, "step": 10 * epoch, "values": {"loss": 1.0}}


def test_rows_survive_an_outage_in_order(store: Store, iris: str) -> None:
    """A database that is away for a minute must not cost a part of the curve."""
    making.order_unresolved(store, iris)
    claim = making.claim(store)
    history = MetricHistory(store.database, claim)
    history.add(row(1))
    with store.database.transaction() as session:
        session.execute(text("ALTER TABLE metrics RENAME TO metrics_away"))
    with pytest.raises(SQLAlchemyError):
        history.flush()
    history.add(row(2))
    with store.database.transaction() as session:
        session.execute(text("ALTER TABLE metrics_away RENAME TO metrics"))

    history.flush()

    assert [each.epoch for each in making.metrics_of(store, claim.job_id)] == [1, 2]
    assert history.take() == []


def test_a_write_that_only_seemed_to_fail_is_not_repeated(
    store: Store, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection may break after the commit: the rows are there although an error came back."""
    making.order_unresolved(store, iris)
    claim = making.claim(store)
    history = MetricHistory(store.database, claim)
    history.add(row(1))

    def breaks_after_the_commit(*args: object) -> None:
        record(*args)
        raise SQLAlchemyError

    record = module.record_metrics
    monkeypatch.setattr(module, "record_metrics", breaks_after_the_commit)
    with pytest.raises(SQLAlchemyError):
        history.flush()
    monkeypatch.setattr(module, "record_metrics", record)
    history.add(row(2))

    history.flush()

    assert [each.epoch for each in making.metrics_of(store, claim.job_id)] == [1, 2]


@pytest.mark.parametrize("way", ["flush", "checkpoint"])
def test_many_rows_are_written_in_portions(store: Store, iris: str, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """A transaction holds the job's row: with a slow database thousands of rows in one would silence the heartbeat."""
    making.order_unresolved(store, iris)
    claim = making.claim(store)
    history, written = MetricHistory(store.database, claim), []
    for epoch in range(1, 8):
        history.add(row(epoch))
    monkeypatch.setattr(module, "PORTION", 3)
    monkeypatch.setattr(module, "record_metrics", lambda _database, _claim, rows: written.append(len(rows)))

    if way == "flush":
        history.flush()
    else:
        history.hand_to(lambda rows: written.append(len(rows)))

    assert written == [3, 3, 1]


def test_a_flush_ends_when_its_time_is_over(store: Store, iris: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever flushes beats the heart, too."""
    making.order_unresolved(store, iris)
    history, written = MetricHistory(store.database, making.claim(store)), []
    for epoch in range(1, 8):
        history.add(row(epoch))
    monkeypatch.setattr(module, "PORTION", 3)
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(module, "record_metrics", lambda _database, _claim, rows: written.append(len(rows)))

    history.flush()

    assert written == [3]
    assert [left["epoch"] for left in history.take()] == [4, 5, 6, 7]
