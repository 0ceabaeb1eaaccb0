"""The feature columns, settled: those that are included, those that are left out, and the reason for each."""

from collections.abc import Mapping

from datasets import Column, Kind
from datasets.recipe.features import Features
from specs.facts import DatasetFacts, StartFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted, listed
from specs.resolving.answers.multi_target import gives_back
from specs.resolving.answers.target import Goal
from specs.resolving.data.columns import given_kinds, known_columns, natural_kind, without_overlap
from specs.resolving.data.doubts import learned_after_all
from specs.resolving.data.encoding import settle_encoding, settle_target_clipping, settle_target_scaling
from specs.resolving.notes import Notes

MOST_MENTIONED = 5
RISES = "its whole numbers rise or fall from row to row and never repeat, as an index does"
LEFT_OUT = {
    Kind.ID: "every row has its own value, so nothing about it repeats",
    Kind.CONSTANT: "it has the same value in every row",
    Kind.EMPTY: "it has no values",
}


def settle_features(notes: Notes, facts: DatasetFacts, goal: Goal, start: StartFacts | None = None) -> Features:
    """Return columns in the order of the table, or of the weights to start from, each either included or excluded."""
    targets = goal.names
    named = {key: known_columns(notes, facts, key, targets) for key in ("include", "exclude")}
    kinds = given_kinds(notes, facts, targets)
    excluded = without_overlap(notes, named["include"], named["exclude"])
    groups = notes.given.find("split", "group_by")
    is_given_back = gives_back(notes, facts, targets)
    others = [column for column in facts.columns if is_given_back or column.name not in targets]
    reasons = {column.name: _why_left_out(column, named["include"], excluded, kinds) for column in others}
    doubted = [column for column in others if column.numeric and reasons[column.name] in {RISES, LEFT_OUT[Kind.ID]}]
    if doubted:
        reasons |= learned_after_all(notes, doubted, reasons, start)
    if named["include"] is None and isinstance(notes.given.find("features", "reshape"), list):
        reasons |= {c.name: None for c in others if c.numeric and c.name not in excluded}  # each has its place in a row
    if (
        isinstance(groups, str)
        and reasons.get(groups, "") is None
        and groups not in {*(named["include"] or ()), *kinds}
    ):
        reasons[groups] = "it names the groups of the split, which held-out rows do not share"
    weights = notes.given.find("training", "sample_weight")
    if isinstance(weights, str) and reasons.get(weights, "") is None and weights not in (named["include"] or ()):
        reasons[weights] = "it says how much each row counts"
    include = in_order_of([column for column in others if reasons[column.name] is None], start)
    exclude = [column for column in others if reasons[column.name] is not None]
    used = {column.name: kinds.get(column.name) or natural_kind(column) for column in include}
    refuse_texts(notes)
    settled = {
        "include": tuple(column.name for column in include),
        "exclude": tuple(column.name for column in exclude),
        "kinds": used,
        "target_scaling": settle_target_scaling(notes, goal.task),
        "target_clipping": settle_target_clipping(notes, goal),
        **settle_encoding(notes, facts, include, used),
    }
    features = Features(**settled, **notes.take_options("features", Features, but=settled))
    if not include and not notes.refused("features") and not _is_faulty(notes):
        _nothing_left(notes, goal)
    _explain(notes, features, {column.name: column for column in others}, reasons, named, kinds)
    return features


def in_order_of(include: list[Column], start: StartFacts | None) -> list[Column]:
    """Put columns in the order of the inputs that weights were learned with, where they are the same ones."""
    if start is None or {column.name for column in include} != set(start.columns):
        return include
    return sorted(include, key=lambda column: start.columns.index(column.name))


def refuse_texts(notes: Notes) -> None:
    """Note faults for fields that speak of texts: they mean something where texts are translated."""
    for key in ("tokenizer", "max_vocabulary"):
        given = notes.take("features", key, otherwise=None)
        if given is not None:
            notes.fault(
                "spec.conflict",
                f"`{key}` is for texts, which are read where they are translated.",
                ("features", key),
                found=given,
                hint='Leave it out, or write "task": "translation".',
                patch={"features": {key: None}},
            )


def _why_left_out(column: Column, include: set[str] | None, exclude: set[str], kinds: Mapping[str, str]) -> str | None:
    """Return the reason for leaving a column out; None to learn from it."""
    if column.name in exclude:
        return "given"
    if include is not None:
        return None if column.name in include else "not named in `include`"
    if column.name in kinds:
        return None
    return LEFT_OUT.get(column.kind) or (RISES if column.rises else None)


def _is_faulty(notes: Notes) -> bool:
    """Tell whether a fault about columns was noted already, of which having none left would only be a consequence."""
    return any(fault.pointer.startswith(notes.given.origin("/features")) for fault in notes.faults)


def _nothing_left(notes: Notes, goal: Goal) -> None:
    excluded = notes.given.find("features", "exclude")
    hint = "Columns that are constant, empty or different in every row are left out unless `include` names them."
    notes.fault(
        "data.no_features",
        f"Besides the target {goal.label} no column is left to learn from.",
        ("features",),
        hint="Leave `features.exclude` out, or name fewer columns there." if excluded not in (ABSENT, []) else hint,
        patch=notes.leaving_out(("features", "exclude")) if excluded not in (ABSENT, []) else None,
    )


def _explain(
    notes: Notes,
    features: Features,
    columns: Mapping[str, Column],
    reasons: Mapping[str, str | None],
    named: Mapping[str, set[str] | None],
    kinds: Mapping[str, str],
) -> None:
    _explain_lists(notes, features, reasons, named)
    for name in features.kinds:
        if name in kinds:
            notes.note(("features", "kinds", name), "given")
        else:
            notes.note(("features", "kinds", name), "inferred", described(columns[name]))
    if not features.kinds:
        notes.note(("features", "kinds"), "inferred", "no column")
    if named["include"] is None:
        _mention_left_out(notes, {name: str(why) for name, why in reasons.items() if why not in {None, "given"}})


def _explain_lists(
    notes: Notes, features: Features, reasons: Mapping[str, str | None], named: Mapping[str, set[str] | None]
) -> None:
    for index in range(len(features.include)):
        if named["include"] is not None:
            notes.note(("features", "include", index), "given")
        else:
            notes.note(("features", "include", index), "inferred", "neither constant nor empty nor an identifier")
    for index, name in enumerate(features.exclude):
        if reasons[name] == "given":
            notes.note(("features", "exclude", index), "given")
        else:
            notes.note(("features", "exclude", index), "inferred", reasons[name])
    for key, value in (("include", features.include), ("exclude", features.exclude)):
        if not value and named[key] is not None:
            notes.note(("features", key), "given")
        elif not value:
            notes.note(("features", key), "inferred", "no column")


def _mention_left_out(notes: Notes, reasons: Mapping[str, str]) -> None:
    where = ("features", "exclude")
    if len(reasons) > MOST_MENTIONED:
        shown = listed(tuple(reasons), MOST_MENTIONED)
        message = f"{counted(len(reasons))} columns are not learned from, for they hold nothing to learn: {shown}."
        notes.warn("data.column_left_out", message, where)
        return
    for name, reason in reasons.items():
        notes.warn("data.column_left_out", f"`{name}` is not learned from: {reason}.", where)


def described(column: Column) -> str:
    """Say what a column holds."""
    if column.numeric:
        return "numbers in every row" if not column.missing else f"numbers; {counted(column.missing)} missing"
    values = f"{counted(column.distinct)} different values"
    return values if not column.missing else f"{values}; {counted(column.missing)} missing"
