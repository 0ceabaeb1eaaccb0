"""Formats of dates as strptime and strftime take them, written out in the signs that are known here."""

import re

WHOLE = {
    "T": "%H:%M:%S",
    "R": "%H:%M",
    "r": "%I:%M:%S %p",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "k": "%H",
    "l": "%I",
    "n": " ",
    "t": " ",
}
"""Signs that stand for others, as in the C locale."""
SIGN = re.compile(r"%([-_0^#]?)(.)", re.DOTALL)
FRACTION = re.compile(r"(?<=%S)[.,](?=%f)")


def written_out(format_: str) -> str:
    """Return a format without signs that stand for others, and without what only says how numbers are filled up.

    `%S` takes fractions along, so `%S.%f` is `%S`. What is not known stays as it is.
    """
    plain = SIGN.sub(lambda found: WHOLE.get(found[2], f"%{found[2]}"), format_)
    return FRACTION.sub("", plain).replace("%S%f", "%S")
