"""Components with their parameters written out."""

from collections.abc import Mapping
from typing import Any

from neural import vocabulary
from neural.vocabulary import Kind
from specs.pointers import Path
from specs.resolving.notes import Notes
from specs.values import Component


def completed(
    notes: Notes, kind: Kind, given: Mapping[str, Any], path: Path, *, because: str | None = None, leave: str = ""
) -> Component:
    """Fill in the defaults of what was not given, and note the source of each.

    `because` is the reason if the component itself was inferred; `leave` names a parameter that lives elsewhere.
    """
    entry = vocabulary.TABLES[kind][given["name"]]
    parameters = {info.name: given.get(info.name, info.default) for info in entry.parameters if info.name != leave}
    notes.note((*path, "name") if parameters else path, "inferred" if because else "given", because)
    for name in parameters:
        if name in given:
            notes.note((*path, name), "given")
        else:
            notes.note((*path, name), "default")
    return Component(name=entry.name, parameters=parameters)
