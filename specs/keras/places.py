"""Places in a Keras model: faults point to what was posted, while the reader speaks the grammar's own names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from specs.grammar.reading import Location
from specs.pointers import Path, Token, pointer


@dataclass(frozen=True)
class KerasPlace(Location):
    """A place in one layer of a model.

    `posted_as` tells where in the layer's object a place of the grammar, as a path from the layer, was posted;
    `is_text` that the model came as one text, into which no pointer leads.
    """

    posted_as: Mapping[Path, Path] = field(default_factory=dict)
    inside: Path = ()
    root: Path = ()
    is_text: bool = False

    def child(self, token: Token, canonical: Token | None = None) -> "KerasPlace":
        """Step into a field: along the path that it has in the model."""
        inside = (*self.inside, token)
        known = self.posted_as.get(inside)
        path = (*self.path, token) if known is None else (*self.root, *known)
        path = self.path if self.is_text else path
        own = (*self.canonical, token if canonical is None else canonical)
        self.diagnostics.origins[pointer(own)] = pointer(path)
        return KerasPlace(self.diagnostics, path, own, self.posted_as, inside, self.root, self.is_text)
