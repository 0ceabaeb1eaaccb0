"""JSON values in the words of a message."""

import json
import math
from collections.abc import Mapping

LENGTH = 60
EXACT = 2**53  # whole numbers up to here are exact in every JSON reader


def shorten(text: str, length: int = LENGTH) -> str:
    """Cut a text down to what a message can show."""
    return text if len(text) <= length else text[: length - 1] + "…"


def preview(value: object) -> object:
    """Return a value as `found` shows it: small ones as they are, everything else as shortened text."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return shorten(value)
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) <= EXACT):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return shorten(written(value))


def written(value: object, depth: int = 3) -> str:
    """Write a value as JSON, leaving out what is deep or long."""
    if isinstance(value, Mapping):
        shown = list(value.items())[:8]
        inside = ", ".join(f"{_text(str(key))}: {written(item, depth - 1)}" for key, item in shown)
        return ("{" + (inside if depth else "…") + "}") if value else "{}"
    if isinstance(value, list):
        inside = ", ".join(written(item, depth - 1) for item in value[:16])
        return ("[" + (inside if depth else "…") + "]") if value else "[]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 256:
        return f"a number of about {round(value.bit_length() * 0.30103)} digits"
    return json.dumps(value) if value is None or isinstance(value, (bool, int, float)) else type(value).__name__


def described(value: object) -> str:
    """Say what a value is: `text "64"`, `a list`, `true`."""
    if isinstance(value, str):
        return f"text {_text(value)}"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, Mapping):
        return "an object"
    return written(value)


def advice(suggestion: object) -> str | None:
    """Turn a suggested value into a hint."""
    return None if suggestion is None else f"Write {shorten(written(suggestion), 80)}."


def listed(names: tuple[str, ...], limit: int = 12) -> str:
    """Join names for a sentence."""
    shown = ", ".join(f"`{shorten(name, 40)}`" for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def counted(number: float) -> str:
    """Write a number with a space between thousands."""
    if isinstance(number, int) or (float(number).is_integer() and abs(number) < EXACT):
        return f"{int(number):,}".replace(",", " ")
    return f"{number:g}"


def _text(text: str) -> str:
    return json.dumps(shorten(text), ensure_ascii=False)
