"""Columns that could be meant: the likeliest targets, and the nearest to a name that there is not."""

from collections.abc import Collection
from typing import Any

from datasets import target_candidates
from datasets.did_you_mean import closest
from specs.facts import DatasetFacts
from specs.grammar.wording import listed, shorten
from specs.resolving.notes import Notes

MOST_SHOWN = 50


def ask_for_target(notes: Notes, facts: DatasetFacts) -> None:
    """Note that the target is missing, with those that come into question."""
    candidates = target_candidates(facts.columns)
    notes.fault(
        "spec.target_required",
        "Which column should be predicted? `target` was left out, and no column name settles it.",
        ("target",),
        expected="the name of a column",
        allowed=tuple(name for name, _ in candidates[:MOST_SHOWN]),
        hint=likely_targets(facts) or "No column has values to learn.",
        suggestion=candidates[0][0] if candidates else None,
    )


def nearest(facts: DatasetFacts, name: str, *, but: Collection[str] = ()) -> dict[str, Any]:
    """Return hint and suggestion for the name of a column that there is not."""
    meant = closest(name, [each for each in facts.names if each not in but])
    return {"hint": f"Its columns are {listed(facts.names)}.", "suggestion": meant}


def likely_targets(facts: DatasetFacts, *, but: Collection[str] = ()) -> str | None:
    """List the likeliest targets; None where no column can be one."""
    candidates = [each for each in target_candidates(facts.columns) if each[0] not in but]
    shown = ", ".join(f"`{shorten(name, 40)}` ({reason})" for name, reason in candidates[:5])
    return f"Likely ones are {shown}." if shown else None
