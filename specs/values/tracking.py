"""What is written down while training."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """Metrics without the prefix `val_`, and how often a line is written."""

    metrics: tuple[str, ...]
    every: int
    layer_health: int | None = None  # steps between two looks

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        health = None if self.layer_health is None else {"every": self.layer_health}
        return {"metrics": list(self.metrics), "every": self.every, "layer_health": health}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Tracking":
        """Read what `to_json` wrote."""
        health = body.get("layer_health") or {}
        return cls(metrics=tuple(body["metrics"]), every=body["every"], layer_health=health.get("every"))
