"""A learning-rate schedule that falls when the watched value has stopped improving."""

from dataclasses import dataclass
from typing import Any, ClassVar

from neural.fields import integer, real
from neural.schedules.base import Constant


@dataclass(frozen=True, kw_only=True)
class ReduceOnPlateau(Constant):
    """η ← max(η·factor, minimum) after `patience` epochs in which the watched value did not improve by `min_delta`.

    Watched is what early stopping watches, else the (validation) loss. As Keras' ReduceLROnPlateau.
    """

    key: ClassVar[str] = "reduce_on_plateau"
    summary: ClassVar[str] = "The rate falls by a factor when the watched value has stopped improving."
    aliases: ClassVar[tuple[str, ...]] = ("reduce_lr_on_plateau", "plateau")

    factor: float = real(0.1, exclusive_minimum=0, exclusive_maximum=1, summary="What the rate is multiplied by.")
    patience: int = integer(10, minimum=0, summary="Epochs without improvement before the rate falls.")
    min_delta: float = real(0.0001, minimum=0, summary="Smallest change that counts as an improvement.")
    cooldown: int = integer(0, minimum=0, summary="Epochs after a fall in which nothing is counted.")
    minimum: float = real(0.0, minimum=0, summary="The rate falls no further.")


class Plateau:
    """What a ReduceOnPlateau has seen so far; `seen` belongs into a checkpoint."""

    def __init__(self, rule: ReduceOnPlateau, direction: str, learning_rate: float) -> None:
        """Watch a value that should go up ("max") or down ("min")."""
        self._rule, self._sign = rule, 1.0 if direction == "min" else -1.0
        self.seen: dict[str, Any] = {"best": None, "waited": 0, "cooling": 0, "learning_rate": learning_rate}

    def observe(self, value: float) -> float:
        """Take in the value of an epoch; returns the learning rate for the next."""
        seen, rule, better = self.seen, self._rule, self._sign * value
        if seen["cooling"]:
            seen["cooling"] -= 1
            seen["waited"] = 0
        if seen["best"] is None or better < seen["best"] - rule.min_delta:
            seen["best"], seen["waited"] = better, 0
        elif not seen["cooling"]:
            seen["waited"] += 1
            if seen["waited"] >= rule.patience and seen["learning_rate"] > rule.minimum:
                seen["learning_rate"] = max(seen["learning_rate"] * rule.factor, rule.minimum)
                seen["cooling"], seen["waited"] = rule.cooldown, 0
        return float(seen["learning_rate"])
