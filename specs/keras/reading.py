"""The field `network.keras`: a Sequential as `to_json()` gives it, read as the list of layers that it says.

Nothing of it is ever evaluated or imported: classes are looked up in a fixed table. Keras 2 and Keras 3 are read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specs.grammar.fields import Type
from specs.grammar.reading import INVALID, Location
from specs.grammar.wording import counted, described, shorten
from specs.keras.layers import class_of, translate
from specs.keras.places import KerasPlace
from specs.pointers import Path

HOW = 'what `model.to_json()` gives for a Sequential: {"class_name": "Sequential", "config": {"layers": […]}}'


@dataclass(frozen=True)
class KerasModel:
    """The type; what it returns is what `layers` would have returned, with the shape of the model's input."""

    layer: Type  # of the long form
    most: int

    def expected(self) -> str:
        """Say in words what is accepted."""
        return HOW

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "object", "format": "keras"}

    def read(self, value: object, place: Location) -> Any:
        """Return `{"layers": …, "input_shape": …}`, or note faults where they stand in the model."""
        model = _parsed(value) if isinstance(value, str) else value
        if not isinstance(model, Mapping):
            return _not_a_model(value, place)
        config, name = model.get("config"), class_of(model)
        if name in {"Functional", "Model"}:
            return _functional(name, place)
        found = config.get("layers") if isinstance(config, Mapping) else config  # old models had the list alone
        if name != "Sequential" or not isinstance(found, list):
            return _not_a_model(value, place)
        if not 1 <= len(found) <= self.most:
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must have 1 to {self.most} layers; got {counted(len(found))}.",
                found=len(found),
                expected=f"1 to {self.most} layers",
            )
        steps = ("config", "layers") if isinstance(config, Mapping) else ("config",)
        return self._layers(found, place, steps, is_text=isinstance(value, str))

    def _layers(self, found: list[Any], place: Location, steps: Path, *, is_text: bool) -> Any:
        """Translate each layer and read it as the long form has it."""
        shape: tuple[int, ...] | None = None
        read: list[Any] = []
        for index, layer in enumerate(found):
            root = place.path if is_text else (*place.path, *steps, index)
            canonical = (*place.canonical[:-1], "layers", len(read))
            one = translate(layer, KerasPlace(place.diagnostics, root, canonical, {}, (), root, is_text))
            if one is None:
                read.append(INVALID)
                continue
            shape = shape or (one.input_shape if not read else None)
            if one.body:
                here = KerasPlace(place.diagnostics, root, canonical, one.posted_as, (), root, is_text)
                place.diagnostics.origins["/" + "/".join(map(str, canonical))] = "/" + "/".join(map(str, root))
                read.append(self.layer.read(one.body, here))
        if any(each is INVALID for each in read):
            return INVALID
        return {"layers": read, "input_shape": shape} if read else _not_a_model("a model without layers", place)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _functional(name: str, place: Location) -> Any:
    return place.fault(
        "spec.not_supported_yet",
        f"`{place.name}` is a {name} model; only a Sequential is read.",
        found=name,
        expected="Sequential",
        hint="Write branches in `network.layers`, where each layer can name its `inputs`.",
    )


def _not_a_model(value: object, place: Location) -> Any:
    got = described(shorten(value, 60) if isinstance(value, str) else value)
    return place.fault(
        "spec.wrong_type",
        f"`{place.name}` must be a Keras Sequential as JSON; got {got}.",
        found=value,
        expected=HOW,
    )
