"""Notes of the resolver: the source of each value, warnings, faults."""

from collections.abc import Collection
from typing import Any

from datasets import DataWarning
from datasets.recipe.options import held, options_of
from specs.errors import Fault, SpecWarning
from specs.given import GivenSpec
from specs.grammar.reading import ABSENT
from specs.grammar.wording import advice, preview
from specs.pointers import Path, at, if_sendable, patch_at, path_in, pointer, removal, rename
from specs.resolved import Origin, Provenance, provenance


class Notes:
    """Collects while the parts are settled one after the other."""

    def __init__(self, given: GivenSpec) -> None:
        self.given = given
        self.provenance: dict[str, Provenance] = {}
        self.warnings: list[SpecWarning] = list(given.warnings)
        self.faults: list[Fault] = list(given.faults)

    def take(self, *path: str, otherwise: Any, reason: str | None = None, source: Origin | None = None) -> Any:
        """Return what was given at a path, else `otherwise`; and write down which it was."""
        value = self.given.find(*path)
        if value is not ABSENT:
            self.note(path, "given")
            return value
        self.note(path, source or ("inferred" if reason else "default"), reason)
        return otherwise

    def take_options(self, section: str, declared: type, *, but: Collection[str]) -> dict[str, Any]:
        """Take the options of a section as its frozen value declares them, except those that other rules settle."""
        options = [option for option in options_of(declared) if option.name not in but]
        return held(options, {each.name: self.take(section, each.name, otherwise=each.default) for each in options})

    def note(self, path: Path, source: Origin, reason: str | None = None) -> None:
        """Write down where the value at a path comes from."""
        self.provenance[pointer(path)] = provenance(source, reason)

    def refused(self, *path: str) -> bool:
        """Tell whether what was given at a path, or somewhere in it, was refused before."""
        text = pointer(path)
        return any(found == text or found.startswith(f"{text}/") for found in self.given.refused)

    def warn(self, code: str, message: str, path: Path, **known: Any) -> None:
        """Note something that its sender should know; `known` are further parts of a SpecWarning."""
        self.warnings.append(SpecWarning(code, message, self.given.origin(pointer(path)), **known))

    def repeat(self, warning: DataWarning, *, targets: Collection[str]) -> None:
        """Note what was noticed when the dataset was read, at the field that says how the column is used."""
        name = warning.column
        path: Path = (
            ("dataset_id",) if name is None else ("target",) if name in targets else ("features", "kinds", name)
        )
        self.warn(warning.code, warning.message, path, column=name, position=warning.position)

    def patching(self, path: Path, value: object) -> dict[str, Any] | None:
        """Return the patch that sets a field of the body as it was posted."""
        posted = self.given.posted
        return patch_at(posted, path_in(posted, self.given.origin(pointer(path))), value)

    def leaving_out(self, path: Path) -> dict[str, Any] | None:
        """Return the patch that takes a field, or an item of a list, out of the body as it was posted."""
        posted = self.given.posted
        where = path_in(posted, self.given.origin(pointer(path)))
        owner = at(posted, where[:-1])
        if isinstance(owner, list):
            return patch_at(posted, where[:-1], [item for index, item in enumerate(owner) if index != where[-1]])
        return removal(where)

    def renaming(self, path: Path, name: str) -> dict[str, Any] | None:
        """Return the patch that gives a posted key another name."""
        posted = self.given.posted
        return rename(posted, path_in(posted, self.given.origin(pointer(path))), name)

    def fault(  # noqa: PLR0913 - each is a part of the answer
        self,
        code: str,
        message: str,
        path: Path,
        *,
        found: object = ABSENT,
        expected: str | None = None,
        allowed: tuple[Any, ...] | None = None,
        hint: str | None = None,
        suggestion: object = None,
        patch: dict[str, Any] | None = None,
    ) -> None:
        """Note what must be changed; `path` is canonical, the fault points to where it was posted."""
        where = self.given.origin(pointer(path))
        posted_at = path_in(self.given.posted, where)
        is_text = posted_at[-1:] == ("keras",) and isinstance(at(self.given.posted, posted_at), str)
        if patch is None and suggestion is not None and not is_text:  # else it would replace the whole model
            patch = patch_at(self.given.posted, posted_at, suggestion)
        shown = None if found is ABSENT else preview(found)
        sent = if_sendable(patch)
        hint = hint or advice(suggestion)
        self.faults.append(Fault(code, where, message, shown, allowed, expected, hint, suggestion, sent))
