"""A component with every parameter written out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from neural.vocabulary import components_of


@dataclass(frozen=True, kw_only=True)
class Component:
    """An activation, loss or optimizer; in JSON its name, or an object where it has parameters."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> Any:
        """Write `"relu"`, or `{"name": "huber", "delta": 1.0}`."""
        return {"name": self.name, **self.parameters} if self.parameters else self.name

    @classmethod
    def from_json(cls, body: Any) -> "Component":
        """Read what `to_json` wrote."""
        if isinstance(body, str):
            return cls(name=body)
        return cls(name=body["name"], parameters={key: value for key, value in body.items() if key != "name"})


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer with every parameter written out; activations and initializers among them are components."""

    type: str
    name: str
    parameters: Mapping[str, Any]
    inputs: tuple[str, ...] | None = None  # names of earlier layers; None: the one before

    def to_json(self) -> dict[str, Any]:
        """Write the layer as the long form has it."""
        plain = {
            key: value.to_json() if isinstance(value, Component) else value for key, value in self.parameters.items()
        }
        read = {} if self.inputs is None else {"inputs": list(self.inputs)}
        return {"type": self.type, "name": self.name, **plain, **read}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Layer":
        """Read what `to_json` wrote."""
        parameters = {
            key: Component.from_json(value) if key in components_of(body["type"]) else value
            for key, value in body.items()
            if key not in {"type", "name", "inputs"}
        }
        inputs = body.get("inputs")
        return cls(
            type=body["type"],
            name=body["name"],
            parameters=parameters,
            inputs=None if inputs is None else tuple(inputs),
        )

    @property
    def activation(self) -> Component | None:
        """The function that makes the layer's outputs, if it has one."""
        found = self.parameters.get("activation", self.parameters.get("function"))
        return found if isinstance(found, Component) else None
