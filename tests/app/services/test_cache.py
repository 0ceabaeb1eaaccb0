"""Loaded models stay at hand, within bounds."""

from app.services.cache import Recent


def test_a_second_look_loads_nothing() -> None:
    """Loading weights and building a network is what the memory saves."""
    loads: list[str] = []
    recent: Recent[str] = Recent(10, len)

    for _ in range(2):
        recent.get("a", lambda: loads.append("a") or "value")

    assert loads == ["a"]


def test_the_least_recently_used_goes_first() -> None:
    """Room is counted in units of size, not in entries."""
    recent: Recent[str] = Recent(10, len)
    recent.get("a", lambda: "aaaa")
    recent.get("b", lambda: "bbbb")
    recent.get("a", lambda: "never called")
    recent.get("c", lambda: "cccc")

    assert recent.get("a", lambda: "loaded again") == "aaaa"
    assert recent.get("b", lambda: "B") == "B"


def test_something_too_large_is_used_but_not_kept() -> None:
    """One huge model must not be refused, nor stay."""
    recent: Recent[str] = Recent(3, len)

    value = recent.get("huge", lambda: "far too long")

    assert value == "far too long"
    assert len(recent) == 0
