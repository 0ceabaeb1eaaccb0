"""The refusal of a request: its flaws, each with a code of the catalogue, and the exception that carries them.

Refused        the request is answered with a problem; its code stands in the catalogue
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One thing that is wrong: a code of the catalogue, a sentence, and whatever helps (`hint`, `pointer` …)."""

    code: str
    message: str
    extras: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; what is not known is left out."""
        known = {name: value for name, value in self.extras.items() if value is not None}
        return {"code": self.code, "message": self.message, **known}


class Refused(Exception):  # reads as the fact it is
    """A request is refused; says why, where, and what would be right."""

    def __init__(self, flaws: Sequence[Flaw], *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(flaws[0].message)
        self.flaws = tuple(flaws)
        self.headers = dict(headers or {})


def refuse(code: str, message: str, *, headers: Mapping[str, str] | None = None, **extras: Any) -> Refused:
    """Make the error of a request with a single flaw."""
    return Refused([Flaw(code=code, message=message, extras=extras)], headers=headers)
