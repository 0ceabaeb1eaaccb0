"""Places in a Keras model: faults point to what was posted, while the reader speaks the grammar's own names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specs.grammar.reading import Absent, Location
from specs.pointers import Path, Token, label, pointer


@dataclass(frozen=True)
class KerasPlace(Location):
    """A place in one layer of a model.

    `posted_as` tells where in the layer's object a place of the grammar, as a path from the layer, was posted. A model
    may come as one text, into which no pointer leads: then `within` is the place in what the text says.
    """

    posted_as: Mapping[Path, Path] = field(default_factory=dict)
    inside: Path = ()
    root: Path = ()  # of the layer
    text: Path | None = None  # where the text stands
    within: Path = ()

    @classmethod
    def of(
        cls, place: Location, root: Path, canonical: Path, posted_as: Mapping[Path, Path], *, is_text: bool
    ) -> "KerasPlace":
        """Make the place of a whole layer of the model that stands at `place`."""
        text = place.path if is_text else None
        return cls(place.diagnostics, text or root, canonical, posted_as, (), root, text, root)

    @property
    def name(self) -> str:
        """What messages call this place."""
        return label(self.path if self.text is None else self.within)

    def child(self, token: Token, canonical: Token | None = None) -> "KerasPlace":
        """Step into a field: along the path that it has in the model."""
        inside = (*self.inside, token)
        known = self.posted_as.get(inside)
        within = (*self.within, token) if known is None else (*self.root, *known)
        path = within if self.text is None else self.text
        own = (*self.canonical, token if canonical is None else canonical)
        self.diagnostics.origins[pointer(own)] = pointer(path)
        return KerasPlace(self.diagnostics, path, own, self.posted_as, inside, self.root, self.text, within)

    def fault(self, code: str, message: str, **known: Any) -> Absent:
        """Note what is wrong here; of a text, where in it, and without the patch that would replace it whole."""
        if self.text is None:
            return super().fault(code, message, **known)
        told = f"{message.removesuffix('.')}, at `{pointer(self.within[len(self.text) :])}` of the model's JSON."
        return super().fault(code, told, **{**known, "is_key": True, "patch": None})
