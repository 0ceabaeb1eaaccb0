"""Metric rows on their way into the database: each written once, none lost while it is away."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from store import Database
from store.database.tables import Metric
from store.jobs.claims import Claim, record_metrics

Row = dict[str, Any]
T = TypeVar("T")

PORTION = 1000
"""Rows of one transaction: it holds the job's row, and a heartbeat that waits too long for it is a silence."""
PATIENCE_SECONDS = 1.0  # a flush ends after this: whoever flushes has a heart to beat


class MetricHistory:
    """A queue of rows between the loop, which adds, and the reporter's thread, which writes."""

    def __init__(self, database: Database, claim: Claim) -> None:
        """Start without rows; those that come are written under the claim."""
        self._database, self._claim = database, claim
        self._rows: deque[Row] = deque()
        self._writing = Lock()  # one write at a time, or a checkpoint could overtake rows that belong before it
        self._is_uncertain = False  # whether the last write may have happened although it seemed to fail

    def add(self, row: Row) -> None:
        """Put a row in line; the loop never waits for a database."""
        self._rows.append(row)

    def flush(self) -> None:
        """Write what waits, portion by portion, unless a checkpoint is just doing that.

        After an error of the database nothing is lost and nothing will be written twice.
        """
        if self._rows and self._writing.acquire(blocking=False):
            try:
                until = time.monotonic() + PATIENCE_SECONDS
                self._write_portion()
                while self._rows and time.monotonic() < until:
                    self._write_portion()
            finally:
                self._writing.release()

    def hand_to(self, write: Callable[[list[Row]], T]) -> T:
        """Have a write take along the rows that wait; where there are very many, the first ones go before it."""
        with self._writing:
            while len(self._rows) > PORTION:
                self._write_portion()
            return self._hand_to(write, PORTION)  # what the loop added meanwhile can wait

    def take(self) -> list[Row]:
        """Take out what was not written yet."""
        with self._writing:
            return self._take(len(self._rows))

    def _write_portion(self) -> None:
        self._hand_to(lambda rows: record_metrics(self._database, self._claim, rows), PORTION)

    def _hand_to(self, write: Callable[[list[Row]], T], most: int) -> T:
        rows = self._take(most)
        return self._or_put_back(rows, lambda: write(rows))

    def _take(self, most: int) -> list[Row]:
        rows = [self._rows.popleft() for _ in range(min(most, len(self._rows)))]
        if self._is_uncertain and rows:
            written = self._or_put_back(rows, self._last_written)
            rows = [row for row in rows if row["epoch"] > written]
            self._is_uncertain = False
        return rows

    def _or_put_back(self, rows: list[Row], use: Callable[[], T]) -> T:
        try:
            return use()
        except SQLAlchemyError:
            self._rows.extendleft(reversed(rows))
            self._is_uncertain = True
            raise

    def _last_written(self) -> int:
        with self._database.reading() as session:
            query = select(func.max(Metric.epoch)).where(Metric.job_id == self._claim.job_id)
            return session.scalar(query.where(Metric.fence == self._claim.fence)) or 0
