"""Tracking, settled: metrics that fit the task, how often they are written, and reports on layer health."""

from collections.abc import Mapping

from neural import vocabulary
from specs.grammar.reading import ABSENT
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes
from specs.tables.tracking import LOOKS_EVERY
from specs.values import Tracking

METRICS = {
    "binary": ("accuracy", "balanced_accuracy", "auc", "f1"),
    "multiclass": ("accuracy", "balanced_accuracy", "f1"),
    "multilabel": ("accuracy", "f1", "auc"),
    "regression": ("rmse", "mae", "r2"),
    "translation": ("accuracy",),
}


def settle_tracking(notes: Notes, goal: Goal) -> Tracking:
    """Return the metrics, those of the task unless others are given."""
    given = notes.given.find("tracking", "metrics")
    every = notes.take("tracking", "every", otherwise=1)
    health = _health_every(notes)
    path = ("tracking", "metrics")
    if given is ABSENT:
        for index, _ in enumerate(METRICS[goal.task]):
            notes.note((*path, index), "inferred", goal.because)
        return Tracking(metrics=METRICS[goal.task], every=every, layer_health=health)
    for index, name in enumerate(given):
        notes.note((*path, index), "given")
        if goal.task not in vocabulary.METRICS[name].tasks:
            fitting = tuple(other for other, entry in vocabulary.METRICS.items() if goal.task in entry.tasks)
            notes.fault(
                "spec.conflict",
                f"`{name}` cannot be measured here: the task is {goal.task}.",
                (*path, index),
                found=name,
                allowed=fitting,
                suggestion=METRICS[goal.task][0],
            )
    if not given:
        notes.note(path, "given")
    fitting = tuple(name for name in given if goal.task in vocabulary.METRICS[name].tasks)
    return Tracking(metrics=fitting, every=every, layer_health=health)


def _health_every(notes: Notes) -> int | None:
    """Return the steps between two looks at the layers; None where nobody wants to look."""
    path = ("tracking", "layer_health")
    if not isinstance(notes.given.find(*path), Mapping):
        notes.take(*path, otherwise=None)
        return None
    return int(notes.take(*path, "every", otherwise=LOOKS_EVERY))
