"""A second dataset to validate on: it must have what the first one is learned from."""

from collections.abc import Sequence

from datasets.columns.cells import order_yes_no
from datasets.preprocessing.encodings import code_of_yes_no
from datasets.reading.warnings_by_value import folded
from datasets.recipe.features import Features
from datasets.training_sets.trained_columns import TrainedColumn, column_as
from specs.blueprint import class_order
from specs.facts import DatasetFacts
from specs.grammar.wording import listed, shorten
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes

PATH = ("split", "validation_dataset_id")


def check_validation(
    notes: Notes, features: Features, goal: Goal, facts: DatasetFacts, *, trained: DatasetFacts
) -> None:
    """Note a fault where columns are absent, hold text where numbers are needed, name other classes, or read otherwise.

    `facts` are those of the second dataset, `trained` those of the first.
    """
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
    left = [name for name in needed if name not in {*absent, *texts}]
    _check_shapes(notes, facts, trained, left)
    _check_yes_no(notes, features, facts, trained)
    if goal.text is None and not notes.faults:
        _check_reading(notes, facts, [_trained(trained, features, goal, name) for name in left])


def _check_shapes(notes: Notes, facts: DatasetFacts, trained: DatasetFacts, names: Sequence[str]) -> None:
    """Note a fault where one dataset has lists of another length, or single values where the other has lists."""
    for name in names:
        shapes = [column.statistics.get("shape") for column in (trained.column(name), facts.column(name)) if column]
        if len(shapes) == 2 and shapes[0] != shapes[1]:
            here, there = (f"arrays of {shape}" if shape else "single values" for shape in shapes)
            notes.fault(
                "spec.conflict",
                f"The dataset to validate on holds {there} as `{shorten(name)}`, the other one {here}.",
                PATH,
                found=facts.id,
                expected=f"{here} as `{shorten(name)}`",
                hint="Both datasets need the same columns.",
            )


def _check_yes_no(notes: Notes, features: Features, facts: DatasetFacts, trained: DatasetFacts) -> None:
    """Note a fault where a column of yes and no holds something else in the second dataset."""
    for name in (name for name, kind in features.kinds.items() if kind == "boolean"):
        known, other = _labels(trained, name), _labels(facts, name)
        strange = next((label for label in other if code_of_yes_no(label, order_yes_no(known) or known) < 0), None)
        if strange is not None and len(known) == 2:
            notes.fault(
                "spec.conflict",
                f"The dataset to validate on holds `{shorten(strange)}` as `{shorten(name)}`, which is neither "
                f"`{shorten(known[0])}` nor `{shorten(known[1])}`.",
                PATH,
                found=facts.id,
                expected=", ".join(known),
                hint="Write both datasets the same way; a value that is not known is an empty cell.",
            )


def _labels(facts: DatasetFacts, name: str) -> tuple[str, ...]:
    column = facts.column(name)
    return tuple(str(entry["value"]) for entry in (column.statistics.get("top") or () if column is not None else ()))


def _check_reading(notes: Notes, facts: DatasetFacts, trained: Sequence[TrainedColumn]) -> None:
    """Note a fault where a cell of the second dataset means something else than it would have meant in the first."""
    found = None if facts.read_otherwise is None else facts.read_otherwise(trained)
    if found is not None:
        notes.fault(
            "spec.conflict", found.message(facts.id), PATH, found=facts.id, expected=found.there,
            hint=found.hint(facts.id),
        )  # fmt: skip


def _trained(facts: DatasetFacts, features: Features, goal: Goal, name: str) -> TrainedColumn:
    """Say how a column of the first dataset is read."""
    column = facts.column(name) or goal.column
    of_target = "number" if goal.task == "regression" else "category"
    kind = of_target if name in goal.names else features.kinds.get(name, str(column.kind))
    is_text = kind not in {"number", "date"}
    return column_as(column, kind, tuple(facts.labels(name)) if is_text and facts.labels is not None else ())


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
