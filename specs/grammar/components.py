"""Components of the vocabulary in a job body: a name, or an object with the name and parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from neural import vocabulary
from neural.errors import ParameterOutOfRange
from neural.fields import MOST_NUMBERS, ParameterInfo, parameters_of
from neural.vocabulary import Entry, Kind
from specs.grammar.choices import Choice
from specs.grammar.containers import ListOf
from specs.grammar.elsewhere import ELSEWHERE
from specs.grammar.fields import AUTO, Field, Type
from specs.grammar.numbers import Number, Range, Whole
from specs.grammar.objects import Object
from specs.grammar.reading import INVALID, Location
from specs.grammar.scalars import Flag, Text
from specs.grammar.sizes import SizeType
from specs.grammar.spellings import CHOICES, LATER, PARAMETERS, REFUSED
from specs.grammar.wording import described, written

MOST_UNITS = 1_000_000
MOST_INPUTS = 64
TYPICAL = {"units": 64, "rate": 0.1, "filters": 16, "kernel_size": 3, "pool_size": 2, "num_heads": 4, "key_dim": 16}
EXAMPLES = {"optimizer": "adam", "activation": "relu", "initializer": "he_normal"}


@cache
def choice(kind: Kind) -> Choice:
    """Return the type that accepts the name of a component."""
    table = vocabulary.TABLES[kind]
    known = {alias: entry.name for entry in table.values() for alias in entry.aliases}
    synonyms = {word: name for word, name in CHOICES.get(kind, {}).items() if name in table and word not in known}
    later = {word: what for word, what in LATER.get(kind, {}).items() if word not in {*table, *known, *synonyms}}
    return Choice(
        what=kind, names=tuple(table), known=known, synonyms=synonyms, later=later, elsewhere=ELSEWHERE.get(kind, {})
    )


@cache
def parameters(kind: Kind, name: str) -> Object:
    """Return the field table of a component's parameters."""
    entry = vocabulary.TABLES[kind][name]
    fields = tuple(_field(entry, info) for info in entry.parameters)
    own = (_layer_name(), _layer_inputs()) if kind == "layer" else ()
    return Object(title=name, fields=(*fields, *own), refused=REFUSED.get((kind, name), REFUSED.get((kind, "*"), {})))


def fields_of(component: type) -> tuple[Field, ...]:
    """Return the fields that a described component declares, each with its default."""
    return tuple(
        Field(
            name=info.name, type=_type(info), summary=info.summary, default=json_value(info.default), can_be_auto=True
        )
        for info in parameters_of(component)
    )


def _layer_name() -> Field:
    return Field(
        name="name",
        type=LayerName(max_length=64),
        summary="What the layer's weights are called: `<name>.kernel`.",
        default=AUTO,
        can_be_auto=True,
    )


def _layer_inputs() -> Field:
    return Field(
        name="inputs",
        type=ListOf(item=LayerName(max_length=64), min_length=1, max_length=MOST_INPUTS),
        summary="Earlier layers that it reads, by name; `input` is the network's own. The one before it unless given.",
        default=AUTO,
        can_be_auto=True,
        synonyms=("inbound", "input"),
    )


def _field(entry: Entry, info: ParameterInfo) -> Field:
    inferred = entry.kind == "layer" and info.name in {"units", "activation", "initializer"}
    required = info.default is None
    return Field(
        name=info.name,
        type=_type(info),
        summary=info.summary,
        default=AUTO if required and inferred else json_value(info.default),
        required=required,
        can_be_auto=inferred,
        example={**TYPICAL, "function": "relu"}.get(info.name),
        keeps_auto=True,
        synonyms=tuple(
            word
            for word in PARAMETERS.get((entry.kind, info.name), ())
            if word not in {other.name for other in entry.parameters}
        ),
    )


def _type(info: ParameterInfo) -> Type:
    if info.type == "bool":
        return Flag()
    if info.type == "choice":
        nested = vocabulary.kind_of(info)
        if nested is not None:
            return Component(nested)
        return Choice(what=info.name.replace("_", " "), names=info.choices)
    if info.type == "sizes":
        return _sizes(info)
    if info.type in {"ints", "floats"}:
        item = _type(replace(info, type="int" if info.type == "ints" else "float", default=None))
        return ListOf(item=item, max_length=MOST_NUMBERS)
    bounds = Range(
        minimum=info.minimum,
        maximum=MOST_UNITS if info.type == "int" and info.maximum is None else info.maximum,
        above=info.exclusive_minimum,
        below=info.exclusive_maximum,
    )
    typical = TYPICAL.get(info.name, info.default)
    numeric = Whole if info.type == "int" else Number
    return numeric(bounds=bounds, typical=typical if isinstance(typical, (int, float)) else None)


def _sizes(info: ParameterInfo) -> Type:
    size = Whole(
        bounds=Range(minimum=info.minimum, maximum=MOST_UNITS, above=info.exclusive_minimum),
        typical=TYPICAL.get(info.name, 1),
    )
    return SizeType(size=size, axes=info.axes, one=info.axes > 0)


def json_value(value: object) -> object:
    """Return a value as JSON has it: a list in place of a tuple."""
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, kw_only=True)
class LayerName(Text):
    """Text that can be part of an array's name and of a file's."""

    def read(self, value: object, place: Location) -> Any:
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

    def read(self, value: object, place: Location) -> Any:
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

    def _read_object(self, value: Mapping[str, object], place: Location) -> Any:
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
        before = len(place.diagnostics.faults)
        read = parameters(self.kind, name).read(value, place, skip=(self.key,))
        self._check_together(str(name), read, place, is_sound=len(place.diagnostics.faults) == before)
        return (
            INVALID if len(place.diagnostics.faults) > before or place.diagnostics.is_full else {self.key: name, **read}
        )

    def _check_together(self, name: str, read: Mapping[str, Any], place: Location, *, is_sound: bool) -> None:
        """Note a parameter that is right alone, but not next to the others; layers are checked with their shapes."""
        if not is_sound or self.kind == "layer":
            return
        try:
            vocabulary.create(self.kind, name, **read)
        except ParameterOutOfRange as error:
            place.child(error.parameter).fault(
                "spec.out_of_range",
                f"`{error.parameter}` must be {error.expected}; got {written(error.value)}.",
                found=error.value,
                expected=error.expected,
            )

    def _wanted(self) -> str:
        article = choice(self.kind).article
        return f"the name of {article}, or an object with its `{self.key}`" if self.as_text else "an object"

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "component", "kind": self.kind, "choices": list(choice(self.kind).names)}
