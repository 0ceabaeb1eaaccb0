"""Progress of an attempt: how far it is and how long it will take, as the numbers that a job shows."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from neural.training.reports import BatchReport, EpochReport, Report

WINDOW = 30  # marks over which the speed is measured: 3 to 9 s, calm enough and soon enough to notice


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What a training amounts to, known before its first step."""

    epochs: int
    steps: int
    rows: int  # training rows in one epoch
    metric: str  # that decides which epoch is best
    direction: str


@dataclass
class Progress:
    """The latest of everything; fed by the loop, read by the reporter's thread."""

    extent: Extent | None = None
    epoch: int = 0
    step: int = 0
    latest: dict[str, Any] | None = None
    best: dict[str, Any] | None = None
    _marks: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def start(self, extent: Extent, now: float) -> None:
        """Begin to count: what came before the first step is no part of the speed."""
        self.extent, self._marks = extent, deque([(now, self.step)], maxlen=WINDOW)

    def go_on(self, *, epoch: int, step: int, best: dict[str, Any] | None, latest: dict[str, Any] | None) -> None:
        """Begin where an earlier attempt stood."""
        self.epoch, self.step, self.best, self.latest = epoch, step, best, latest

    def observe(self, report: Report) -> None:
        """Take in a report; costs a microsecond."""
        self.epoch, self.step = report.epoch, report.step
        if isinstance(report, EpochReport):
            self.latest = {"epoch": report.epoch, **finite(report.values)}
            if report.is_best:
                self.best = self._as_best(report)
        elif self.latest is None and isinstance(report, BatchReport):
            self.latest = {"epoch": report.epoch, **finite({"loss": report.loss})}

    def mark(self, now: float) -> None:
        """Note where the loop stands at this moment, for the speed; a step that takes long changes nothing yet."""
        marks, step = self._marks, self.step
        if marks and step > marks[-1][1]:
            marks.append((now, step))

    def to_json(self) -> dict[str, Any]:
        """Give the job object's `progress`, with null for what is not known."""
        extent = self.extent
        speed = self._steps_per_second()
        return {
            "fraction": round(self.step / extent.steps, 6) if extent else 0.0,
            "epoch": self.epoch,
            "epochs": extent.epochs if extent else None,
            "step": self.step,
            "steps": extent.steps if extent else None,
            "eta_s": round((extent.steps - self.step) / speed, 3) if extent and speed else None,
            "samples_per_s": round(speed * extent.rows * extent.epochs / extent.steps, 1) if extent and speed else None,
        }

    def _as_best(self, report: EpochReport) -> dict[str, Any] | None:
        if self.extent is None:
            return None
        metric = self.extent.metric
        value = finite(report.values).get(metric)
        return {"metric": metric, "direction": self.extent.direction, "value": value, "epoch": report.epoch}

    def _steps_per_second(self) -> float | None:
        marks = self._marks
        if len(marks) < 2:
            return None
        (start, first), (end, last) = marks[0], marks[-1]
        return (last - first) / (end - start) if end > start else None


def finite(values: dict[str, float]) -> dict[str, float | None]:
    """Replace what JSON cannot say by null."""
    return {name: value if math.isfinite(value) else None for name, value in values.items()}
