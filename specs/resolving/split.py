"""How many rows train, and how many are held out."""

from specs.resolving.notes import Notes
from specs.resolving.target import Goal
from specs.values import SplitSpec


def settle_split(notes: Notes, goal: Goal, seed: int) -> SplitSpec:
    """Return how held-out rows are drawn; the training's seed decides unless another is given."""
    classes = goal.task != "regression"
    reason = f"keeps the shares of `{goal.column.name}`" if classes else "there are no classes to keep the shares of"
    stratify = notes.take("split", "stratify", otherwise=classes, reason=reason)
    if stratify and not classes:
        notes.fault(
            "spec.conflict",
            f"`stratify` keeps the shares of classes, and `{goal.column.name}` is predicted as a number.",
            ("split", "stratify"),
            found=True,
            expected="false",
            suggestion=False,
        )
    return SplitSpec(
        validation_share=notes.take("split", "validation_share", otherwise=0.2),
        stratify=stratify,
        seed=notes.take("split", "seed", otherwise=seed, reason="the same as `training.seed`"),
    )


def row_counts(goal: Goal, split: SplitSpec) -> tuple[int, int]:
    """Count training and held-out rows, as the split will: each class keeps a row to train on."""
    held_out = min(max(1, round(split.validation_share * goal.rows)), goal.rows - 1)
    held_out = min(held_out, goal.rows - goal.classes) if goal.classes else held_out
    return goal.rows - held_out, held_out
