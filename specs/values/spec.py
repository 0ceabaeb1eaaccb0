"""The resolved spec: a job body in which nothing is left to be inferred."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datasets.recipe.features import Features
from datasets.recipe.recipe import Recipe
from datasets.recipe.split import SplitSpec
from specs.values.component import Layer
from specs.values.training import Training


@dataclass(frozen=True, kw_only=True)
class NetworkSpec:
    """All layers in order; the output layer's activation is the loss's link, which training takes off again.

    `semantics` is the version of what layers mean, where that matters; before there was a second, none was written.
    """

    layers: tuple[Layer, ...]
    semantics: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, always in the long form."""
        told = {} if self.semantics is None else {"semantics": self.semantics}
        return {"layers": [layer.to_json() for layer in self.layers], **told}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "NetworkSpec":
        """Read what `to_json` wrote."""
        return cls(layers=tuple(map(Layer.from_json, body["layers"])), semantics=body.get("semantics"))


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """What is written down while training: metrics, without the prefix `val_`, and how often a line."""

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

    @property
    def recipe(self) -> Recipe:
        """What decides which arrays the table becomes."""
        return Recipe(
            target=self.target,
            task=self.task,
            features=self.features,
            split=self.split,
            weight_by=self.training.sample_weight,
        )

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
