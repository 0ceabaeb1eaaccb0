"""The split, settled: shares, seed, groups and times of the held-out rows, and the number of rows in each part."""

from dataclasses import dataclass
from typing import Any

from datasets.recipe.split import SplitSpec, part_size
from specs.facts import DatasetFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import shorten
from specs.resolving.answers.candidates import MOST_SHOWN, nearest
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes

FEW_ROWS = 10


@dataclass(frozen=True, kw_only=True)
class RowCounts:
    """Rows in each part; with groups and times, about as many."""

    training: int
    validation: int
    test: int


def settle_split(notes: Notes, goal: Goal, facts: DatasetFacts, seed: int) -> SplitSpec:
    """Return how held-out rows are drawn; the training's seed decides unless another is given."""
    column = {key: _column(notes, goal, facts, key) for key in ("group_by", "time_by")}
    if column["group_by"] and column["time_by"]:
        _conflict(notes, "time_by", column["time_by"], "rows are held out by groups already")
    by = next((f"`{key}` decides which rows belong together" for key in column if column[key]), None)
    other = notes.take("split", "validation_dataset_id", otherwise=None)
    test_share = notes.take("split", "test_share", otherwise=0.0) or 0.0
    settled: dict[str, Any] = {
        "validation_share": _validation_share(notes, other, test_share, goal.rows),
        "test_share": test_share,
        "stratify": _stratify(notes, goal, by),
        "seed": notes.take("split", "seed", otherwise=seed, reason="the same as `training.seed`"),
        "validation_dataset_id": other,
        **column,
    }
    return SplitSpec(**settled, **notes.take_options("split", SplitSpec, but=settled))


def row_counts(goal: Goal, split: SplitSpec, validation: DatasetFacts | None = None) -> RowCounts:
    """Count the rows of each part, as the split will: each class keeps a row to train on."""
    is_drawn_by_class = goal.classes and split.group_by is None and split.time_by is None
    keep = goal.classes if is_drawn_by_class else 1
    test = min(part_size(split.test_share, goal.rows), max(goal.rows - keep, 0))
    left = goal.rows - test
    wanted = part_size(split.validation_share or 0.0, goal.rows)
    held_out = max(0, min(wanted, left - 1, left - keep))
    others = validation.row_count if validation is not None else held_out
    return RowCounts(training=left - held_out, validation=others, test=test)


def _stratify(notes: Notes, goal: Goal, by: str | None) -> bool:
    classes = goal.classes > 0
    reason = f"keeps the shares of `{goal.column.name}`" if classes else _no_classes(goal)
    stratify = bool(notes.take("split", "stratify", otherwise=classes and by is None, reason=by or reason))
    if stratify and (by is not None or not classes):
        why = by or _no_classes(goal)
        _conflict(
            notes, "stratify", found=True, why=f"`stratify` keeps the shares of classes, and {why}", suggestion=False
        )
    return stratify


def _no_classes(goal: Goal) -> str:
    if goal.task == "multilabel":
        return "a row has several answers, so there is no one class whose shares could be kept"
    return "there are no classes to keep the shares of"


def _validation_share(notes: Notes, other: str | None, test_share: float, rows: int) -> float | None:
    given = notes.given.find("split", "validation_share")
    if other is not None:
        if given not in {ABSENT, None}:
            _conflict(
                notes, "validation_share", given, "a second dataset is held out already", patch=_off("validation_share")
            )
        notes.note(
            ("split", "validation_share"),
            *(("given",) if given is None else ("inferred", "a second dataset is held out")),
        )
        return None
    share = notes.take("split", "validation_share", otherwise=min(0.2, (1 - test_share) / 2))
    if given is ABSENT and rows < FEW_ROWS:
        _mention_few_rows(notes, rows)
    if share is None:
        _conflict(
            notes,
            "validation_share",
            None,
            "without held-out rows nobody knows how good the network is",
            suggestion=0.2,
            hint="Write 0.2; 0 holds none out, and the training rows alone are measured.",
        )
        return 0.2
    if share + test_share >= 1:
        _conflict(
            notes,
            "test_share" if notes.given.find("split", "test_share") is not ABSENT else "validation_share",
            test_share,
            f"`validation_share` {share:g} and `test_share` {test_share:g} leave no rows to train on",
            suggestion=0.2 if share < 0.8 else None,
        )
    return float(share)


def _mention_few_rows(notes: Notes, rows: int) -> None:
    notes.warn(
        "data.few_rows",
        f"Of only {rows} rows, one or more are held out to see how good the network is, and it does not learn from "
        "them. To learn from all, write 0.",
        ("split", "validation_share"),
        patch=notes.patching(("split", "validation_share"), 0),
    )


def _column(notes: Notes, goal: Goal, facts: DatasetFacts, key: str) -> str | None:
    name = notes.take("split", key, otherwise=None)
    if name is None:
        return None
    if facts.column(name) is None:
        notes.fault(
            "spec.unknown_column",
            f"The dataset has no column `{shorten(name)}`.",
            ("split", key),
            found=name,
            allowed=facts.names[:MOST_SHOWN],
            **nearest(facts, name, but=goal.names),
        )
    elif name in goal.names:
        _conflict(notes, key, name, "it is the target")
    elif key == "group_by" and (facts.column(name) or goal.column).distinct < 2:
        _conflict(notes, key, name, "all rows have the same value there, so none can be held out")
    return str(name)


def _conflict(
    notes: Notes,
    key: str,
    found: object,
    why: str,
    *,
    suggestion: object = None,
    patch: Any = None,
    hint: str | None = None,
) -> None:
    notes.fault(
        "spec.conflict",
        f"`{key}` cannot be used here: {why}.",
        ("split", key),
        found=found,
        hint=hint or (None if suggestion is not None else "Leave it out."),
        suggestion=suggestion,
        patch=patch or (_off(key) if suggestion is None else None),
    )


def _off(key: str) -> dict[str, Any]:
    return {"split": {key: None}}
