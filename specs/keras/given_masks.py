"""Masks that a model hands to layers itself: only those are read that follow from the layers anyway."""

from collections.abc import Mapping, Sequence
from typing import Any

from neural import vocabulary
from neural.layers.shared.mask_use import MaskUse
from specs.grammar.wording import shorten
from specs.keras.graph import INPUT, Flattening


def check_masks(flat: Flattening, bodies: Sequence[Mapping[str, Any]]) -> None:
    """Note a fault where a call is given a mask that its values do not bring; raises NotRead then."""
    masked = {INPUT: False}
    for number, (call, body) in enumerate(zip(flat.calls, bodies, strict=True)):
        given = [masked[read] for read in call.reads]
        if any("mask" in key for key in call.node.named) and not (any(given) and _are_of_padding(flat)):
            raise flat.refused(
                call.steps,
                f"`{shorten(str(call.name))}` is given a mask of its own, which its values do not bring.",
                expected="masks from layers, such as an Embedding with `mask_zero`",
            )
        masked[number] = gives_mask(body, given)


def gives_mask(body: Mapping[str, Any], given: Sequence[bool]) -> bool:
    """Tell whether a layer's output has a mask, by which of its inputs have one."""
    use = vocabulary.LAYERS[body["type"]].mask_use if body.get("type") in vocabulary.LAYERS else None
    if use is None or not given:
        return False
    if body.get("time_distributed"):
        return given[0]
    if use is MaskUse.MAKES:
        return bool(body.get("mask_zero", True))
    return all(given) if use.joins else use.carries and given[0] and body.get("return_sequences", True) is True


def _are_of_padding(flat: Flattening) -> bool:
    """Tell whether the masks that Keras computed beside the layers come from the id 0 alone."""
    compared = [layer for layer, _ in flat.mask_operations.values() if layer.get("class_name") == "NotEqual"]
    return all(_constant(layer) == 0 for layer in compared)


def _constant(layer: Mapping[str, Any]) -> object:
    """Return what a comparison compares with."""
    try:
        return layer["inbound_nodes"][0]["args"][1]
    except (LookupError, TypeError):
        return None
