"""Targets with several answers for each row: a list of columns, or a column of vectors."""

from collections.abc import Sequence
from math import prod

from datasets import Column, Kind
from datasets.columns.cells import order_yes_no
from specs.facts import DatasetFacts
from specs.grammar.wording import counted, shorten
from specs.resolving.answers.candidates import MOST_SHOWN, nearest
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes

SEVERAL = ("multilabel", "regression")  # tasks that may have several answers for each row


def gives_back(notes: Notes, facts: DatasetFacts, targets: tuple[str, ...]) -> bool:
    """Tell whether the network is to give back what it reads, as an autoencoder does: both lists are the same.

    A single column that holds one value a row is rather named by mistake.
    """
    given, first = notes.given.find("features", "include"), facts.column(targets[0])
    holds_many = len(targets) > 1 or (first is not None and first.kind in {Kind.VECTOR, Kind.IMAGE})
    return holds_many and isinstance(given, list) and set(given) == set(targets)


def settle_columns(notes: Notes, facts: DatasetFacts, names: Sequence[str]) -> Goal | None:
    """Return the goal of several columns; None when what is wrong leaves no goal to go on with."""
    notes.note(("target",), "given")
    columns = [_column(notes, facts, index, name) for index, name in enumerate(names)]
    found = [column for column in columns if column is not None]
    if len(found) < len(columns) or notes.refused("task"):
        return None
    inferred, reason = _task_of(found)
    task = notes.take("task", otherwise=inferred, reason=reason)
    if task not in SEVERAL:
        fitting = inferred if all(_can_be(column, inferred) for column in found) else None
        _fault_of_task(notes, task, f"`target` names {len(names)} columns", inferred, suggestion=fitting)
        return None
    misfits = [column for index, column in enumerate(found) if not _fits(notes, index, column, task)]
    if misfits:
        return None
    rows = facts.row_count - max(column.missing for column in found)  # at most: rows need a value of every target
    return Goal(column=found[0], others=tuple(found[1:]), task=task, rows=rows, counts=None)


def _column(notes: Notes, facts: DatasetFacts, index: int, name: str) -> Column | None:
    column, path = facts.column(name), ("target", index)
    if column is None:
        notes.fault(
            "spec.unknown_column",
            f"The dataset has no column `{shorten(name)}`.",
            path,
            found=name,
            allowed=facts.names[:MOST_SHOWN],
            **nearest(facts, name),
        )
    elif column.kind in {Kind.VECTOR, Kind.IMAGE}:
        notes.fault(
            "spec.conflict",
            f"`{shorten(name)}` holds {column.kind}s, which cannot be predicted together with other columns.",
            path,
            found=name,
            expected="columns of numbers, or of yes and no",
        )
    elif facts.row_count <= column.missing or column.kind is Kind.EMPTY:
        message = f"The target `{shorten(name)}` has no value in any row."
        notes.fault("data.target_missing", message, path, found=name, hint="Leave it out.")
    elif column.distinct < 2 and not gives_back(notes, facts, tuple(notes.given.body["target"])):
        notes.fault(
            "data.target_single_value",
            f"The target `{shorten(name)}` has the same value in all rows that have one.",
            path,
            found=name,
            expected="a column with at least two different values",
            hint="Leave it out.",
        )
    elif facts.row_count - column.missing < 3:
        rows = facts.row_count - column.missing
        notes.fault(
            "data.too_few_rows",
            f"{rows} rows have a value of the target `{shorten(name)}`; that is too few to train and to validate.",
            ("dataset_id",),
            found=rows,
            expected="at least 3 rows",
        )
    else:
        return column
    return None


def _task_of(columns: Sequence[Column]) -> tuple[str, str]:
    """Return the task that most of the columns speak for, with the reason."""
    yes_no = sum(map(is_yes_no, columns))
    if yes_no == len(columns):
        return "multilabel", f"{yes_no} columns of yes and no"
    numbers = sum(column.numeric for column in columns)
    if numbers >= yes_no:
        return "regression", f"{numbers} columns of numbers"
    return "multilabel", f"{yes_no} of {len(columns)} columns hold yes and no"


def is_yes_no(column: Column) -> bool:
    """Tell whether a column's values are no and yes, or 0 and 1."""
    texts = tuple(str(entry["value"]) for entry in column.statistics.get("top") or ())
    return column.distinct == 2 and (set(texts) == {"0", "1"} or order_yes_no(texts) is not None)


def _fits(notes: Notes, index: int, column: Column, task: str) -> bool:
    """Tell whether a column can be one of several targets of this task, or note why not."""
    name, many = shorten(column.name), counted(column.distinct)
    if _can_be(column, task):
        return True
    wanted = "numbers" if task == "regression" else "yes and no, or 0 and 1"
    holds = "numbers" if column.numeric else f"{'text' if not is_yes_no(column) else 'yes and no'}"
    notes.fault(
        "data.not_numeric" if task == "regression" else "data.not_boolean",
        f"`{name}` holds {holds} ({many} different values), and `{task}` of several columns needs {wanted} in each.",
        ("target", index),
        found=column.name,
        expected=f"a column of {wanted}",
        hint="Predict it in a job of its own.",
    )
    return False


def _can_be(column: Column, task: str) -> bool:
    return column.numeric if task == "regression" else is_yes_no(column)


def settle_vector(notes: Notes, facts: DatasetFacts, column: Column) -> Goal | None:
    """Return the goal of a column of vectors; None when what is wrong leaves no goal to go on with."""
    notes.note(("target",), "given")
    told = column.statistics
    if told["min"] == told["max"]:
        notes.fault(
            "data.target_single_value",
            f"The target `{column.name}` holds the same number everywhere.",
            ("target",),
            found=column.name,
            expected="a column with at least two different values",
        )
        return None
    return None if notes.refused("task") or not _has_rows(notes, facts) else _vector_goal(notes, facts, column)


def _has_rows(notes: Notes, facts: DatasetFacts) -> bool:
    if facts.row_count >= 3:
        return True
    message = f"{facts.row_count} rows are too few to train and to validate."
    notes.fault("data.too_few_rows", message, ("dataset_id",), found=facts.row_count, expected="at least 3 rows")
    return False


def _vector_goal(notes: Notes, facts: DatasetFacts, column: Column) -> Goal | None:
    width, told = prod(column.statistics["shape"]), column.statistics
    is_binary = column.kind is not Kind.IMAGE and bool(told["whole"]) and (told["min"], told["max"]) == (0, 1)
    inferred = "multilabel" if is_binary else "regression"
    what = "images" if column.kind is Kind.IMAGE else "arrays" if len(told["shape"]) > 1 else "vectors"
    reason = f"{what} of {counted(width)} {'zeros and ones' if is_binary else 'numbers'}"
    task = notes.take("task", otherwise=inferred, reason=reason)
    if task not in SEVERAL or (task == "multilabel" and not is_binary):
        _fault_of_task(notes, task, f"`{column.name}` holds {reason}", inferred, suggestion=inferred)
        return None
    return Goal(column=column, task=task, rows=facts.row_count, counts=None, width=width)


def _fault_of_task(notes: Notes, task: str, why: str, inferred: str, *, suggestion: str | None) -> None:
    notes.fault(
        "spec.conflict",
        f"`{task}` cannot be learned here: {why}.",
        ("task",),
        found=task,
        expected=inferred,
        hint=None if suggestion else f"Several columns together have to fit one task; for `{inferred}` not all do.",
        suggestion=suggestion,
    )
