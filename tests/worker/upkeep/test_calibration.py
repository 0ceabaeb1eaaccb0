"""A worker measures its machine once, in a process of its own, and remembers it while the machine is the same."""

import json
import math
import time
from pathlib import Path

import pytest

import specs
from store import Store, workers
from worker.process.environment import fingerprint
from worker.upkeep.calibration import FILE, Calibrating, read
from worker.upkeep.reconciling import Reconciler

SECONDS = 60
FIGURES = {"seconds": {"epochs": 1e-4}, "error": 0.1, "busy": 1.0}


def figures(folder: Path, environment: object = None) -> Path:
    """Leave the figures of before."""
    (folder / FILE).write_text(json.dumps({**FIGURES, "environment": environment or fingerprint()}))
    return folder


def test_a_machine_measures_itself(tmp_path: Path) -> None:
    """The prices explain the trainings behind them within a factor of two; the figures are kept for next time."""
    calibrating, until = Calibrating(tmp_path), time.monotonic() + SECONDS

    while calibrating.found is None and time.monotonic() < until:
        calibrating.go_on()
        time.sleep(0.05)

    assert calibrating.found is not None
    calibration = specs.Calibration.from_json(calibrating.found)
    assert 0 < calibration.error < math.log(2)
    assert calibration.busy >= 1
    assert min(calibration.seconds.values()) >= 0
    assert Calibrating(tmp_path).found == calibrating.found


def test_another_machine_s_figures_count_for_nothing(tmp_path: Path) -> None:
    """A home folder may move, and libraries are updated."""
    ours = Calibrating(figures(tmp_path)).found

    others = Calibrating(figures(tmp_path, {"cpu": "another"})).found

    assert ours == {**FIGURES, "environment": fingerprint()}
    assert others is None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"environment": 1}', '{"seconds": 1, "environment": {}}'])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    """A worker starts whatever it finds."""
    (tmp_path / FILE).write_text(content)

    assert Calibrating(tmp_path).found is None


def test_a_measurement_that_says_nothing_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which it fails would otherwise be kept busy with it."""
    monkeypatch.setattr("worker.upkeep.calibration.sys.executable", "/bin/false")
    calibrating = Calibrating(tmp_path)

    for _ in range(50):
        calibrating.go_on()
        time.sleep(0.02)

    assert calibrating.found is None
    assert calibrating._is_over  # nothing else shows that no process follows


def test_the_list_of_workers_tells_what_work_costs(sqlite_store: Store) -> None:
    """Quotes are made by another process, on another machine perhaps."""
    reconciler = Reconciler(lambda: sqlite_store, "wrk_a", "here")
    reconciler._calibrating = Calibrating(figures(sqlite_store.settings.home))  # as `start` does

    reconciler.sweep(sqlite_store)

    with sqlite_store.database.reading() as session:
        (worker,) = workers.listed(session)
    assert worker.calibration == read({**FIGURES, "environment": fingerprint()})
