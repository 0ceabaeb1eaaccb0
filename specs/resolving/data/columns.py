"""Columns that a job body names: they must exist, and be readable as asked."""

from datasets import Column, Kind
from datasets.did_you_mean import closest
from datasets.preprocessing.date_encoding import days_of
from specs.facts import DatasetFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted, listed, shorten
from specs.resolving.answers.candidates import MOST_SHOWN
from specs.resolving.answers.multi_target import gives_back
from specs.resolving.notes import Notes

MOST_UNKNOWN = 20  # columns of one body that are answered one by one


def _part_of(targets: tuple[str, ...]) -> str:
    return "the target" if len(targets) == 1 else "one of the targets"


def natural_kind(column: Column) -> str:
    """Return how a column is read unless something else is asked for."""
    if column.kind in {Kind.BOOLEAN, Kind.DATE, Kind.VECTOR, Kind.IMAGE}:
        return str(column.kind)
    return "number" if column.numeric else "category"


def known_columns(notes: Notes, facts: DatasetFacts, key: str, targets: tuple[str, ...]) -> set[str] | None:
    """Return the columns named in `include` or `exclude` that exist; None if none were asked for."""
    given = notes.given.find("features", key)
    if given is ABSENT:
        return None
    known, is_given_back = set(facts.names), gives_back(notes, facts, targets)
    for index, name in enumerate(given):
        if name not in known:
            _unknown(notes, facts, ("features", key, index), name)
        elif name in targets and key == "include" and not is_given_back:
            notes.fault(
                "spec.conflict",
                f"`{name}` is {_part_of(targets)}, so it cannot be learned from as well.",
                ("features", key, index),
                found=name,
                hint="Leave it out of `include`." if len(given) > 1 else "Leave `include` out.",
                patch=notes.leaving_out(("features", key, index) if len(given) > 1 else ("features", key)),
            )
    return known & set(given)


def _unknown(notes: Notes, facts: DatasetFacts, path: tuple[str | int, ...], name: str) -> None:
    if sum(fault.code == "spec.unknown_column" for fault in notes.faults) >= MOST_UNKNOWN:
        return
    meant = closest(name, facts.names)
    is_key = "kinds" in path
    notes.fault(
        "spec.unknown_column",
        f"The dataset has no column `{shorten(name)}`.",
        path,
        found=name,
        allowed=facts.names[:MOST_SHOWN],
        hint=f"Rename it to `{meant}`." if meant else f"Its columns are {listed(facts.names)}.",
        suggestion=None if is_key else meant,
        patch=notes.renaming(path, meant) if is_key and meant else None,
    )


def given_kinds(notes: Notes, facts: DatasetFacts, targets: tuple[str, ...]) -> dict[str, str]:
    """Return the kinds that were asked for and that their columns can have."""
    given = notes.given.find("features", "kinds")
    kinds: dict[str, str] = {}
    for name, kind in {} if given is ABSENT else given.items():
        column = facts.column(name)
        if column is None:
            _unknown(notes, facts, ("features", "kinds", name), name)
        elif name in targets and not gives_back(notes, facts, targets):
            notes.fault(
                "spec.conflict",
                f"`{name}` is {_part_of(targets)}; how it is read follows from `task`.",
                ("features", "kinds", name),
                found=kind,
                hint="Leave it out; `task` says how the target is read.",
                patch=notes.leaving_out(("features", "kinds", name)),
            )
        elif _can_be(notes, column, kind):
            kinds[name] = kind
    return kinds


def _can_be(notes: Notes, column: Column, kind: str) -> bool:
    path = ("features", "kinds", column.name)
    if kind == "text":
        notes.fault(
            "spec.conflict",
            f"`{column.name}` can be read as text where it is translated; elsewhere texts are categories.",
            path,
            found=kind,
            expected=natural_kind(column),
            suggestion=natural_kind(column),
        )
        return False
    if kind == "number" and not column.numeric:
        notes.fault(
            "data.not_numeric",
            f"`{column.name}` holds text, so it cannot be read as numbers.",
            path,
            found=kind,
            expected=natural_kind(column),
            suggestion=natural_kind(column),
        )
        return False
    if kind != column.kind and Kind.IMAGE in {kind, column.kind} | (
        {Kind.IMAGE} if Kind.VECTOR in {kind, column.kind} else set()
    ):
        notes.fault(
            "spec.conflict",
            f"`{column.name}` holds {natural_kind(column)}s, so it cannot be read as {kind}.",
            path,
            found=kind,
            expected=natural_kind(column),
            suggestion=natural_kind(column),
        )
        return False
    if kind == "date" and not _holds_dates(column):
        notes.fault(
            "data.not_date",
            f"`{column.name}` does not hold dates like 2024-05-31, so it cannot be read as such.",
            path,
            found=kind,
            expected=natural_kind(column),
            suggestion=natural_kind(column),
        )
        return False
    if kind == "boolean" and column.distinct != 2:
        notes.fault(
            "data.not_boolean",
            f"`{column.name}` has {counted(column.distinct)} different values, so it cannot be read as yes/no.",
            path,
            found=kind,
            expected=natural_kind(column),
            suggestion=natural_kind(column),
        )
        return False
    return True


def _holds_dates(column: Column) -> bool:
    shown = [str(entry["value"]) for entry in column.statistics.get("top") or ()]
    return column.kind == "date" or (
        not column.numeric and bool(shown) and all(days_of(text) is not None for text in shown)
    )


def without_overlap(notes: Notes, include: set[str] | None, exclude: set[str] | None) -> set[str]:
    """Return what to exclude; a column that is asked for in both lists is a fault."""
    both = (include or set()) & (exclude or set())
    for index, name in enumerate(notes.given.find("features", "exclude") if both else ()):
        if name in both:
            notes.fault(
                "spec.conflict",
                f"`{name}` is in `include` and in `exclude`.",
                ("features", "exclude", index),
                found=name,
                hint="Leave it out of one of them, such as `exclude`.",
                patch=notes.leaving_out(("features", "exclude", index)),
            )
    return (exclude or set()) - both
