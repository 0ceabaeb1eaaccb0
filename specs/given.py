"""A job body as it was understood, before anything is inferred."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specs.errors import Fault, SpecFaults, SpecWarning
from specs.grammar.reading import ABSENT, Diagnostics, Location
from specs.tables.job import JOB


@dataclass(frozen=True, kw_only=True)
class GivenSpec:
    """What was given, by canonical names, without what was left to be inferred.

    `faults` is empty after `parse`; `read` hands back what could be understood beside them.
    """

    body: Mapping[str, Any]
    posted: object
    warnings: tuple[SpecWarning, ...] = ()
    faults: tuple[Fault, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)  # canonical pointer → pointer as it was posted
    refused: frozenset[str] = frozenset()  # canonical pointers of what had faults

    @property
    def dataset_id(self) -> str:
        """The dataset to learn from; KeyError if it was not given, which `parse` never lets pass."""
        return str(self.body["dataset_id"])

    def find(self, *path: str) -> Any:
        """Return what was given at a path; ABSENT if nothing was."""
        value: Any = self.body
        for token in path:
            if not isinstance(value, Mapping) or token not in value:
                return ABSENT
            value = value[token]
        return value

    def origin(self, canonical: str) -> str:
        """Return the pointer, in the body as it was posted, of a canonical one."""
        for length in range(len(canonical), 0, -1):
            if canonical[:length] in self.origins and canonical[length : length + 1] in {"", "/"}:
                return self.origins[canonical[:length]] + canonical[length:]
        return canonical


def parse(body: object) -> GivenSpec:
    """Understand a job body; raises SpecFaults with everything that is wrong with its form."""
    given = read(body)
    if given.faults:
        raise SpecFaults(given.faults)
    return given


def read(body: object) -> GivenSpec:
    """Understand what can be understood of a job body; its faults are noted, never raised.

    `resolve` adds to them what only the dataset shows, so that one answer holds everything.
    """
    diagnostics = Diagnostics(body)
    understood = JOB.read(body, Location(diagnostics))
    return GivenSpec(
        body=understood if isinstance(understood, dict) else {},
        posted=body,
        warnings=tuple(diagnostics.warnings),
        faults=tuple(diagnostics.faults),
        origins=diagnostics.origins,
        refused=frozenset(diagnostics.refused),
    )
