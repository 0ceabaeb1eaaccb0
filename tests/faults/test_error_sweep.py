"""F30, F32, F33: whichever statement or commit fails, also with an outcome that nobody learns, no job is lost."""

import sqlite3
from collections.abc import Callable
from functools import partial

import psycopg
import pytest

from store import Store
from tests.faults import histories
from tests.faults.lives import FAILED, bury, fail_at, live, order, traces
from tests.worker import making

SHORT_STRIDE = 11  # the suite looks at every eleventh operation, `./chainrule faults` at each
EPOCHS = 4
LIVES = 4  # the one that fails, the one that is refused once more because of it, and two to spare


def of_sqlite(name: str, message: str) -> sqlite3.OperationalError:
    """Make an error as SQLite does."""
    error = sqlite3.OperationalError(message)
    error.sqlite_errorname = name
    return error


ERRORS = {
    "sqlite": [of_sqlite("SQLITE_IOERR_FSYNC", "disk I/O error"), of_sqlite("SQLITE_FULL", "database or disk is full")],
    "postgresql": [psycopg.errors.IoError("could not fsync file"), psycopg.errors.DiskFull("could not extend file")],
}


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("which", [0, 1], ids=["io", "full"])
def test_failed_at_the_nth_operation(
    store: Store, iris: str, note: Callable[..., None], which: int, *, is_long: bool
) -> None:
    """The job ends with the bytes and the history of its undisturbed twin, and is never counted as crashed."""
    golden = order(store, iris, "adam, dropout", epochs=EPOCHS)
    assert live(store) == 0
    expected, resolved = traces(store, golden), making.find(store, golden).resolved
    error = ERRORS[store.database.dialect][which]
    number, failed = 1, 0

    while True:
        job_id = making.order_unresolved(store, iris, resolved)
        code = live(store, prepare=partial(fail_at, number, error))
        assert code in {0, FAILED}
        if code == 0:
            break
        failed += 1
        for _ in range(LIVES):
            bury(store)
            live(store)
        job = making.find(store, job_id)
        assert (job.status, job.error) == ("succeeded", None), f"failed at operation {number}"
        found = traces(store, job_id)
        assert (found.weights, found.metrics) == (expected.weights, expected.metrics), f"failed at operation {number}"
        number += 1 if is_long else SHORT_STRIDE

    histories.check(store)
    assert number > 40
    note(n_max=number - 1, failed=failed)
