"""Several answers for each row: columns side by side, or one column of vectors."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from datasets.preprocessing.encodings import TargetEncoding


@dataclass(frozen=True, kw_only=True)
class SeveralTargets:
    """An output for each column: numbers, each scaled by itself, or yes/no answers that do not exclude each other."""

    classes: ClassVar[tuple[str, ...]] = ()
    task: str  # regression or multilabel
    parts: tuple[TargetEncoding, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are predicted."""
        return tuple(part.column for part in self.parts)

    @property
    def units(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """What an error of 1 of each output amounts to, and what 0 stands for, for numbers."""
        if self.task != "regression":
            return (), ()
        return tuple(part.scale for part in self.parts), tuple(part.mean for part in self.parts)

    @property
    def output_width(self) -> int:
        """How many outputs the network has."""
        return len(self.parts)

    def decode(self, outputs: np.ndarray) -> list[dict[str, Any]]:
        """Network outputs (rows, outputs) as {"values"} or {"labels", "probabilities"}, by column."""
        outputs = np.asarray(outputs, np.float64)
        if self.task == "multilabel":
            return [_by_column(self.columns, row) for row in outputs.tolist()]
        means, scales = (np.array([getattr(part, name) for part in self.parts]) for name in ("mean", "scale"))
        return [{"values": dict(zip(self.columns, row, strict=True))} for row in (outputs * scales + means).tolist()]


def _by_column(columns: tuple[str, ...], shares: list[float]) -> dict[str, Any]:
    labels = {name: share > 0.5 for name, share in zip(columns, shares, strict=True)}
    return {"labels": labels, "probabilities": dict(zip(columns, shares, strict=True))}


@dataclass(frozen=True, kw_only=True)
class VectorTarget:
    """An output for each number of a vector: (number - mean) / scale of its place, or 0 and 1 as they are."""

    classes: ClassVar[tuple[str, ...]] = ()
    column: str
    task: str  # regression or multilabel
    means: tuple[float, ...]
    scales: tuple[float, ...]
    shape: tuple[int, ...] = ()  # of the numbers of a cell, where they are no vector

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are predicted."""
        return (self.column,)

    @property
    def units(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """What an error of 1 of each output amounts to, and what 0 stands for, for numbers."""
        return (self.scales, self.means) if self.task == "regression" else ((), ())

    @property
    def output_width(self) -> int:
        """How many outputs the network has."""
        return len(self.means)

    def decode(self, outputs: np.ndarray) -> list[dict[str, Any]]:
        """Network outputs (rows, outputs) as {"values"} or {"labels", "probabilities"}, in the shape of a cell."""
        outputs = np.asarray(outputs, np.float64)
        cells = (len(outputs), *(self.shape or outputs.shape[1:]))
        if self.task == "regression":
            return [{"values": row} for row in (outputs * self.scales + self.means).reshape(cells).tolist()]
        shares = outputs.reshape(cells)
        labels = (shares > 0.5).tolist()
        return [{"labels": said, "probabilities": row} for said, row in zip(labels, shares.tolist(), strict=True)]
