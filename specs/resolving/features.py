"""Which columns are learned from, and how many inputs they make."""

from collections import Counter
from collections.abc import Mapping

from datasets import Column, Kind
from specs.facts import DatasetFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted, listed, shorten
from specs.resolving.notes import Notes
from specs.resolving.target import MOST_SHOWN
from specs.suggestions import closest
from specs.values import Features

MOST_UNKNOWN = 20  # columns of one body that are answered one by one
LEFT_OUT = {
    Kind.ID: "every row has its own value, so nothing about it repeats",
    Kind.CONSTANT: "it has the same value in every row",
    Kind.EMPTY: "it has no values",
}


def settle_features(notes: Notes, facts: DatasetFacts, target: str) -> Features:
    """Return columns in the order of the table, each either included or excluded."""
    named = {key: _known(notes, facts, key, target) for key in ("include", "exclude")}
    kinds = _given_kinds(notes, facts, target)
    excluded = _without_overlap(notes, named["include"], named["exclude"])
    others = [column for column in facts.columns if column.name != target]
    reasons = {column.name: _why_left_out(column, named["include"], excluded, kinds) for column in others}
    include = [column for column in others if reasons[column.name] is None]
    exclude = [column for column in others if reasons[column.name] is not None]
    features = Features(
        include=tuple(column.name for column in include),
        exclude=tuple(column.name for column in exclude),
        kinds={column.name: kinds.get(column.name) or natural_kind(column) for column in include},
        scaling=notes.take("features", "scaling", otherwise="standard") or "none",
        missing=notes.take("features", "missing", otherwise="median"),
        max_categories=notes.take("features", "max_categories", otherwise=50),
    )
    if not include and not notes.refused("features") and not _is_faulty(notes):
        _nothing_left(notes, target)
    _explain(notes, features, {column.name: column for column in others}, reasons, named, kinds)
    return features


def natural_kind(column: Column) -> str:
    """Return how a column is read unless something else is asked for."""
    if column.numeric:
        return "number"
    return "boolean" if column.kind is Kind.BOOLEAN else "category"


def input_count(features: Features, facts: DatasetFacts) -> int:
    """Count the network's inputs; those that stand for missing values may turn out fewer."""
    return sum(
        _inputs(column, features.kinds[column.name], features.max_categories)
        for column in facts.columns
        if column.name in features.kinds
    )


def _inputs(column: Column, kind: str, max_categories: int) -> int:
    values = min(column.distinct, max_categories) if kind == "category" else 1
    return max(1, values + (column.missing > 0))


def _known(notes: Notes, facts: DatasetFacts, key: str, target: str) -> set[str] | None:
    """Return the named columns that exist; None if none were asked for."""
    given = notes.given.find("features", key)
    if given is ABSENT:
        return None
    known = set(facts.names)
    for index, name in enumerate(given):
        if name not in known:
            _unknown(notes, facts, ("features", key, index), name)
        elif name == target and key == "include":
            notes.fault(
                "spec.conflict",
                f"`{name}` is the target, so it cannot be learned from as well.",
                ("features", key, index),
                found=name,
                hint="Leave it out of `include`.",
            )
    return known & set(given)


def _unknown(notes: Notes, facts: DatasetFacts, path: tuple[str | int, ...], name: str) -> None:
    known_faults = sum(fault.code == "spec.unknown_column" for fault in notes.faults)
    if known_faults >= MOST_UNKNOWN:
        return
    notes.fault(
        "spec.unknown_column",
        f"The dataset has no column `{shorten(name)}`.",
        path,
        found=name,
        allowed=facts.names[:MOST_SHOWN],
        hint=f"Its columns are {listed(facts.names)}.",
        suggestion=closest(name, facts.names) if "kinds" not in path else None,
    )


