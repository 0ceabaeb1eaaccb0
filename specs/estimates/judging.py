"""The judgement of a quote: it is held to the epochs that were run, since nobody knows when early stopping stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specs.estimates.past_trainings import Past

NEAR = 0.3  # of the memory that was quoted


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A quote for the epochs that were run, beside what they took."""

    epochs: float
    reckoned_s: float
    low_s: float
    expected_s: float
    high_s: float
    duration_s: float
    memory_bytes: int | None
    quoted_memory_bytes: int

    @property
    def is_inside(self) -> bool:
        """Whether the time lies in the interval."""
        return self.low_s <= self.duration_s <= self.high_s

    @property
    def is_memory_near(self) -> bool | None:
        """Whether the memory is within 30 % of what was quoted; None where it was not measured."""
        if self.memory_bytes is None:
            return None
        return abs(self.quoted_memory_bytes - self.memory_bytes) <= NEAR * self.memory_bytes

    @property
    def past(self) -> Past:
        """What the next quotes learn from it."""
        return Past(self.reckoned_s, self.duration_s)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**vars(self), "is_inside": self.is_inside, "is_memory_near": self.is_memory_near}


def judge(
    quoted: Mapping[str, Any], *, epochs: float, duration_s: float, memory_bytes: int | None = None
) -> Judgement | None:
    """Hold a quote against what its job took; None for a quote without figures, as older jobs have it."""
    basis = quoted.get("basis")
    if not basis:
        return None
    reckoned = basis["reckoned_s"]["fixed"] + epochs * basis["reckoned_s"]["epoch"]
    ends = {name: round(reckoned * factor, 3) for name, factor in basis["spread"].items()}
    return Judgement(
        epochs=round(epochs, 3),
        reckoned_s=round(reckoned, 6),
        low_s=ends["low"],
        expected_s=ends["expected"],
        high_s=ends["high"],
        duration_s=round(duration_s, 3),
        memory_bytes=memory_bytes,
        quoted_memory_bytes=int(quoted["memory_bytes"]),
    )
