"""The price of each unit of work on one machine, fitted to short trainings whose work was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from specs.estimates.work import UNITS, Work

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Seconds of processor time for each unit.

    `error` is the typical misfit (of the logarithm) where the prices were found; `busy` tells how much longer it took
    than the processor was given, because others used the machine as well.
    """

    seconds: Mapping[str, float]
    error: float
    busy: float = 1.0

    def price(self, work: Work) -> float:
        """Return the seconds that a worker with nothing else to do needs."""
        return sum(self.seconds.get(name, 0.0) * count for name, count in work.items())

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"seconds": dict(self.seconds), "error": self.error, "busy": self.busy}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Calibration":
        """Read what `to_json` wrote."""
        return cls(seconds=dict(body["seconds"]), error=float(body["error"]), busy=float(body["busy"]))


def fitted(works: Sequence[Work], seconds: Sequence[float]) -> Calibration:
    """Find the prices, none below zero, that explain the seconds best in proportion."""
    measured = np.asarray(seconds, np.float64)
    counts = np.array([[work.get(name, 0.0) for name in UNITS] for work in works]) / measured[:, None]
    prices = _not_negative(counts, np.ones(len(measured)))
    error = float(np.sqrt(np.mean(np.log(counts @ prices) ** 2)))
    return Calibration(seconds=dict(zip(UNITS, prices.tolist(), strict=True)), error=round(error, 4))


def _not_negative(matrix: Floats, wanted: Floats) -> Floats:
    """Solve the least squares problem without negative numbers: the most negative one goes, until none is left."""
    scale = np.where((norms := np.linalg.norm(matrix, axis=0)) > 0, norms, 1.0)
    kept = np.flatnonzero(norms)
    while True:
        found = np.linalg.lstsq((matrix / scale)[:, kept], wanted, rcond=None)[0]
        if (found >= 0).all():
            break
        kept = np.delete(kept, int(np.argmin(found)))
    prices = np.zeros(matrix.shape[1])
    prices[kept] = found
    return prices / scale


TYPICAL = Calibration(
    seconds={
        "epochs": 2.2e-4,
        "steps": 2.4e-6,
        "calls": 3.2e-7,
        "products": 1e-11,
        "columns": 7e-10,
        "kernels": 1e-11,
        "updates": 4.7e-10,
        "values": 3e-10,
        "functions": 2.4e-9,
        "loaded": 1e-9,
        "measured": 1e-8,
    },
    error=0.5,
)
"""A machine of 2024, for as long as no worker has measured itself."""
