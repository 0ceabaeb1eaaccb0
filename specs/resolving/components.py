"""Completion of components and layers that leave something open: parameters, an initializer, a name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from neural import vocabulary
from neural.vocabulary import Kind
from specs.grammar.components import json_value
from specs.pointers import Path
from specs.resolving.notes import Notes
from specs.values import Component

LIKE_RELU = frozenset(
    {"relu", "leaky_relu", "elu", "gelu", "softplus"} | {"bounded_relu", "celu", "squareplus", "sparse_plus"}
)


def completed(
    notes: Notes, kind: Kind, given: Mapping[str, Any], path: Path, *, because: str | None = None, leave: str = ""
) -> Component:
    """Fill in the defaults of what was not given, and note the source of each.

    `because` is the reason if the component itself was inferred; `leave` names a parameter that lives elsewhere.
    """
    entry = vocabulary.TABLES[kind][given["name"]]
    parameters = {
        info.name: given.get(info.name, json_value(info.default)) for info in entry.parameters if info.name != leave
    }
    notes.note((*path, "name") if parameters else path, "inferred" if because else "given", because)
    for name in parameters:
        if name in given:
            notes.note((*path, name), "given")
        else:
            notes.note((*path, name), "default")
    return Component(name=entry.name, parameters=parameters)


def initializer_for(activation: str) -> Component:
    """Return the initializer that fits an activation: He et al. 2015 for those like relu, else Glorot & Bengio 2010."""
    return Component(name="he_normal" if activation in LIKE_RELU else "glorot_uniform")


class Names:
    """Numbers layers by their type, `dense_1`, `dense_2`, around the names that are taken."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._counts: Counter[str] = Counter()

    def next(self, kind: str) -> str:
        """Return the name of the next layer of a type."""
        self._counts[kind] += 1
        name = f"{kind}_{self._counts[kind]}"
        while name in self._taken:
            self._counts[kind] += 1
            name = f"{kind}_{self._counts[kind]}"
        self._taken.add(name)
        return name

    def skip(self, kind: str) -> None:
        """Count a layer that has a name of its own."""
        self._counts[kind] += 1
