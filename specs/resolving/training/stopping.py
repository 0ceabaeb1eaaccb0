"""Early stopping, settled: its metric, which must be measured, its direction, and its other options."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from neural import EarlyStopping, vocabulary
from specs.grammar.reading import ABSENT
from specs.pointers import patch_at, path_in
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes

PATH = ("training", "early_stopping")


def settle_early_stopping(notes: Notes, goal: Goal, *, metrics: tuple[str, ...]) -> EarlyStopping | None:
    """Return the rule; None where it was turned off."""
    if notes.given.find(*PATH) is None:
        notes.note(PATH, "given")
        return None
    metric = notes.take(*PATH, "metric", otherwise=EarlyStopping.metric)
    _check_metric(notes, goal, metric, metrics)
    better = direction_of(metric)
    less, smaller = ("less", "smaller") if better == "min" else ("more", "larger")
    direction = notes.take(*PATH, "direction", otherwise=better, reason=f"{less} of `{metric}` is better")
    if direction != better:
        notes.fault(
            "spec.conflict",
            f"`{metric}` gets better as it gets {smaller}, so its direction is `{better}`.",
            (*PATH, "direction"),
            found=direction,
            suggestion=better,
        )
    return EarlyStopping(
        metric=metric,
        direction="max" if direction == "max" else "min",
        **{
            option.name: notes.take(*PATH, option.name, otherwise=option.default)
            for option in fields(EarlyStopping)
            if option.name not in {"metric", "direction"}
        },
    )


def direction_of(metric: str) -> str:
    """Return whether less or more of a value is better."""
    entry = vocabulary.METRICS.get(metric.removeprefix("val_"))
    return str(entry.direction) if entry else "min"


def _check_metric(notes: Notes, goal: Goal, metric: str, metrics: tuple[str, ...]) -> None:
    plain = metric.removeprefix("val_")
    if plain == "loss" or plain in metrics:
        return
    fits = goal.task in vocabulary.METRICS[plain].tasks
    notes.fault(
        "spec.conflict",
        f"`{metric}` is to decide when to stop, but `{plain}` is not among `tracking.metrics`."
        if fits
        else f"`{metric}` cannot be measured here: the task is {goal.task}.",
        (*PATH, "metric"),
        found=metric,
        allowed=("val_loss", *(f"val_{name}" for name in metrics)),
        hint=f"Add `{plain}` to `tracking.metrics`." if fits else None,
        suggestion="val_loss",
        patch=_with_metric(notes, plain) if fits else None,
    )


def _with_metric(notes: Notes, metric: str) -> dict[str, Any] | None:
    tracked = notes.given.find("tracking", "metrics")
    posted = notes.given.posted
    if tracked is ABSENT or not isinstance(posted, Mapping):
        return None
    where = path_in(posted, notes.given.origin("/tracking/metrics"))
    return patch_at(posted, where, [*tracked, metric])
