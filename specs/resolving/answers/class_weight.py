"""Class weights, balanced or as given, and the warning about a class that is rare."""

from collections.abc import Collection, Mapping
from typing import Any

from datasets.columns.cells import is_number, meaning_of
from datasets.did_you_mean import closest
from datasets.reading.warnings_by_value import folded
from specs.grammar.wording import listed, shorten
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes

PATH = ("training", "class_weight")
RARE = 0.2  # of an equal share: 10 % of the rows when there are two classes


def settle_class_weight(notes: Notes, goal: Goal) -> dict[str, float] | None:
    """Return a weight for every class; None where all count the same."""
    given = notes.take(*PATH, otherwise=None)
    if given is None:
        _mention_rare_class(notes, goal)
        return None
    if not goal.classes:
        _fault_without_classes(notes, goal, given)
        return None
    if goal.counts is None:
        notes.fault(
            "spec.not_supported_yet",
            f"Class weights for as many classes as `{goal.column.name}` has ({goal.classes}) are not supported yet.",
            PATH,
            found=given,
        )
        return None
    return _balanced(notes, goal, goal.counts) if given == "balanced" else _listed(notes, given, goal.counts)


def _balanced(notes: Notes, goal: Goal, counts: dict[str, int]) -> dict[str, float]:
    """Weigh each class by rows / (classes · rows of the class), so that the weights' mean over the rows is 1."""
    for name, count in counts.items():
        notes.note((*PATH, name), "given", f"balanced: {count} of {goal.rows} rows")
    notes.provenance.pop("/training/class_weight", None)
    return {name: goal.rows / (len(counts) * count) for name, count in counts.items()}


def _listed(notes: Notes, posted: dict[str, float], counts: dict[str, int]) -> dict[str, float]:
    notes.provenance.pop("/training/class_weight", None)
    given = _by_label(notes, posted, counts)
    for name in given:
        if name not in counts:
            meant = closest(name, counts)
            notes.fault(
                "spec.unknown_choice",
                f"`{shorten(name)}` is not a class of the target; its classes are {listed(tuple(counts))}.",
                (*PATH, name),
                found=name,
                allowed=tuple(counts),
                hint=f"Rename it to `{meant}`." if meant else None,
                patch=notes.renaming((*PATH, name), meant) if meant and meant not in given else None,
            )
    if given and not any(given.get(name, 1.0) for name in counts):
        notes.fault(
            "spec.out_of_range",
            "`class_weight` must give at least one class a weight above 0.",
            PATH,
            found=given,
            suggestion="balanced",
        )
    for name in counts:
        notes.note((*PATH, name), "given" if name in given else "default")
    return {name: given.get(name, 1.0) for name in counts}


def _by_label(notes: Notes, posted: Mapping[str, float], counts: Collection[str]) -> dict[str, float]:
    """Name each class as the dataset does; a label that was written in another way counts where only one fits."""
    given: dict[str, float] = {}
    for name, weight in posted.items():
        label = name if name in counts else _meant(name, counts)
        if label is None or (label != name and label in posted) or label in given:
            given[name] = weight
            continue
        given[label] = weight
        if label != name:
            notes.warn("spec.rewritten", f"`{shorten(name)}` was read as the class `{shorten(label)}`.", (*PATH, name))
    return given


def _meant(name: str, labels: Collection[str]) -> str | None:
    """Return the only label of the same number, the same yes or no, or the same letters."""
    for reading in (_number, meaning_of, folded):
        said = reading(name)
        found = [label for label in labels if said is not None and reading(label) == said]
        if len(found) == 1:
            return found[0]
    return None


def _number(text: str) -> float | None:
    return float(text) if is_number(text) else None


def _fault_without_classes(notes: Notes, goal: Goal, given: Any) -> None:
    notes.fault(
        "spec.conflict",
        f"`class_weight` weighs classes, and {_instead(goal)}.",
        PATH,
        found=given,
        hint="Leave it out.",
        patch={"training": {"class_weight": None}},
    )


def _instead(goal: Goal) -> str:
    if goal.task == "multilabel":
        return f"a row of {goal.label} has several answers, none of which is its one class"
    if goal.task != "regression":
        return f"{goal.label} has none"
    return f"{goal.label} {'are predicted as numbers' if goal.outputs > 1 else 'is predicted as a number'}"


def _mention_rare_class(notes: Notes, goal: Goal) -> None:
    if not goal.counts or not goal.classes:
        return
    name, count = min(goal.counts.items(), key=lambda entry: entry[1])
    share = count / goal.rows
    if share < RARE / goal.classes:
        notes.warn(
            "data.imbalanced",
            f"Only {count} of {goal.rows} rows ({share:.1%}) have `{name}` as `{goal.column.name}`; a model that never "
            "answers so looks good. Balanced class weights make it count.",
            PATH,
            patch={"training": {"class_weight": "balanced"}},
        )
