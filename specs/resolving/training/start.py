"""The weights to start from, settled: the id that holds them, and a fault where they do not fit the network."""

from specs.blueprint import Blueprint
from specs.facts import DatasetFacts, StartFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted, listed
from specs.resolving.notes import Notes

MOST_SHOWN = 10
PATH = ("training", "init_from")
Shape = tuple[int, ...]


def settle_init_from(notes: Notes, start: StartFacts) -> str:
    """Return the id of what holds the weights: of a job, that of its model or checkpoint, which stays the same."""
    notes.note(PATH, "given", start.reason)
    return start.id


def check_start(notes: Notes, blueprint: Blueprint, dataset: DatasetFacts, start: StartFacts) -> None:
    """Note a fault if the weights belong to other columns or to another network."""
    include = blueprint.spec.features.include
    needed = {found.name: found.shape for found in blueprint.network.parameters}
    is_open = any(column.missing for column in dataset.columns if column.name in include)
    wrong = [
        _told(name, start.shapes.get(name), needed.get(name))
        for name in dict.fromkeys((*needed, *start.shapes))
        if not _fits(start.shapes.get(name), needed.get(name), is_open=is_open)
    ]
    if wrong:
        more = f" {counted(len(wrong) - 1)} more arrays differ." if len(wrong) > 1 else ""
        notes.fault(
            "spec.shape_mismatch",
            f"The weights of `{start.id}` do not fit this network: {wrong[0]}.{more}",
            PATH,
            found=start.id,
            expected="weights of a network with the same layers, by name and shape",
            hint="Use the network that it was trained with, or leave `init_from` out.",
            patch={"training": {"init_from": None}},
        )
    elif start.members not in {1, blueprint.plan.members}:
        notes.fault(
            "spec.shape_mismatch",
            f"The weights of `{start.id}` are those of {start.members} members, and this job trains "
            f"{blueprint.plan.members}.",
            PATH,
            found=start.id,
            expected="weights of one network, or of as many members",
            hint=f"Train {start.members} members, or leave `init_from` out.",
            patch={"training": {"members": start.members}},
        )
    elif (difference := _other_column(include, start.columns)) is not None:
        notes.fault(
            "spec.shape_mismatch",
            f"The weights of `{start.id}` were learned from other columns: {difference}.",
            PATH,
            found=start.id,
            expected=f"weights that were learned from the columns {listed(include, MOST_SHOWN)}",
            hint="Learn from the same columns (`features.include`), or leave `init_from` out.",
            patch={"training": {"init_from": None}},
        )
    else:
        _mention_semantics(notes, blueprint, start)


def _mention_semantics(notes: Notes, blueprint: Blueprint, start: StartFacts) -> None:
    """Tell that weights were learned when layers meant something else, which they do not fit as well any more."""
    theirs, ours = start.semantics, blueprint.network.semantics
    if theirs is None or theirs == ours or notes.given.find("network", "semantics") is not ABSENT:
        return
    notes.warn(
        "spec.other_semantics",
        f"The weights of `{start.id}` were learned under version {theirs} of what layers mean, and this job trains "
        f"under {ours}: masks, frozen normalisation or the outputs are computed otherwise.",
        PATH,
        patch={"network": {"semantics": theirs}},
    )


def _other_column(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str | None:
    """Say which column is the first that only one of both has; the name of a single one does not matter."""
    if len(ours) == len(theirs) == 1 or not theirs:
        return None
    lacking = next((name for name in theirs if name not in ours), None)
    if lacking is not None:
        return f"they know `{lacking}`, which this job does not learn from"
    unknown = next((name for name in ours if name not in theirs), None)
    return None if unknown is None else f"they do not know `{unknown}`"


def _fits(has: Shape | None, needs: Shape | None, *, is_open: bool) -> bool:
    """Compare; where values are missing, fewer inputs may tell of it than were counted: the worker knows."""
    if has is None or needs is None:
        return False
    return has == needs or (is_open and len(has) == len(needs) and has[0] < needs[0] and has[1:] == needs[1:])


def _told(name: str, has: Shape | None, needs: Shape | None) -> str:
    layer, _, variable = name.rpartition(".")
    if has is None:
        return f"they lack layer `{layer}`, whose `{variable}` needs the shape {list(needs or ())}"
    if needs is None:
        return f"they hold a layer `{layer}` with a `{variable}` of the shape {list(has)}, which it lacks"
    return f"`{variable}` of layer `{layer}` has the shape {list(has)} and needs {list(needs)}"
