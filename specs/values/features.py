"""The columns that are learned from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Features:
    """Columns in the order of the table; `kinds` has one entry for each that is included."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    kinds: Mapping[str, str]
    scaling: str | Mapping[str, str]
    missing: str
    max_categories: int
    fill_value: float | None = None
    indicators: bool = True
    encoding: str | Mapping[str, str] = "one_hot"
    reshape: tuple[int, ...] | None = None
    target_scaling: str = "standard"
    tokenizer: str | None = None  # word or character, where texts are translated
    max_vocabulary: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "include": list(self.include),
            "exclude": list(self.exclude),
            "kinds": dict(self.kinds),
            "scaling": _plain(self.scaling),
            "missing": self.missing,
            "fill_value": self.fill_value,
            "indicators": self.indicators,
            "encoding": _plain(self.encoding),
            "max_categories": self.max_categories,
            "reshape": None if self.reshape is None else list(self.reshape),
            "target_scaling": self.target_scaling,
            "tokenizer": self.tokenizer,
            "max_vocabulary": self.max_vocabulary,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Features":
        """Read what `to_json` wrote."""
        shape = body.get("reshape")
        lists = {"include": tuple(body["include"]), "exclude": tuple(body["exclude"])}
        return cls(**{**body, **lists, "reshape": None if shape is None else tuple(shape)})


def _plain(choice: str | Mapping[str, str]) -> str | dict[str, str]:
    return choice if isinstance(choice, str) else dict(choice)
