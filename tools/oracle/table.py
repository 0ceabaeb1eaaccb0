"""The table of verdicts, as a page in Markdown."""

from collections import Counter
from collections.abc import Sequence

from tools.markdown import table
from tools.oracle.verdicts import AGREES, DIFFERS, NOT_SAID, Verdict

KINDS = ("layer", "loss", "metric", "optimizer")


def page(verdicts: Sequence[Verdict], *, version: str, passed: str) -> str:
    """Write what agrees, what differs and what cannot be said, each with its reason."""
    rows = [
        (
            f"{kind}s",
            *(str(sum(v.kind == kind and v.verdict == word for v in verdicts)) for word in (AGREES, DIFFERS, NOT_SAID)),
        )
        for kind in KINDS
    ]
    return (
        f"# Keras' own tests, computed here\n\nKeras {version}, its unit tests on JAX ({passed}); every call that they "
        "make of a layer, loss, metric or optimizer was computed here, too: `python -m tools.oracle FOLDER`.\n"
        "Left out: quantisation, LoRA, float16, and what is only traced. What a test repeats with one outcome counts "
        "once.\n\n"
        f"{table(('calls of', AGREES, DIFFERS, NOT_SAID), rows)}"
        f"\n## Differs\n\n{_listed(verdicts, DIFFERS)}"
        f"\n## Not expressible\n\n{_listed(verdicts, NOT_SAID)}"
    )


def _listed(verdicts: Sequence[Verdict], word: str) -> str:
    counts = Counter((v.kind, v.name, v.reason) for v in verdicts if v.verdict == word)
    if not counts:
        return "Nothing.\n"
    rows = [(kind, f"`{name}`", reason, str(count)) for (kind, name, reason), count in sorted(counts.items())]
    return table(("kind", "class", "reason", "calls"), rows)
