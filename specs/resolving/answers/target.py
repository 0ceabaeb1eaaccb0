"""The target column and its task, inferred or given, and checked against the column's values."""

from dataclasses import dataclass
from typing import Any

from datasets import Column, Kind, suggest_target
from datasets.preprocessing.text_encoding import TextEncoding
from datasets.reading.warnings_by_column import without_value
from specs.facts import DatasetFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted, listed, shorten
from specs.resolving.answers.candidates import MOST_SHOWN, ask_for_target, likely_targets, nearest
from specs.resolving.notes import Notes

CLASS_NAMES = frozenset(
    {
        "class",
        "classes",
        "label",
        "labels",
        "category",
        "digit",
        "digits",
        "type",
        "kind",
        "species",
        "cluster",
        "group",
    }
)
"""Names by which whole numbers are unmistakably classes."""
FEW_CLASSES = 20
FEW_SHARE = 0.05
MOST_CLASSES = 10_000


@dataclass(frozen=True, kw_only=True)
class Goal:
    """The target, settled; `counts` is None where the dataset does not know how often each class occurs."""

    column: Column
    task: str
    rows: int  # with a target value
    counts: dict[str, int] | None
    text: TextEncoding | None = None  # where texts are translated, once their vocabulary is known
    others: tuple[Column, ...] = ()  # that are predicted together with `column`
    width: int = 1  # numbers in each cell of `column`

    @property
    def classes(self) -> int:
        """How many classes there are; 0 for numbers, and for answers that do not exclude each other."""
        return self.column.distinct if self.task in {"binary", "multiclass"} else 0

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are predicted."""
        return (self.column.name, *(column.name for column in self.others))

    @property
    def target(self) -> str | tuple[str, ...]:
        """The target as the spec names it."""
        return self.names if self.others else self.column.name

    @property
    def label(self) -> str:
        """The target in the words of a message."""
        return listed(self.names, 5)

    @property
    def outputs(self) -> int:
        """How many outputs the network needs, at each step where it writes a text."""
        if self.text is not None:
            return len(self.text.tokens)
        return self.classes if self.task == "multiclass" else len(self.others) + self.width

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of what the network gives for one row."""
        return (self.outputs,) if self.text is None else (self.text.steps, self.outputs)

    @property
    def because(self) -> str:
        """The reason that other parts give: `3 classes`."""
        if self.text is not None:
            return f"{self.outputs} tokens"
        if self.outputs > 1 and not self.classes:
            return f"{self.outputs} {'yes/no answers' if self.task == 'multilabel' else 'numbers'} for each row"
        return f"{self.classes} classes" if self.task == "multiclass" else f"{self.task} target"


def settle_goal(notes: Notes, facts: DatasetFacts) -> Goal | None:
    """Return the goal; None when what is wrong leaves no goal to go on with."""
    column = _target(notes, facts)
    if column is None or notes.refused("task") or not _is_learnable(notes, column, facts):
        return None
    inferred, reason = infer_task(column, facts.row_count - column.missing)
    task = notes.take("task", otherwise=inferred, reason=reason)
    rows = facts.row_count - column.missing
    if not _fits_task(notes, facts, column, task, inferred):
        return None
    if notes.given.find("task") is ABSENT and column.numeric:
        _mention_other_task(notes, column, task, rows)
    if column.numeric and column.missing:
        _mention_missing(notes, column)
    return Goal(
        column=column, task=task, rows=rows, counts=_counts(column, rows) or _counted(notes, facts, column, task)
    )


def _mention_missing(notes: Notes, column: Column) -> None:
    """Tell of rows without a number, and of the words that say so: they may be classes."""
    count = f"{counted(column.missing)} {'row has' if column.missing == 1 else 'rows have'} no `{column.name}`"
    words = column.statistics.get("taken_as_missing")
    keep = f' Where a word is a class, send `kinds: {{"{shorten(column.name)}": "category"}}` by PATCH of the dataset.'
    message = f"{without_value(column)}, so they are left out.{keep}" if words else f"{count}, so they are left out."
    notes.warn("data.missing_words", message, ("target",), column=column.name)


def infer_task(column: Column, rows: int) -> tuple[str, str]:
    """Return the task that a target's values speak for, with the reason."""
    count = f"{counted(column.distinct)} different {'values' if not column.numeric else 'numbers'}"
    classes = "binary" if column.distinct == 2 else "multiclass"
    if not column.numeric:
        return classes, count
    whole = bool(column.statistics.get("whole"))
    if whole and column.distinct == 2:
        return "binary", "2 different whole numbers"
    if whole and column.distinct <= FEW_CLASSES and column.distinct < FEW_SHARE * rows:
        return classes, f"{column.distinct} different whole numbers in {counted(rows)} rows"
    return "regression", count


def _target(notes: Notes, facts: DatasetFacts) -> Column | None:
    suggested = suggest_target(facts.columns) if notes.given.find("target") is ABSENT else None
    name = notes.take("target", otherwise=suggested, reason=f"the only column with such a name is `{suggested}`")
    if name is None:
        if not notes.refused("target"):
            ask_for_target(notes, facts)
        return None
    column = facts.column(name)
    if column is None:
        notes.fault(
            "spec.unknown_column",
            f"The dataset has no column `{shorten(name)}`.",
            ("target",),
            found=name,
            allowed=facts.names[:MOST_SHOWN],
            **nearest(facts, name),
        )
    return column


