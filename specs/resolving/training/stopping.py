"""Early stopping, settled: its metric, which must be measured, its direction, and its other options."""

from dataclasses import fields
from typing import Any

from neural import EarlyStopping, vocabulary
from specs.grammar.reading import ABSENT
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes

PATH = ("training", "early_stopping")


def settle_early_stopping(
    notes: Notes, goal: Goal, *, metrics: tuple[str, ...], is_validated: bool = True, patience: int | None = None
) -> EarlyStopping | None:
    """Return the rule; None where it was turned off. What is measured on held-out rows needs some.

    `patience` is a recipe's own, whose falling rate makes the last epochs the best ones.
    """
    if notes.given.find(*PATH) is None:
        notes.note(PATH, "given")
        return None
    usual, why = (EarlyStopping.metric, None) if is_validated else ("loss", "no rows are held out")
    metric = notes.take(*PATH, "metric", otherwise=usual, reason=why)
    if metric.startswith("val_") and not is_validated:
        _refuse_held_out(notes, metric)
    else:
        _check_metric(notes, goal, metric, metrics, prefix="val_" if is_validated else "")
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
    usual_patience, why = EarlyStopping.patience, None
    if patience is not None:
        usual_patience, why = patience, "the rate falls until the last epoch, and the best one is kept"
    return EarlyStopping(
        metric=metric,
        direction="max" if direction == "max" else "min",
        patience=notes.take(*PATH, "patience", otherwise=usual_patience, reason=why),
        **{
            option.name: notes.take(*PATH, option.name, otherwise=option.default)
            for option in fields(EarlyStopping)
            if option.name not in {"metric", "direction", "patience"}
        },
    )


def direction_of(metric: str) -> str:
    """Return whether less or more of a value is better."""
    entry = vocabulary.METRICS.get(metric.removeprefix("val_"))
    return str(entry.direction) if entry else "min"


def _refuse_held_out(notes: Notes, metric: str) -> None:
    notes.fault(
        "spec.conflict",
        f"`{metric}` is measured on held-out rows, and `split.validation_share` 0 holds none out.",
        (*PATH, "metric"),
        found=metric,
        expected="a value that is measured on training rows",
        suggestion="loss",
    )


def _check_metric(notes: Notes, goal: Goal, metric: str, metrics: tuple[str, ...], *, prefix: str) -> None:
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
        allowed=tuple(f"{prefix}{name}" for name in ("loss", *metrics)),
        hint=f"Add `{plain}` to `tracking.metrics`." if fits else None,
        suggestion=f"{prefix}loss",
        patch=_with_metric(notes, plain, metrics) if fits else None,
    )


def _with_metric(notes: Notes, metric: str, metrics: tuple[str, ...]) -> dict[str, Any] | None:
    tracked = notes.given.find("tracking", "metrics")
    return notes.patching(("tracking", "metrics"), [*(metrics if tracked is ABSENT else tracked), metric])
