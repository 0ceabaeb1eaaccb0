"""What is added or taken away before and after each axis of the places of a row."""

from collections.abc import Sequence

from neural.layers.shared.base import Shape

Edges = tuple[tuple[int, int], ...]  # before and after each axis


def pairs(values: Sequence[int]) -> Edges:
    """Take numbers two by two: before and after one axis after the other."""
    return tuple(zip(values[::2], values[1::2], strict=True))


def inner(edges: Edges, shape: Shape) -> tuple[slice, ...]:
    """Return the part within the edges of values (features, *places, batch) whose rows have this shape."""
    places = (slice(before, size - after) for size, (before, after) in zip(shape[:-1], edges, strict=True))
    return (slice(None), *places)
