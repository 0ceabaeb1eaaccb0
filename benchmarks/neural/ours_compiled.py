"""This project's own training loop with compiled kernels, as `CHAINRULE_KERNELS=numba` has it."""

import numba  # noqa: F401  # without it there is nothing to measure

from benchmarks.neural import ours
from benchmarks.neural.ours import can_run
from benchmarks.neural.workloads import Workload
from neural.engine import backend

NAME = "chainrule numba"


class Trainer:
    """Trains a workload from its first weights at every call."""

    def __init__(self, work: Workload) -> None:
        self._train = ours.Trainer(work)

    def __call__(self) -> float:
        """Train; give the mean loss of the first epoch."""
        backend.choose("numba")
        try:
            return self._train()
        finally:
            backend.choose("numpy")


__all__ = ["NAME", "Trainer", "can_run"]
