"""One BLAS thread per worker process, or no worker."""

import os
import subprocess
import sys
from pathlib import Path

import worker

ROOT = Path(worker.__file__).parents[1]
PROBE = """
import {modules}, os
from worker.process import blas_threads
print(os.environ["OMP_NUM_THREADS"], blas_threads.unpinned())
"""


def run(modules: str, **extra: str) -> str:
    """What a fresh process finds after importing these modules."""
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")} | extra
    command = [sys.executable, "-c", PROBE.format(modules=modules)]
    return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_a_worker_pins_one_thread_before_numpy_comes() -> None:
    """Another number of threads gives other bits, and several processes with many each crawl."""
    assert run("worker, numpy") == "1 []"


def test_the_operators_number_is_kept() -> None:
    """A machine with few large jobs may want more; the number set outside counts."""
    assert run("worker, numpy", OMP_NUM_THREADS="4").startswith("4 ")


def test_a_pin_that_came_too_late_is_noticed() -> None:
    """NumPy reads the variables once: setting them afterwards would only look right."""
    assert run("numpy, worker") == "1 ['MKL_NUM_THREADS', 'OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS']"
