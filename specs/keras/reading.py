"""The field `network.keras`: a model as `to_json()` gives it, read as the list of layers that it says.

Nothing of it is ever evaluated or imported: classes are looked up in a fixed table. Keras 2 and Keras 3 are read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specs.grammar.fields import Type
from specs.grammar.reading import INVALID, Location
from specs.grammar.wording import counted, described, shorten
from specs.keras.calls import connect, names_of, translate_call
from specs.keras.given_masks import check_masks
from specs.keras.graph import MODELS, Flattening, NotRead, needed
from specs.keras.layers import AXIS_OF_LAYER
from specs.keras.nodes import is_operation
from specs.keras.operations import check_operations, end_masks
from specs.keras.places import KerasPlace
from specs.keras.settings import class_of
from specs.keras.sharing import unshare
from specs.pointers import pointer

HOW = 'what `model.to_json()` gives: {"class_name": "Sequential" or "Functional", "config": {"layers": […]}}'
MOST_WRITTEN = 8  # times as many layers as there may be are looked at: masks alone are several operations each


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
        name, config = class_of(model), model.get("config")
        layers = config.get("layers") if isinstance(config, Mapping) else config  # old models had the list alone
        if name not in MODELS or not isinstance(layers, list):
            return _not_a_model(value, place)
        if not 1 <= len(layers) <= MOST_WRITTEN * self.most:
            return self._too_many(len(layers), place)
        here = KerasPlace.of(place, place.path, place.canonical, {}, is_text=isinstance(value, str))
        flat = Flattening(here, self.most)
        try:
            output = unshare(flat, flat.flatten(model))
            flat.calls = needed(flat.calls, output)
            check_operations(flat)
            if any(is_operation(call.layer) for call in flat.calls):
                flat.calls = end_masks(flat.calls)
            return self._layers(flat, place, is_text=isinstance(value, str))
        except NotRead:
            return INVALID

    def _too_many(self, count: int, place: Location) -> Any:
        return place.fault(
            "spec.out_of_range",
            f"`{place.name}` must have 1 to {self.most} layers; got {counted(count)}.",
            found=count,
            expected=f"1 to {self.most} layers",
        )

    def _layers(self, flat: Flattening, place: Location, *, is_text: bool) -> Any:
        """Translate each call and read it as the long form has it."""
        names = names_of(flat.calls)
        read: list[Any] = []
        bodies: list[Mapping[str, Any]] = []
        frozen: list[str] = []
        for index, call in enumerate(flat.calls):
            root = (*place.path, *call.steps)
            canonical = (*place.canonical[:-1], "layers", index)
            one = translate_call(call, KerasPlace.of(place, root, canonical, {}, is_text=is_text))
            bodies.append({} if one is None else one.body)
            if one is None:
                read.append(INVALID)
                continue
            connect(one, call, index, names)
            name = names[index]
            frozen += [name] if one.is_frozen and name is not None else []
            here = KerasPlace.of(place, root, canonical, one.posted_as, is_text=is_text)
            place.diagnostics.origins[pointer(canonical)] = pointer(here.path)
            read.append(self.layer.read(one.body, here))
            if one.axis is not None and read[-1] is not INVALID:
                here.child(AXIS_OF_LAYER)  # where a fault would point to
                read[-1] = {**read[-1], AXIS_OF_LAYER: one.axis}
        if any(each is INVALID for each in read):
            return INVALID
        check_masks(flat, bodies)
        if not read:
            return _not_a_model("a model without layers", place)
        return {"layers": read, "input_shape": flat.shape, "frozen": frozen}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _not_a_model(value: object, place: Location) -> Any:
    got = described(shorten(value, 60) if isinstance(value, str) else value)
    return place.fault(
        "spec.wrong_type",
        f"`{place.name}` must be a Keras model as JSON; got {got}.",
        found=value,
        expected=HOW,
    )
