"""Codes that read as numbers: of `1e10` and `10e9`, or `1.1` and `1.10`, a number keeps no difference."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.forms.values import Doubt

EXPONENT = r"^[0-9]+[eE][0-9]+$"
"""Digits around an `e`: what programs write as numbers has a sign or a point there, `1e+10` or `1.0E10`."""
SHAPES = (r"^[0-9]+([eE][0-9]+)?$", r"^\+?[0-9]+$", r"^[0-9]+\.[0-9]+$")
"""Ways in which all cells of a column of codes are written: those of grids and parts, of telephones, of versions."""


def may_be_codes(texts: pa.Array) -> bool:
    """Tell whether a column of plain numbers has such as programs do not write."""
    return bool(pc.any(pc.match_substring_regex(texts, EXPONENT)).as_py())


def about_codes(texts: pa.Array, distinct: int) -> Doubt | None:
    """Doubt that different texts are the `distinct` numbers that they read as; None where nothing speaks against it."""
    are_merged = distinct < len(texts)
    if not are_merged and not may_be_codes(texts):
        return None
    shapes = SHAPES if are_merged else SHAPES[:1]
    if not any(pc.all(pc.match_substring_regex(texts, shape)).as_py() for shape in shapes):
        return None
    if are_merged:
        same = _merged(texts, np.asarray(pc.cast(texts, pa.float64())))
        words = f"is read as numbers, of which `{same[0]}` and `{same[1]}` are the same one. "
    else:
        shown = next(text for text in texts.to_pylist() if re.match(EXPONENT, text))
        words = f"is read as numbers; `{shown}` is {float(shown):.17g}. "
    return Doubt(
        code="data.codes_as_numbers",
        words=words + 'If they are codes, send `kinds: "category"` for it; if they are numbers, `"number"`.',
        told={"kinds": "category"},
    )


def _merged(texts: pa.Array, numbers: np.ndarray) -> tuple[str, str]:
    """Return the first two texts that are one number."""
    first = np.unique(numbers, return_index=True)[1]
    other = int(np.setdiff1d(np.arange(len(numbers)), first)[0])
    one = int(np.flatnonzero(numbers == numbers[other])[0])
    return str(texts[one].as_py()), str(texts[other].as_py())
