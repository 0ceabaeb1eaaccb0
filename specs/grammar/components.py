"""Components of the vocabulary in a job body: a name, or an object with the name and parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from neural import vocabulary
from neural.fields import ParameterInfo
from neural.vocabulary import Entry, Kind
from specs.grammar.choices import Choice
from specs.grammar.fields import AUTO, Field, Type
from specs.grammar.numbers import Number, Range, Whole
from specs.grammar.objects import Object
from specs.grammar.reading import INVALID, Place
from specs.grammar.scalars import Flag, Text
from specs.grammar.spellings import CHOICES, LATER, PARAMETERS, REFUSED
from specs.grammar.wording import described, written

MOST_UNITS = 1_000_000
EXAMPLES = {"optimizer": "adam", "activation": "relu"}


@cache
def choice(kind: Kind) -> Choice:
    """Return the type that accepts the name of a component."""
    table = vocabulary.TABLES[kind]
    known = {alias: entry.name for entry in table.values() for alias in entry.aliases}
    return Choice(what=kind, names=tuple(table), known=known, synonyms=CHOICES.get(kind, {}), later=LATER.get(kind, {}))


@cache
def parameters(kind: Kind, name: str) -> Object:
    """Return the field table of a component's parameters."""
    entry = vocabulary.TABLES[kind][name]
    fields = tuple(_field(entry, info) for info in entry.parameters)
    names = (_layer_name(),) if kind == "layer" else ()
    return Object(title=name, fields=(*fields, *names), refused=REFUSED.get((kind, name), REFUSED.get((kind, "*"), {})))


def _layer_name() -> Field:
    return Field(
        name="name",
        type=LayerName(max_length=64),
        summary="What the layer's weights are called: `<name>.kernel`.",
        default=AUTO,
        can_be_auto=True,
    )


def _field(entry: Entry, info: ParameterInfo) -> Field:
    inferred = entry.kind == "layer" and info.name in {"units", "activation", "initializer"}
    required = info.default is None
    return Field(
        name=info.name,
        type=_type(info),
        summary=info.summary,
        default=AUTO if required and inferred else info.default,
        required=required,
        can_be_auto=inferred,
        example={"units": 64, "rate": 0.1, "function": "relu"}.get(info.name),
        keeps_auto=True,
        synonyms=PARAMETERS.get((entry.kind, info.name), ()),
    )


def _type(info: ParameterInfo) -> Type:
    if info.type == "bool":
        return Flag()
    if info.type == "choice":
        is_function = info.choices == tuple(vocabulary.ACTIVATIONS)
        return Component("activation") if is_function else choice("initializer")
    bounds = Range(
        minimum=info.minimum,
        maximum=MOST_UNITS if info.name == "units" else info.maximum,
        above=info.exclusive_minimum,
        below=info.exclusive_maximum,
    )
    typical = {"units": 64, "rate": 0.1}.get(info.name, info.default)
    numeric = Whole if info.type == "int" else Number
    return numeric(bounds=bounds, typical=typical if isinstance(typical, (int, float)) else None)


@dataclass(frozen=True, kw_only=True)
class LayerName(Text):
    """Text that can be part of an array's name and of a file's."""

    def read(self, value: object, place: Place) -> Any:
        """Return the name, or note what is wrong with it."""
        text = super().read(value, place)
        if isinstance(text, str) and not all(
            letter.isascii() and (letter.isalnum() or letter in "_-") for letter in text
        ):
            kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text)
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` may hold letters, digits, `_` and `-` only; got {written(value)}.",
                found=value,
                expected="letters, digits, _ and -",
                suggestion=kept,
            )
        return text


@dataclass(frozen=True)
class Component:
    """`"adam"`, or `{"name": "adam", "beta_1": 0.9}`; read as the object."""

    kind: Kind
    key: str = "name"
    as_text: bool = field(default=True)

    def expected(self) -> str:
        """Say what is accepted."""
        names = choice(self.kind).expected()
        return (
            f"{names}, or an object with its `{self.key}` and parameters"
            if self.as_text
            else f"an object with `{self.key}`, {names}"
        )

    def read(self, value: object, place: Place) -> Any:
        """Return the component's name with the parameters that were given, or note what is wrong."""
        if isinstance(value, str) and self.as_text:
            name = choice(self.kind).read(value, place)
            return INVALID if name is INVALID else {self.key: name}
        if not isinstance(value, Mapping):
            return place.fault(
                "spec.wrong_type",
                f"`{place.name}` must be {self._wanted()}; got {described(value)}.",
                found=value,
                expected=self.expected(),
                allowed=choice(self.kind).names,
            )
        return self._read_object(value, place)

    def _read_object(self, value: Mapping[str, object], place: Place) -> Any:
        """Look the name up first, then read only what belongs to it: no fault speaks of other components."""
        if self.key not in value:
            return place.child(self.key).fault(
                "spec.missing_field",
                f"`{place.name}` needs `{self.key}`: which {self.kind} it is.",
                allowed=choice(self.kind).names,
                expected=choice(self.kind).expected(),
                hint=f'Such as "{self.key}": "{EXAMPLES.get(self.kind, choice(self.kind).names[0])}".',
            )
        name = choice(self.kind).read(value[self.key], place.child(self.key))
        if name is INVALID:
            return INVALID
        before = len(place.findings.faults)
        read = parameters(self.kind, name).read(value, place, skip=(self.key,))
        return INVALID if len(place.findings.faults) > before or place.findings.is_full else {self.key: name, **read}

    def _wanted(self) -> str:
        article = choice(self.kind).article
        return f"the name of {article}, or an object with its `{self.key}`" if self.as_text else "an object"

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "component", "kind": self.kind, "choices": list(choice(self.kind).names)}
