"""Faults and warnings of a job body: their codes, their form, and the exception that holds every fault.

SpecError
└── SpecFaults    one or more things in a job body that must be changed; each is a Fault
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from datasets.errors import (
    FilePosition,
    NoFeatures,
    NotBoolean,
    NotDate,
    NotNumeric,
    TargetMissing,
    TargetSingleValue,
    TooFewRows,
    TooManyClasses,
)

DATA = (
    *(TargetMissing, TargetSingleValue, TooManyClasses, TooFewRows, NoFeatures),
    *(NotNumeric, NotDate, NotBoolean),
)
"""Errors of data that a job body can run into: they have their sentences there."""

CODES: Mapping[str, str] = MappingProxyType(
    {
        "spec.unknown_field": "A field has a name that its object does not have.",
        "spec.missing_field": "A field that is needed was left out.",
        "spec.wrong_type": "A value is of another type than its field needs.",
        "spec.out_of_range": "A value is smaller, larger, shorter or longer than its field accepts.",
        "spec.unknown_choice": "A name is none of those that the field knows.",
        "spec.ambiguous_field": "A name means different things in different tools, so it is not guessed at.",
        "spec.conflict": "Two values contradict each other.",
        "spec.import_forbidden": "A model stands for code of its author's own, which is never run.",
        "spec.target_required": "The column to predict was not named, and the table does not make it obvious.",
        "spec.unknown_column": "A column was named that the dataset does not have.",
        "spec.shape_mismatch": "The network's last layer does not give what the target needs.",
        "spec.loss_mismatch": "The loss, the output's activation and the target do not fit together.",
        "spec.too_big": "Training would need more memory than a worker has.",
        "spec.too_many_parameters": "The network has more parameters than the operator allows.",
        "spec.not_supported_yet": "The field exists in the plan of this service, and cannot be used yet.",
        **{error.code: error.explanation for error in DATA},
    }
)
"""Every code that a fault can carry, with what it says."""

WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "spec.rewritten": "Something was written in another tool's way, and was understood.",
        "spec.other_semantics": "Weights to start from were learned under another version of what layers mean.",
        "spec.linear_layer": "A dense layer has no activation before the next dense layer, so both are one.",
        "spec.task_unclear": "A target of few whole numbers was read as a quantity; it may stand for classes.",
        "data.column_left_out": "A column carries nothing that could be learned.",
        "data.index_learned": "What may be an index is learned from, since there is nothing else.",
        "data.missing_words": "Rows have no value in the target, and are left out; words that say so may be classes.",
        "data.few_rows": "There are so few rows that holding some out leaves hardly any to learn from.",
        "data.imbalanced": "A class is so rare that a model could ignore it and still look good.",
    }
)
"""Every code that a warning of a job's own can carry, with what it says; those of its dataset's upload come on top."""


@dataclass(frozen=True)
class Fault:
    """One thing that must be changed, where it stands (RFC 6901), and what would be right."""

    code: str
    pointer: str
    message: str
    found: object = None
    allowed: tuple[Any, ...] | None = None
    expected: str | None = None
    hint: str | None = None
    suggestion: object = None  # takes the place of the value, or of the key of an unknown field
    patch: Mapping[str, Any] | None = None  # JSON merge patch (RFC 7396) for the whole body

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; what does not help is left out."""
        fields = {
            "code": self.code,
            "pointer": self.pointer,
            "message": self.message,
            "found": self.found,
            "allowed": list(self.allowed) if self.allowed is not None else None,
            "expected": self.expected,
            "hint": self.hint,
            "suggestion": self.suggestion,
            "patch": self.patch,
        }
        return {key: value for key, value in fields.items() if value is not None}


@dataclass(frozen=True)
class SpecWarning:
    """Something that was understood, and that its sender should know."""

    code: str
    message: str
    pointer: str
    patch: Mapping[str, Any] | None = None
    column: str | None = None
    position: FilePosition | None = None  # in the file of the dataset

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; what does not help is left out."""
        fields = {
            "code": self.code,
            "message": self.message,
            "pointer": self.pointer,
            "patch": self.patch,
            "column": self.column,
            "position": self.position.to_json() if self.position else None,
        }
        return {key: value for key, value in fields.items() if value is not None}


class SpecError(Exception):
    """Something is wrong with a job body."""


class SpecFaults(SpecError):
    """A job body cannot be used as it stands; `faults` holds every reason that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.message for fault in self.faults[:20]))
