"""Early stopping: when a training that no longer gets better stops, and with which weights."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from neural.errors import ParameterOutOfRange
from neural.fields import check, choice, flag, integer, real
from neural.metrics import METRICS, Direction


def _watched() -> Mapping[str, None]:
    names = ("loss", *METRICS)
    return dict.fromkeys((*(f"val_{name}" for name in names), *names))


@dataclass(frozen=True, kw_only=True)
class EarlyStopping:
    """Stop when a value has not improved by more than `min_delta` for `patience` epochs; the rules are Keras'.

    The first `start_from_epoch` epochs neither count nor can be the best. With a `baseline`, improvements that do not
    beat it do not make the patience new. Unless `restore_best`, the last weights are what a training ends with.
    """

    key = "early_stopping"

    metric: str = choice("val_loss", _watched, summary="The value to watch; `val_` means on held-out rows.")
    direction: Direction = choice(
        "min", lambda: dict.fromkeys(("min", "max")), summary="Whether less or more is better; follows the metric."
    )
    patience: int = integer(10, minimum=0, summary="Epochs without improvement before stopping.")
    min_delta: float = real(0.0, minimum=0, summary="Smallest change that counts as an improvement.")
    start_from_epoch: int = integer(0, minimum=0, summary="Epochs to let pass before anything is watched.")
    baseline: float | None = None  # what has to be beaten
    restore_best: bool = flag(default=True, summary="End with the weights of the best epoch instead of the last.")

    def __post_init__(self) -> None:
        check(self)
        if self.direction not in {"min", "max"}:
            raise ParameterOutOfRange(self.key, "direction", self.direction, expected="min or max")
        if self.baseline is not None and not math.isfinite(self.baseline):
            raise ParameterOutOfRange(self.key, "baseline", self.baseline, expected="a number, or null")

    def is_watching(self, epoch: int) -> bool:
        """Tell whether an epoch, counted from 1, counts."""
        return epoch > self.start_from_epoch

    def is_better(self, value: float, best: float | None) -> bool:
        """Tell whether a value improves on the best so far."""
        if best is None:
            return True
        return value < best - self.min_delta if self.direction == "min" else value > best + self.min_delta

    def is_renewed(self, value: float) -> bool:
        """Tell whether an improvement makes the patience new."""
        return self.is_better(value, self.baseline)

    def is_over(self, epochs_without_improvement: int) -> bool:
        """Tell whether the patience is used up."""
        return epochs_without_improvement >= max(1, self.patience)
