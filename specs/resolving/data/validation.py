"""A second dataset to validate on: it must have what the first one is learned from."""

from datasets.recipe.features import Features
from specs.facts import DatasetFacts
from specs.grammar.wording import listed
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes

PATH = ("split", "validation_dataset_id")


def check_validation(notes: Notes, features: Features, goal: Goal, facts: DatasetFacts) -> None:
    """Note a fault where columns are absent, or hold text where numbers are needed."""
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


def _needs_numbers(features: Features, goal: Goal, name: str) -> bool:
    return features.kinds.get(name) == "number" or (name in goal.names and goal.task == "regression")
