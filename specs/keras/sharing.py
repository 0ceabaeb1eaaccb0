"""Layers that a model calls more than once: copied if they have no weights, else called once on all values together."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from neural.layers import LAYERS as CLASSES
from neural.layers import Layer
from neural.layers.shared.merging import Merging
from specs.grammar.wording import shorten
from specs.keras.graph import INPUT, Call, Flattening
from specs.keras.tables import FUNCTIONS, LAYERS

Numbers = dict[int, int]  # of a call before → after
TOGETHER = frozenset({"Dense", "LayerNormalization"})  # what works on each time step by itself
HINT = "Give each branch a layer of its own, or share dense, embedding and layer normalisation layers over vectors."


def unshare(flat: Flattening, output: int) -> int:
    """Say shared layers with layers that are called once, and order all anew; give the new number of the output."""
    calls, groups = flat.calls, _groups(flat.calls)
    if all(len(group) == 1 for group in groups):
        return output
    flat.calls = []
    new: Numbers = {INPUT: INPUT}
    waiting = groups
    while waiting:
        ready = [group for group in waiting if all(read in new for number in group for read in calls[number].reads)]
        if not ready:
            raise _refused(flat, calls[next(group for group in waiting if len(group) > 1)[0]], "one call needs another")
        for group in ready:
            new |= _together(flat, [calls[number] for number in group], group, new)
        waiting = [group for group in waiting if group not in ready]
    return new[output]


def _groups(calls: list[Call]) -> list[list[int]]:
    """Gather the calls of one layer, those without weights each by itself."""
    groups: dict[Any, list[int]] = {}
    for number, call in enumerate(calls):
        alone = call.layer is None or not _has_weights(call.layer)
        groups.setdefault((number,) if alone else call.steps, []).append(number)
    return list(groups.values())


def _has_weights(layer: Any) -> bool:
    name = layer.get("class_name") if isinstance(layer, Mapping) else None
    made = CLASSES.get(LAYERS.get(str(name), ""))
    if name in FUNCTIONS:
        return False
    return made is None or (made.parameter_shapes is not Layer.parameter_shapes and not issubclass(made, Merging))


def _together(flat: Flattening, calls: list[Call], group: list[int], new: Numbers) -> Numbers:
    """Add one call for all; give the number of what each gives."""
    moved = [replace(call, reads=tuple(new[read] for read in call.reads)) for call in calls]
    if len(moved) == 1:
        return {group[0]: flat.add(moved[0])}
    first = moved[0]
    shapes = [_shape(call) for call in moved]
    kind = str(first.layer.get("class_name"))
    vectors = [shape[0] for shape in shapes if shape is not None and len(shape) == 1 and shape[0] is not None]
    if len(vectors) < len(moved) or any(len(call.reads) != 1 for call in moved):
        raise _refused(flat, first, "its values have no fixed size")
    if kind not in TOGETHER | {"Embedding"}:
        raise _refused(flat, first, "its weights would belong to several places of the network")
    joined = flat.add(_said(first, "inputs", tuple(call.reads[0] for call in moved), {"type": "concatenate"}))
    if kind == "Embedding":
        whole = flat.add(replace(first, reads=(joined,)))
        return dict(zip(group, _parts(flat, first, whole, vectors), strict=True))
    if len(set(vectors)) > 1:
        raise _refused(flat, first, "its values are not of one size")
    shape = [len(moved), vectors[0]]
    folded = flat.add(_said(first, "folded", (joined,), {"type": "reshape", "target_shape": shape}))
    whole = flat.add(replace(first, reads=(folded,)))
    parts = _parts(flat, first, whole, [1] * len(moved))
    rows = [flat.add(_said(first, f"row_{place}", (part,), {"type": "flatten"})) for place, part in enumerate(parts, 1)]
    return dict(zip(group, rows, strict=True))


def _parts(flat: Flattening, first: Call, whole: int, sizes: list[int]) -> list[int]:
    """Cut what the layer gave into what each call gives."""
    parts, start = [], 0
    for place, size in enumerate(sizes, 1):
        body = {"type": "slice", "start": start, "stop": start + size}
        parts.append(flat.add(_said(first, str(place), (whole,), body)))
        start += size
    return parts


def _said(first: Call, what: str, reads: tuple[int, ...], body: Mapping[str, Any]) -> Call:
    return Call(None, first.steps, reads, f"{first.name or 'shared'}_{what}", body=body)


def _shape(call: Call) -> tuple[int | None, ...] | None:
    """Return the shape of a row of what a call reads, where the model says it."""
    if call.node.shapes and call.node.shapes[0] is not None:
        return call.node.shapes[0]
    built = call.layer.get("build_config")
    shape = built.get("input_shape") if isinstance(built, Mapping) else None
    return tuple(shape[1:]) if isinstance(shape, list) else None


def _refused(flat: Flattening, call: Call, why: str) -> Exception:
    name = shorten(str(call.name))
    return flat.refused(
        call.steps, f"`{name}` is called more than once, and {why}.", expected="a layer for each place", hint=HINT
    )
