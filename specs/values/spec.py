"""The resolved spec: a job body in which nothing is left to be inferred."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specs.values.features import Features
from specs.values.network import NetworkSpec
from specs.values.split import SplitSpec
from specs.values.tracking import Tracking
from specs.values.training import Training


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A job, completely said; posted again it resolves to itself."""

    dataset_id: str
    target: str | tuple[str, ...]
    task: str
    features: Features
    split: SplitSpec
    network: NetworkSpec
    training: Training
    tracking: Tracking
    name: str | None
    tags: tuple[str, ...]
    metadata: Mapping[str, Any]
    priority: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values in the grammar of a job body; `from_json` gives the equal spec back."""
        return {
            "dataset_id": self.dataset_id,
            "target": self.target if isinstance(self.target, str) else list(self.target),
            "task": self.task,
            "features": self.features.to_json(),
            "split": self.split.to_json(),
            "network": self.network.to_json(),
            "training": self.training.to_json(),
            "tracking": self.tracking.to_json(),
            "name": self.name,
            "tags": list(self.tags),
            "metadata": dict(self.metadata),
            "priority": self.priority,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Spec":
        """Read what `to_json` wrote."""
        return cls(
            **{
                **body,
                "target": body["target"] if isinstance(body["target"], str) else tuple(body["target"]),
                "features": Features.from_json(body["features"]),
                "split": SplitSpec.from_json(body["split"]),
                "network": NetworkSpec.from_json(body["network"]),
                "training": Training.from_json(body["training"]),
                "tracking": Tracking.from_json(body["tracking"]),
                "tags": tuple(body["tags"]),
            }
        )
