"""The outcome of resolving: a spec in which nothing is open, with the reason for every value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from specs.blueprint import Blueprint, Sizes
from specs.errors import SpecWarning
from specs.values import Spec

Origin = Literal["given", "inferred", "default", "drawn"]


@dataclass(frozen=True)
class Provenance:
    """Where a value comes from, with a sentence where it was not simply given."""

    source: Origin
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"source": self.source, "reason": self.reason}


@dataclass(frozen=True)
class Resolved:
    """The spec, with what was made of it on the way.

    `provenance` has an entry for every leaf of `spec.to_json()`; `metadata` counts as one leaf.
    """

    spec: Spec
    document: Mapping[str, Any]  # `spec.to_json()`
    provenance: Mapping[str, Provenance]
    warnings: tuple[SpecWarning, ...]
    blueprint: Blueprint
    memory_bytes: int  # that training needs

    @property
    def sizes(self) -> Sizes:
        """How large everything is."""
        return self.blueprint.sizes

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, as a dry run shows them."""
        return {
            "resolved": dict(self.document),
            "provenance": {pointer: entry.to_json() for pointer, entry in self.provenance.items()},
            "warnings": [warning.to_json() for warning in self.warnings],
        }
