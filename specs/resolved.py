"""The outcome of resolving: a spec in which nothing is open, with the reason for every value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from specs.errors import SpecWarning
from specs.values import Spec

Source = Literal["given", "inferred", "default", "drawn"]


@dataclass(frozen=True)
class Provenance:
    """Where a value comes from, with a sentence where it was not simply given."""

    source: Source
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"source": self.source, "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What follows from spec and dataset together; inputs are those that the training rows will show, or a few more."""

    inputs: int
    outputs: int
    training_rows: int
    validation_rows: int
    input_shape: tuple[int, ...]  # of one row, as the network reads it
    test_rows: int = 0
    output_shape: tuple[int, ...] | None = None  # where it is no vector of `outputs`

    @property
    def outputs_of_row(self) -> tuple[int, ...]:
        """The shape of what the network gives for one row."""
        return self.output_shape or (self.outputs,)


@dataclass(frozen=True)
class Resolved:
    """`provenance` has an entry for every leaf of `spec.to_json()`; `metadata` counts as one leaf."""

    spec: Spec
    provenance: Mapping[str, Provenance]
    warnings: tuple[SpecWarning, ...]
    sizes: Sizes

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, as a dry run shows them."""
        return {
            "resolved": self.spec.to_json(),
            "provenance": {pointer: entry.to_json() for pointer, entry in self.provenance.items()},
            "warnings": [warning.to_json() for warning in self.warnings],
        }
