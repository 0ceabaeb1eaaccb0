"""The number of BLAS threads of a worker process: one, fixed before NumPy reads it.

Four processes with BLAS' own default on two cores needed 63 s for what one thread each does in 2.4 s; and another
number of threads gives other bits. NumPy reads the variables once, when it is imported.
"""

import os
import sys

VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

_came_too_late: list[str] = []


def pin() -> None:
    """Set to one what the environment leaves open; note what NumPy, already imported, can no longer see."""
    unset = [name for name in VARIABLES if name not in os.environ]
    if "numpy" in sys.modules:
        _came_too_late.extend(unset)
    os.environ.update(dict.fromkeys(unset, "1"))


def unpinned() -> list[str]:
    """Name the variables that were set too late to count; a worker that finds any must not train."""
    return sorted(set(_came_too_late))
