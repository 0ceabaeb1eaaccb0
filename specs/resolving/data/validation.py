"""A second dataset to validate on: it must have what the first one is learned from."""

from datasets.preprocessing.encodings import code_of_yes_no
from datasets.reading.warnings_by_value import folded
from datasets.recipe.features import Features
from specs.blueprint import class_order
from specs.facts import DatasetFacts
from specs.grammar.wording import listed, shorten
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes

PATH = ("split", "validation_dataset_id")


def check_validation(notes: Notes, features: Features, goal: Goal, facts: DatasetFacts) -> None:
    """Note a fault where columns are absent, hold text where numbers are needed, or name other classes."""
    _check_labels(notes, goal, facts)
    needed = (*features.include, *goal.names)
    absent = tuple(name for name in needed if facts.column(name) is None)
    texts = tuple(
        name
        for name in needed
        if _needs_numbers(features, goal, name) and (found := facts.column(name)) is not None and not found.numeric
    )
    for names, what in ((absent, "lacks"), (texts, "has text where numbers are needed, in")):
        if names:
            notes.fault(
                "spec.conflict",
                f"The dataset to validate on {what} {listed(names, 5)}.",
                PATH,
                found=facts.id,
                expected=f"a dataset with the columns {', '.join(needed[:20])}",
                hint="Both datasets need the same columns.",
            )


def _check_labels(notes: Notes, goal: Goal, facts: DatasetFacts) -> None:
    """Note a fault where the second dataset has classes that the first one lacks, as far as statistics tell all."""
    column = facts.column(goal.column.name)
    top = (column.statistics.get("top") or ()) if column is not None else ()
    known = class_order(goal.counts or ())
    if not known or not goal.classes or column is None or len(top) < column.distinct:
        return
    labels = [str(entry["value"]) for entry in top]
    strange = next((label for label in labels if code_of_yes_no(label, known) < 0), None)
    if strange is None:
        return
    near = next((label for label in known if folded(label) == folded(strange)), None)
    notes.fault(
        "spec.conflict",
        f"The dataset to validate on holds `{shorten(strange)}` as `{goal.column.name}`, which the other one lacks"
        + (f"; there it is written `{shorten(near)}`." if near else "."),
        PATH,
        found=facts.id,
        expected=f"the classes {', '.join(known[:20])}",
        hint="Write the labels of both datasets the same way.",
    )


def check_ranking(notes: Notes, goal: Goal, facts: DatasetFacts, watched: str | None) -> None:
    """Note a fault where a ranking decides when to stop, and the second dataset has one class alone."""
    column = facts.column(goal.column.name)
    if column is None or not goal.classes or column.distinct != 1 or watched not in {"val_auc", "val_pr_auc"}:
        return
    notes.fault(
        "spec.conflict",
        f"`{watched}` is to decide when to stop, but the dataset to validate on has one class of `{column.name}` "
        "alone, for which it is not defined.",
        ("training", "early_stopping", "metric"),
        found=watched,
        suggestion="val_loss",
    )


def _needs_numbers(features: Features, goal: Goal, name: str) -> bool:
    return features.kinds.get(name) == "number" or (name in goal.names and goal.task == "regression")