def _given_kinds(notes: Notes, facts: DatasetFacts, target: str) -> dict[str, str]:
    given = notes.given.find("features", "kinds")
    kinds: dict[str, str] = {}
    for name, kind in {} if given is ABSENT else given.items():
        column = facts.column(name)
        if column is None:
            _unknown(notes, facts, ("features", "kinds", name), name)
        elif name == target:
            notes.fault(
                "spec.conflict",
                f"`{name}` is the target; how it is read follows from `task`.",
                ("features", "kinds", name),
                found=kind,
                hint="Set `task` instead.",
            )
        elif _can_be(notes, column, kind):
            kinds[name] = kind
    return kinds


def _can_be(notes: Notes, column: Column, kind: str) -> bool:
    path = ("features", "kinds", column.name)
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


def _without_overlap(notes: Notes, include: set[str] | None, exclude: set[str] | None) -> set[str]:
    both = (include or set()) & (exclude or set())
    for index, name in enumerate(notes.given.find("features", "exclude") if both else ()):
        if name in both:
            notes.fault(
                "spec.conflict",
                f"`{name}` is in `include` and in `exclude`.",
                ("features", "exclude", index),
                found=name,
                hint="Leave it in one of them.",
            )
    return (exclude or set()) - both


def _why_left_out(column: Column, include: set[str] | None, exclude: set[str], kinds: Mapping[str, str]) -> str | None:
    """Return the reason for leaving a column out; None to learn from it."""
    if column.name in exclude:
        return "given"
    if include is not None:
        return None if column.name in include else "not named in `include`"
    return None if column.name in kinds else LEFT_OUT.get(column.kind)


def _is_faulty(notes: Notes) -> bool:
    """Tell whether a fault about columns was noted already, of which having none left would only be a consequence."""
    return any(fault.pointer.startswith(notes.given.origin("/features")) for fault in notes.faults)


def _nothing_left(notes: Notes, target: str) -> None:
    notes.fault(
        "data.no_features",
        f"Besides the target `{target}` no column is left to learn from.",
        ("features",),
        hint="Columns that are constant, empty or different in every row are left out unless `include` names them.",
    )


def _explain(
    notes: Notes,
    features: Features,
    columns: Mapping[str, Column],
    reasons: Mapping[str, str | None],
    named: Mapping[str, set[str] | None],
    kinds: Mapping[str, str],
) -> None:
    for index in range(len(features.include)):
        if named["include"] is not None:
            notes.note(("features", "include", index), "given")
        else:
            notes.note(("features", "include", index), "inferred", "useful column")
    for index, name in enumerate(features.exclude):
        reason = reasons[name]
        if reason == "given":
            notes.note(("features", "exclude", index), "given")
            continue
        notes.note(("features", "exclude", index), "inferred", reason)
        if named["include"] is None:
            notes.warn("data.column_left_out", f"`{name}` is not learned from: {reason}.", ("features", "exclude"))
    for key, value in (("include", features.include), ("exclude", features.exclude), ("kinds", features.kinds)):
        if not value:
            notes.note(
                ("features", key),
                "given" if named.get(key) is not None else "inferred",
                None if named.get(key) is not None else "no column",
            )
    for name in features.kinds:
        given = name in kinds
        notes.note(
            ("features", "kinds", name), "given" if given else "inferred", None if given else described(columns[name])
        )


def described(column: Column) -> str:
    """Say what a column holds."""
    if column.numeric:
        return "numbers in every row" if not column.missing else f"numbers; {counted(column.missing)} missing"
    values = f"{counted(column.distinct)} different values"
    return values if not column.missing else f"{values}; {counted(column.missing)} missing"


def inputs_reason(features: Features, facts: DatasetFacts) -> str:
    """Say how columns become inputs: `4 columns → 6 inputs: 3 numbers, 3 from 1 category`."""
    kinds = Counter(features.kinds.values())
    total = input_count(features, facts)
    parts = [
        f"{count} {'number' if kind == 'number' else kind}{'s' if count > 1 else ''}" for kind, count in kinds.items()
    ]
    return f"{len(features.include)} columns → {total} inputs: {', '.join(parts)}"
