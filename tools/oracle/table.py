"""The table of verdicts, as a page in Markdown."""

from collections import Counter
from collections.abc import Sequence

from tools.markdown import table
from tools.oracle.subjects import SUBJECTS
from tools.oracle.verdicts import AGREES, DIFFERS, NOT_SAID, OUTSIDE, Verdict

KINDS = {"layer": "layers", "loss": "losses", "metric": "metrics", "optimizer": "optimizers"}
WORDS = (AGREES, DIFFERS, NOT_SAID, OUTSIDE)
INTRODUCTION = """# Keras' own tests, computed here

<!-- Made by `python -m tools.oracle`; see below. -->

Keras {version} on JAX. Every call that its unit tests make of a layer, loss, metric or optimizer was computed here as
well, with the same weights, and the numbers compared (to {close:g}, relative to 1 and to the value).

How it is counted: once for each test and outcome, so that the steps of a loop, or the two ways in which one test
builds a layer, count once. A call counts as *{not_said}* where it gives numbers and this service has no words for it,
whatever the reason; as *{outside}* only where the reason is one of the decisions in the second table. What Keras only
traces, what a test replaces by a stand-in, and calls that raise give no numbers and are not counted.

To run it, with the development environment, whose Keras brings its tests along:

    .venv/bin/python -m tools.oracle .venv/lib/python3.11/site-packages/keras --verdicts found --page table.md

On two shared cores that takes a quarter of an hour; `--only losses layers/rnn` runs single pieces, each within ten
minutes, anew into what is kept in `found`. Keras' tests in this run: {passed}. Those that failed fail without this
tool as well: they want TensorFlow, or to be imported as Keras' developers do.

"""


def page(verdicts: Sequence[Verdict], *, version: str, passed: str, close: float) -> str:
    """Write what agrees, what differs and what cannot be said, each with its reason and an example."""
    rows = [(name, *(_count(verdicts, word, kind) for word in WORDS)) for kind, name in KINDS.items()]
    rows.append(("all", *(_count(verdicts, word) for word in WORDS)))
    introduction = INTRODUCTION.format(version=version, passed=passed, close=close, not_said=NOT_SAID, outside=OUTSIDE)
    return (
        f"{introduction}{table(('calls of', *WORDS), rows)}"
        f"\n## Of another subject\n\n{_subjects(verdicts)}"
        f"\n## Differs\n\n{_listed(verdicts, DIFFERS)}"
        f"\n## Not expressible\n\n{_listed(verdicts, NOT_SAID)}"
    )


def _count(verdicts: Sequence[Verdict], word: str, kind: str | None = None) -> str:
    return str(sum(each.verdict == word and kind in {None, each.kind} for each in verdicts))


def _subjects(verdicts: Sequence[Verdict]) -> str:
    """List the subjects, most calls first, with why and whose calls they are."""
    outside = [each for each in verdicts if each.verdict == OUTSIDE]
    counts = Counter(each.reason for each in outside)
    rows = []
    for subject, count in counts.most_common():
        names = Counter(each.name for each in outside if each.reason == subject)
        whose = ", ".join(f"{name} {calls}" for name, calls in sorted(names.items()))
        example = next(each.test for each in outside if each.reason == subject)
        rows.append((subject, SUBJECTS[subject], str(count), whose, f"`{example.split('::')[-1]}`"))
    return table(("subject", "why", "calls", "of", "for example"), rows) if rows else "Nothing.\n"


def _listed(verdicts: Sequence[Verdict], word: str) -> str:
    found = [each for each in verdicts if each.verdict == word]
    counts = Counter((each.kind, each.name, each.reason) for each in found)
    if not counts:
        return "Nothing.\n"
    examples = {(each.kind, each.name, each.reason): each.test.split("::")[-1] for each in reversed(found)}
    rows = [
        (kind, f"`{name}`", reason, str(count), f"`{examples[kind, name, reason]}`")
        for (kind, name, reason), count in sorted(counts.items())
    ]
    return table(("kind", "class", "reason", "calls", "for example"), rows)
