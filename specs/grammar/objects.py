"""Closed objects: every key is a field, a known synonym, or a fault that says what was meant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from datasets.did_you_mean import closest
from specs.grammar.fields import Field
from specs.grammar.reading import ABSENT, INVALID, Location
from specs.grammar.wording import described, shorten, written
from specs.pointers import at, merged, patch_at, pointer, removal, rename

MOST_UNKNOWN = 20


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """Fields that cannot stand beside another one."""

    field: str
    others: tuple[str, ...]
    why: str


@dataclass(frozen=True, kw_only=True)
class Object:
    """A table of fields.

    `later` are fields that are planned, `refused` names that mean different things in different tools; both with an
    explanation. `homes` tells in which object a field lives that does not belong here. `reinterpret` may find another
    field for a key from its value; `finish` sees what was read.
    """

    title: str  # "training", or "job" for the whole body
    fields: tuple[Field, ...]
    later: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()
    homes: Callable[[], Mapping[str, tuple[str, ...]]] = dict
    reinterpret: Callable[[str, object, Mapping[str, object]], str | None] = lambda _key, _value, _all: None
    finish: Callable[[dict[str, Any], Location], None] = lambda _read, _place: None

    def field(self, name: str) -> Field:
        """Return the field of this name; KeyError if there is none."""
        return {found.name: found for found in self.fields}[name]

    def expected(self) -> str:
        """Say what is accepted."""
        return f"an object with the fields {', '.join(found.name for found in self.fields)}"

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "object", "fields": [found.to_json() for found in self.fields]}

    def read(self, value: object, place: Location, *, skip: tuple[str, ...] = ()) -> Any:
        """Return what was given by canonical names, without what is "auto" and what was refused."""
        if not isinstance(value, Mapping):
            return place.fault(
                "spec.wrong_type",
                f"`{place.name}` must be an object; got {described(value)}.",
                found=value,
                expected=self.expected(),
            )
        given = self._claim(value, place, skip)
        read: dict[str, Any] = {}
        for name, key in given.items():
            item = self.field(name).read(value[key], place.child(key, name))
            if item is not ABSENT:
                read[name] = item
        self._exclude(read, given, place)
        valid = {name: item for name, item in read.items() if item is not INVALID}
        self.finish(valid, place)
        return valid

    def _claim(self, value: Mapping[str, object], place: Location, skip: tuple[str, ...]) -> dict[str, str]:
        """Find the field of each key; the result is field → key as posted."""
        claimed: dict[str, str] = {}
        meant: set[str] = set()
        unknown = 0
        for key in value:
            if key in skip:
                continue
            name = self._name_of(key, value, place)
            if name is None:
                unknown += 1
                if unknown <= MOST_UNKNOWN:
                    meant.add(self._explain(str(key), value[key], place) or "")
            elif name in claimed:
                self._doubled(name, claimed[name], key, place)
            else:
                claimed[name] = key
        for needed in self.fields:
            if needed.required and needed.name not in claimed and needed.name not in meant:
                self._missing(needed, place)
        return claimed

    def _name_of(self, key: object, value: Mapping[str, object], place: Location) -> str | None:
        if not isinstance(key, str):
            return None
        other = self.reinterpret(key, value[key], value)
        if other is not None:
            place.child(key, other).warn(f"`{key}` was read as `{other}`.")
            return other
        for found in self.fields:
            if key == found.name:
                return key
            if key in found.synonyms:
                place.child(key, found.name).warn(f"`{key}` was read as `{found.name}`.")
                return found.name
        return None

    def _missing(self, needed: Field, place: Location) -> None:
        at_place = place.child(needed.name)
        at_place.fault(
            "spec.missing_field",
            f"`{self._called(place)}` needs `{needed.name}`: {needed.summary[0].lower()}{needed.summary[1:]}",
            expected=needed.type.expected(),
            hint=f'Such as "{needed.name}": {written(needed.example)}.' if needed.example is not None else None,
        )

    def _doubled(self, name: str, first: str, second: str, place: Location) -> None:
        drop = second if second != name else first
        keep = first if drop == second else second
        place.child(drop, name).fault(
            "spec.conflict",
            f"`{keep}` and `{drop}` are two names of one field.",
            hint=f"Keep `{keep}`.",
            patch=removal(place.child(drop).path),
        )

    def _exclude(self, read: dict[str, Any], given: Mapping[str, str], place: Location) -> None:
        for rule in self.exclusions:
            if rule.field not in read:
                continue
            for other in rule.others:
                if other in read:
                    place.child(given[other], other).fault(
                        "spec.conflict",
                        f"`{rule.field}` and `{other}` cannot both be set: {rule.why}.",
                        hint=f"Leave out one of them, such as `{other}`.",
                        patch=removal(place.child(given[other]).path),
                    )
                    read[other] = INVALID

    def _explain(self, key: str, value: object, place: Location) -> str | None:
        """Note what is wrong with an unknown key; return the field that was probably meant."""
        here = place.child(key)
        shown = shorten(key)
        if key in self.later:
            here.fault(
                "spec.not_supported_yet",
                f"`{shown}` ({self.later[key]}) is not supported yet.",
                found=value,
                hint="Leave it out.",
                patch=removal(here.path),
            )
            return None
        if key in self.refused:
            here.fault("spec.ambiguous_field", f"`{shown}` is not accepted here: {self.refused[key]}", found=value)
            return None
        home = self.homes().get(key)
        if home is not None and home[:-1] != tuple(here.canonical[:-1]):
            self._misplaced(here, value, home)
            return None
        return self._misspelt(here, key)

    def _misplaced(self, here: Location, value: object, home: tuple[str, ...]) -> None:
        without = removal(here.path)
        taken = at(here.diagnostics.body, home) is not None
        setting = None if taken else patch_at(here.diagnostics.body, home, value)
        where = f"`{home[0]}`" if len(home) > 1 else "the job itself"
        here.fault(
            "spec.unknown_field",
            f"`{shorten(str(here.path[-1]))}` is not a field of {self._owner(here)}; it belongs to {where}.",
            found=value,
            allowed=tuple(found.name for found in self.fields),
            hint=f"Write it as `{'.'.join(home)}`.",
            patch=merged(without, setting) if without and setting else None,
        )
        here.diagnostics.refused.add(pointer(home))

    def _misspelt(self, here: Location, key: str) -> str | None:
        names = {found.name: found.name for found in self.fields}
        names |= {synonym: found.name for found in self.fields for synonym in found.synonyms}
        spelling = None if here.diagnostics.is_full else closest(key, names)
        meant = names[spelling] if spelling else None
        siblings = at(here.diagnostics.body, here.path[:-1])
        is_free = isinstance(siblings, Mapping) and meant not in siblings
        here.fault(
            "spec.unknown_field",
            f"`{shorten(key)}` is not a field of {self._owner(here)}.",
            found=key,
            allowed=tuple(found.name for found in self.fields),
            hint=f"Rename it to `{meant}`." if meant else "Leave it out.",
            suggestion=meant,
            patch=removal(here.path)
            if not meant
            else rename(here.diagnostics.body, here.path, meant)
            if is_free
            else None,
            is_key=True,
        )
        if meant:
            here.diagnostics.refused.add(pointer((*here.canonical[:-1], meant)))
        return meant

    def _owner(self, here: Location) -> str:
        return "the job" if len(here.path) == 1 else f"`{self.title}`"

    def _called(self, place: Location) -> str:
        return place.name if place.path else "job"