def _is_learnable(notes: Notes, column: Column, facts: DatasetFacts) -> bool:
    rows = facts.row_count - column.missing
    if rows <= 0 or column.kind is Kind.EMPTY:
        notes.fault(
            "data.target_missing",
            f"The target `{column.name}` has no value in any row.",
            ("target",),
            found=column.name,
            hint=likely_targets(facts, but=(column.name,)),
        )
    elif column.distinct < 2:
        notes.fault(
            "data.target_single_value",
            f"The target `{column.name}` has the same value in all {counted(rows)} rows that have one.",
            ("target",),
            found=column.name,
            expected="a column with at least two different values",
            hint=likely_targets(facts, but=(column.name,)),
        )
    elif rows < 3:
        notes.fault(
            "data.too_few_rows",
            f"The target `{column.name}` has a value in {rows} rows only; that is too few to train and to validate.",
            ("dataset_id",),
            found=rows,
            expected="at least 3 rows",
        )
    else:
        return True
    return False


def _fits_task(notes: Notes, facts: DatasetFacts, column: Column, task: str, inferred: str) -> bool:
    rows = facts.row_count - column.missing
    if task == "translation":
        return True  # vectors and images were refused before
    if task == "multilabel":
        _one_answer(notes, column, rows, inferred)
        return False
    if task == "regression":
        if column.numeric:
            return True
        notes.fault(
            "data.not_numeric",
            f"`{column.name}` holds text, so `regression` cannot predict it as a number.",
            ("task",),
            found=task,
            **_fitting_task(column, rows, inferred),
        )
        return False
    if task == "binary" and column.distinct != 2:
        notes.fault(
            "spec.conflict",
            f"`binary` needs two different values, and `{column.name}` has {counted(column.distinct)}.",
            ("task",),
            found=task,
            **_fitting_task(column, rows, inferred),
        )
        return False
    return _has_repeated_classes(notes, facts, column, task)


def _fitting_task(column: Column, rows: int, inferred: str) -> dict[str, Any]:
    """Say which task can be had instead: never one that would be refused in turn."""
    if inferred == "regression" or _repeats(column, rows):
        return {"expected": inferred, "suggestion": inferred}
    hint = (
        f"No task fits: as classes, the values of `{column.name}` do not repeat often enough. Choose another `target`."
    )
    return {"expected": "a column of numbers, or one whose values repeat", "hint": hint}


def _one_answer(notes: Notes, column: Column, rows: int, inferred: str) -> None:
    notes.fault(
        "spec.conflict",
        f"`multilabel` learns several yes/no answers for each row, and `{column.name}` gives one.",
        ("task",),
        found="multilabel",
        **{
            **_fitting_task(column, rows, inferred),
            "expected": f"{inferred}, or as `target` a list of yes/no columns or a column of vectors of 0 and 1",
        },
    )


def _has_repeated_classes(notes: Notes, facts: DatasetFacts, column: Column, task: str) -> bool:
    rows = facts.row_count - column.missing
    if _repeats(column, rows):
        return True
    given = notes.given.find("task") is not ABSENT
    notes.fault(
        "data.too_many_classes",
        f"`{column.name}` has {counted(column.distinct)} different values in {counted(rows)} rows; "
        "as classes they do not repeat often enough to be learned.",
        ("task",) if given else ("target",),
        found=task if given else column.name,
        expected="a column whose values repeat",
        hint=None if given else likely_targets(facts, but=(column.name,)),
        suggestion="regression" if given and column.numeric else None,
    )
    return False


def _repeats(column: Column, rows: int) -> bool:
    """Tell whether values come again as often as classes have to."""
    rarely = column.distinct * 2 > rows or column.kind is Kind.ID
    return not rarely and column.distinct <= MOST_CLASSES and column.distinct_exact


def _mention_other_task(notes: Notes, column: Column, task: str, rows: int) -> None:
    """Say that few different numbers could be amounts as well as classes, and how they were read."""
    is_whole = bool(column.statistics.get("whole"))
    if task == "regression":
        most = rows / 2 if is_whole else FEW_SHARE * rows
        other = "multiclass" if 2 < column.distinct <= min(FEW_CLASSES, most) else None
        read, else_ = "as a quantity", "If they stand for classes"
    else:
        other = "regression" if column.distinct > 2 and column.name.strip().lower() not in CLASS_NAMES else None
        read, else_ = "as classes", "If they are amounts, such as counts or ratings"
    if other is not None:
        notes.warn(
            "spec.task_unclear",
            f"`{column.name}` holds {column.distinct} different {'whole ' * is_whole}numbers in {counted(rows)} rows "
            f"and was read {read}. {else_}, set `task` to `{other}`.",
            ("task",),
            patch={"task": other},
        )


def _counted(notes: Notes, facts: DatasetFacts, column: Column, task: str) -> dict[str, int] | None:
    """Count classes that the statistics leave out, where they are to be weighed."""
    given = notes.given.find("training", "class_weight")
    is_weighed = given is not ABSENT and given is not None and task in {"binary", "multiclass"}
    return facts.labels(column.name) if is_weighed and facts.labels is not None else None


def _counts(column: Column, rows: int) -> dict[str, int] | None:
    """Return how often each value occurs, where the statistics hold all of them."""
    top = column.statistics.get("top") or ()
    counts = {str(entry["value"]): int(entry["count"]) for entry in top}
    return counts if sum(counts.values()) == rows and len(counts) == column.distinct else None
