"""The layers, output layer included."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specs.values.component import Layer


@dataclass(frozen=True, kw_only=True)
class NetworkSpec:
    """Layers in order; the last activation is the loss's link, which training takes off again to work from logits."""

    layers: tuple[Layer, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, always in the long form."""
        return {"layers": [layer.to_json() for layer in self.layers]}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "NetworkSpec":
        """Read what `to_json` wrote."""
        return cls(layers=tuple(map(Layer.from_json, body["layers"])))
