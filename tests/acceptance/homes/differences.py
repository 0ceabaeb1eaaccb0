"""Where JSON is no longer as it was: what was kept has to be there, what has come since may be."""

import math
from collections.abc import Iterator
from typing import Any

MOST = 20
NOTHING: frozenset[str] = frozenset()


def differences(
    kept: Any, now: Any, *, at: str = "", within: float = 0.0, without: frozenset[str] = NOTHING
) -> list[str]:
    """Name the first places where `now` lacks or changes something of `kept`.

    Numbers may be off by `within`, relative or absolute; texts under the keys `without` are for people and may change.
    """
    found = compare(kept, now, at, within, without)
    return [difference for difference, _ in zip(found, range(MOST), strict=False)]


def compare(kept: Any, now: Any, at: str, within: float, without: frozenset[str]) -> Iterator[str]:
    """Yield a sentence for each place."""
    if isinstance(kept, dict) and isinstance(now, dict):
        for key, value in kept.items():
            if key in without and isinstance(value, str):
                continue
            if key in now:
                yield from compare(value, now[key], f"{at}/{key}", within, without)
            else:
                yield f"{at}/{key} is gone"
    elif isinstance(kept, list) and isinstance(now, list):
        if len(kept) != len(now):
            yield f"{at} has {len(now)} items instead of {len(kept)}: {short(now)} instead of {short(kept)}"
        for place, (value, other) in enumerate(zip(kept, now, strict=False)):
            yield from compare(value, other, f"{at}/{place}", within, without)
    elif not is_same(kept, now, within):
        yield f"{at} is {short(now)} instead of {short(kept)}"


def is_same(kept: Any, now: Any, within: float) -> bool:
    """Compare two values; true and 1 are not the same, 1 and 1.0 are."""
    if is_number(kept) and is_number(now):
        return kept == now or math.isclose(kept, now, rel_tol=within, abs_tol=within)
    return type(kept) is type(now) and bool(kept == now)


def is_number(value: Any) -> bool:
    """Tell numbers from truth values."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def short(value: Any) -> str:
    """Show a value on part of a line."""
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
