"""F35: the database as it stood at a random moment, started somewhere else, goes on with all that was committed."""

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

from store import Store, open_store
from tests.faults import histories
from tests.faults.lives import begin, bury, end, order, traces
from tests.worker import making
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

IMAGES_SHORT, IMAGES_LONG = 2, 15
EPOCHS = 800


def copied(store: Store, folder: Path) -> str:
    """Copy the file and its log of changes, as a crash would leave them; give the copy's address."""
    file = Path(make_url(store.settings.database_url).database or "")
    folder.mkdir()
    for name in (file.name, f"{file.name}-wal"):
        shutil.copy(file.with_name(name), folder)
    return f"sqlite:///{folder / file.name}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copy_of_any_moment_goes_on(
    store: Store, iris: str, tmp_path: Path, note: Callable[..., None], seed: int, *, is_long: bool
) -> None:
    """The writer is stopped between two instructions and its files are copied: whole, and with the same end."""
    draw, count = random.Random(seed), IMAGES_LONG if is_long else IMAGES_SHORT  # noqa: S311  # not for secrets
    golden = order(store, iris, "adam, dropout", epochs=EPOCHS)
    run(store, making.claim(store), SharedMemory())
    expected, ends = traces(store, golden), []
    for number in range(count):
        job_id = making.order_unresolved(store, iris, making.find(store, golden).resolved)
        store.database.close()
        pid = begin(store.settings)
        time.sleep(draw.uniform(0.02, 0.6))
        os.kill(pid, signal.SIGSTOP)
        url = copied(store, tmp_path / f"image-{number}")
        os.kill(pid, signal.SIGCONT)
        end(pid)

        with closing(sqlite3.connect(make_url(url).database or "")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        image = open_store(replace(store.settings, database_url=url))
        ends.append(making.find(image, job_id).status)
        if ends[-1] == "running":
            bury(image)
        if ends[-1] != "succeeded":
            run(image, making.claim(image), SharedMemory())
        assert traces(image, job_id) == expected, f"image {number}, seed {seed}"
        histories.check(image)
        image.close()
        shutil.rmtree(tmp_path / f"image-{number}")

    note(images=count, taken_while={status: ends.count(status) for status in sorted(set(ends))})
