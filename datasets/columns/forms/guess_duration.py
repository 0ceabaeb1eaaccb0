"""Whether a column holds times of day or durations, and how they are written."""

import re

import pyarrow as pa

from datasets.columns.forms.duration_form import PATTERNS, DurationForm
from datasets.columns.forms.values import Values

GLANCE = 8
_COMPILED = tuple(re.compile(pattern) for pattern in PATTERNS.values())


def may_be_duration(text: str) -> bool:
    """Tell at a glance."""
    return any(pattern.match(text) for pattern in _COMPILED)


def guess_duration(values: Values) -> DurationForm | None:
    """Return the way of writing that most values have; None where most have none of them."""
    shown = values.texts[:GLANCE]
    if 2 * sum(map(may_be_duration, shown)) <= len(shown):
        return None
    cells, counts = pa.array(values.texts, pa.string()), values.counts
    for way in PATTERNS:
        form = DurationForm(way)
        fits = form.parse(cells).is_valid().to_pylist()
        if 2 * sum(count for count, fit in zip(counts, fits, strict=True) if fit) > values.total and not _is_unit(
            values, way
        ):
            return form
    return None


def _is_unit(values: Values, way: str) -> bool:
    """Whether each value is one number with one letter or word, as `5 m`, which is a unit like others."""
    return way == "D d H h M min S s" and all(
        sum(map(str.isalpha, text.replace(" ", "x"))) and len(_numbers(text)) == 1 for text in values.texts
    )


def _numbers(text: str) -> list[str]:
    return "".join(letter if letter.isdigit() or letter in ".," else " " for letter in text).split()
