"""The type of `class_weight`: the word `balanced`, or a weight for each class."""

from dataclasses import dataclass
from typing import Any

from specs.grammar.choices import Choice
from specs.grammar.containers import MapOf
from specs.grammar.reading import Location
from specs.grammar.wording import described

BALANCED = Choice(what="class weighting", names=("balanced",))


@dataclass(frozen=True)
class ClassWeight:
    """`"balanced"`, or an object of classes and weights."""

    weights: MapOf

    def expected(self) -> str:
        """Say what is accepted."""
        return "balanced, an object with a weight for each class, or null"

    def read(self, value: object, place: Location) -> Any:
        """Return the word or the object, or note what is wrong with it."""
        if isinstance(value, str):
            return BALANCED.read(value, place)
        if isinstance(value, dict):
            return self.weights.read(value, place)
        return place.fault(
            "spec.wrong_type",
            f"`{place.name}` must be `balanced` or an object with a weight for each class; got {described(value)}.",
            found=value,
            expected=self.expected(),
            suggestion="balanced" if value is True else None,
        )

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": ["string", "object"], "choices": list(BALANCED.names), "values": self.weights.value.to_json()}
