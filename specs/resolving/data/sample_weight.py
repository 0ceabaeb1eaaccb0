"""The column that says how much each row counts."""

from collections.abc import Callable

import numpy as np

from specs.facts import DatasetFacts
from specs.grammar.wording import counted, shorten
from specs.resolving.answers.candidates import MOST_SHOWN, nearest
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes

PATH = ("training", "sample_weight")


def check_sample_weight(notes: Notes, name: str, goal: Goal, facts: DatasetFacts) -> None:
    """Note a fault where the column of this name cannot hold weights."""
    column = facts.column(name)
    if column is None:
        notes.fault(
            "spec.unknown_column",
            f"The dataset has no column `{shorten(name)}`.",
            PATH,
            found=name,
            allowed=facts.names[:MOST_SHOWN],
            **nearest(facts, name),
        )
        return
    smallest = column.statistics.get("min")
    why = None
    if name in goal.names:
        why = "it is the target"
    elif not column.numeric:
        why = "weights are numbers of at least 0"
    elif column.missing:
        why = f"{counted(column.missing)} of its rows have no value{_first(facts, name, np.isnan)}"
    elif isinstance(smallest, (int, float)) and smallest < 0:
        why = f"weights are at least 0, and its smallest value is {smallest:g}{_first(facts, name, _is_negative)}"
    elif not column.statistics.get("max", 1):
        why = "all its weights are 0, so nothing would be learned"
    if why is not None:
        notes.fault(
            "spec.conflict",
            f"`{shorten(name)}` cannot weigh the rows: {why}.",
            PATH,
            found=name,
            expected="a column of numbers of at least 0, without a missing value",
            hint="Leave it out.",
            patch={"training": {"sample_weight": None}},
        )


def _is_negative(values: np.ndarray) -> np.ndarray:
    return values < 0


def _first(facts: DatasetFacts, name: str, is_wrong: Callable[[np.ndarray], np.ndarray]) -> str:
    """Name the first row that is wrong, counted from 1, where the values can be read."""
    if facts.numbers is None:
        return ""
    found = np.flatnonzero(is_wrong(facts.numbers(name)))
    return f"; the first is data row {counted(int(found[0]) + 1)}" if len(found) else ""
