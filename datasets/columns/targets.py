"""Suggestions for the target: the column whose name leaves no doubt, and the candidates, each with its reason."""

from collections.abc import Iterable, Sequence

from datasets.columns.column import Column, Kind

TARGET_NAMES = frozenset({"target", "label", "class", "y"})
FEW = 20


def target_names(target: str | Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a target names, one or several."""
    return (target,) if isinstance(target, str) else tuple(target)


def suggest_target(columns: Iterable[Column]) -> str | None:
    """Return the target if its name leaves no doubt: exactly one column is called target, label, class or y."""
    named = [column.name for column in columns if _is_named_target(column) and _can_be_target(column)]
    return named[0] if len(named) == 1 else None


def target_candidates(columns: Iterable[Column]) -> tuple[tuple[str, str], ...]:
    """Columns that could be predicted, the likeliest first, each with its reason."""
    ranked = [(*_reason(column), column.name) for column in columns]
    last = len(ranked) - 1
    # Among equals the last column goes first: that is where most tables keep their answer.
    order = sorted(range(len(ranked)), key=lambda i: (ranked[i][0], i != last))
    return tuple((name, reason) for _, reason, name in (ranked[i] for i in order) if reason)


def _can_be_target(column: Column) -> bool:
    return column.is_feature and column.kind not in {Kind.DATE, Kind.VECTOR, Kind.IMAGE}


def _is_named_target(column: Column) -> bool:
    return column.name.strip().lower() in TARGET_NAMES


def _reason(column: Column) -> tuple[int, str | None]:
    if not _can_be_target(column):
        return 9, None
    if _is_named_target(column):
        return 0, f"named `{column.name}`"
    if column.kind is Kind.BOOLEAN:
        return 1, "yes/no"
    if column.kind is Kind.CATEGORY:
        return (2, f"{column.distinct} values") if column.distinct <= FEW else (5, f"{column.distinct} values, many")
    if column.statistics.get("whole") and column.distinct <= FEW:
        return 3, f"{column.distinct} different whole numbers"
    return 4, "a number"
