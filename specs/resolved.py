"""The outcome of resolving: a spec in which nothing is open, with the reason for every value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from specs.blueprint import Blueprint, Sizes
from specs.errors import SpecWarning
from specs.values import Spec

SEED, SPLIT_SEED = "/training/seed", "/split/seed"
Origin = Literal["given", "inferred", "default", "drawn"]


@dataclass(frozen=True)
class Provenance:
    """Where a value comes from, with a sentence where it was not simply given."""

    source: Origin
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"source": self.source, "reason": self.reason}


@lru_cache(maxsize=1024)
def provenance(source: Origin, reason: str | None = None) -> Provenance:
    """Return where a value comes from; a spec has a hundred values, most of them from the same few places."""
    return Provenance(source, reason)


def drawn(seed: int) -> Provenance:
    """Say where a seed comes from that nobody gave."""
    return Provenance("drawn", f'pass "seed": {seed} to repeat')


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

    def drawn_again(self, draw_seed: Callable[[], int]) -> "Resolved":
        """Return what the same body resolves to another time: with another seed, unless it gave one."""
        if self.provenance[SEED].source != "drawn":
            return self
        seed = draw_seed()
        is_shared = self.provenance[SPLIT_SEED].source == "inferred"
        training = replace(self.spec.training, seed=seed)
        split = replace(self.spec.split, seed=seed) if is_shared else self.spec.split
        spec = replace(self.spec, training=training, split=split)
        document = {
            **self.document,
            "split": {**self.document["split"], "seed": split.seed},
            "training": {**self.document["training"], "seed": seed},
        }
        plan = replace(self.blueprint.plan, seed=seed)
        return replace(
            self,
            spec=spec,
            document=document,
            provenance={**self.provenance, SEED: drawn(seed)},
            blueprint=replace(self.blueprint, spec=spec, plan=plan),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, as a dry run shows them."""
        return {
            "resolved": dict(self.document),
            "provenance": {pointer: entry.to_json() for pointer, entry in self.provenance.items()},
            "warnings": [warning.to_json() for warning in self.warnings],
        }
