"""Doubts about the columns of a job: what may be an index, and what tells the target."""

from collections.abc import Mapping, Sequence

from datasets import Column
from datasets.reading.identifiers import counts_rows
from datasets.reading.leaks import about_leak
from datasets.recipe.features import Features
from specs.facts import StartFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import listed
from specs.resolving.notes import Notes


def learned_after_all(
    notes: Notes,
    doubted: Sequence[Column],
    reasons: Mapping[str, str | None],
    start: StartFacts | None,
) -> dict[str, None]:
    """Return the columns that look like an index and are learned from all the same.

    They are those that the weights to start from know, and without any other column those that are not named as rows
    are counted.
    """
    known = [each.name for each in doubted if start is not None and each.name in start.columns]
    if known or any(reason is None for reason in reasons.values()):
        return dict.fromkeys(known)
    left = [each.name for each in doubted if not counts_rows(each.name)]
    if left:
        notes.warn(
            "data.index_learned",
            f"{listed(tuple(left))} may be an index, since its whole numbers never repeat; it is learned from, for "
            "nothing else is left. An index tells nothing about new rows.",
            ("features", "include"),
        )
    return dict.fromkeys(left)


def mention_leaks(notes: Notes, features: Features, leaks: Sequence[tuple[str, str]]) -> None:
    """Warn of each column that alone tells a target, with the patch that leaves all of them out where others stay.

    A patch replaces a list as a whole: if each named its own column alone, the second would take the first one back.
    """
    excluded, path = notes.given.find("features", "exclude"), ("features", "exclude")
    names = tuple(dict.fromkeys(name for name, _ in leaks))
    may_patch = notes.given.find("features", "include") is ABSENT
    for name, target in leaks:
        left_out = names if set(features.include) - set(names) else (name,)
        patch = None
        if may_patch and set(features.include) - set(left_out):
            patch = notes.patching(path, [*(() if excluded is ABSENT else excluded), *left_out])
        warning = about_leak(name, target)
        notes.warn(warning.code, warning.message, path, column=name, patch=patch)
