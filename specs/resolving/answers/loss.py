"""The loss, which must fit the task, and the activation that it asks of the output layer."""

from neural import vocabulary
from specs.grammar.reading import ABSENT
from specs.resolving.answers.target import Goal
from specs.resolving.components import completed
from specs.resolving.notes import Notes
from specs.values import Component

LOSSES = {
    "binary": "binary_crossentropy",
    "multiclass": "categorical_crossentropy",
    "multilabel": "binary_crossentropy",
    "regression": "mean_squared_error",
    "translation": "categorical_crossentropy",
}
TARGETS = {
    "binary": ("labels",),
    "multiclass": ("classes", "shares"),
    "multilabel": ("labels",),
    "regression": ("values",),
    "translation": ("classes",),
}
WANTED = {
    "labels": "yes/no targets",
    "classes": "targets of several classes",
    "values": "numbers as targets",
    "shares": "targets that are shares of a whole",
}


def settle_loss(notes: Notes, goal: Goal) -> Component:
    """Return the loss; one that does not fit the target is a fault, and the fitting one takes its place."""
    right = LOSSES[goal.task]
    given = notes.given.find("training", "loss")
    if given is ABSENT:
        return completed(notes, "loss", {"name": right}, ("training", "loss"), because=goal.because)
    entry = vocabulary.LOSSES[given["name"]]
    if entry.targets in TARGETS[goal.task]:
        return completed(notes, "loss", given, ("training", "loss"))
    allowed = tuple(name for name, loss in vocabulary.LOSSES.items() if loss.targets in TARGETS[goal.task])
    notes.fault(
        "spec.loss_mismatch",
        f"`{entry.name}` needs {WANTED[str(entry.targets)]}; the task is {goal.task}.",
        ("training", "loss"),
        found=entry.name,
        allowed=allowed,
        expected=right,
        suggestion=right,
    )
    return completed(notes, "loss", {"name": right}, ("training", "loss"))


def link_of(loss: Component) -> str:
    """Return the activation that the loss applies to logits: what the output layer ends with."""
    return str(vocabulary.LOSSES[loss.name].link)
