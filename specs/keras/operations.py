"""Operations that a Functional model calls beside its layers: each read as the layer that computes the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from specs.grammar.reading import Diagnostics, Location
from specs.grammar.wording import shorten
from specs.keras.calls import translate_call
from specs.keras.given_masks import gives_mask
from specs.keras.graph import INPUT, Call, Flattening
from specs.keras.nodes import is_operation

OF_TWO: Final = frozenset({"Add", "Subtract", "Multiply", "Maximum", "Minimum"})
OF_ONE: Final = frozenset({"ReLU", "Relu", "Softmax"})
INSTEAD: Final[Mapping[str, str]] = {
    "Elu": "Use the layer `ELU`.",
    "LeakyRelu": "Use the layer `LeakyReLU`.",
    "Concatenate": "Use the layer `Concatenate`.",
    "Average": "Use a layer: `Average` of several values, `GlobalAveragePooling1D` over the time steps.",
    "Mean": "Use the layer `GlobalAveragePooling1D` for a mean over the time steps.",
    "Dot": "Use the layer `Dot`.",
    "Reshape": "Use the layer `Reshape`.",
}
BY_CONSTANT: Final[Mapping[str, str]] = {
    "Add": "Use the layer `Rescaling(1.0, offset=…)`.",
    "Subtract": "Use the layer `Rescaling`, which multiplies by a number and adds another one.",
    "Multiply": "Use the layer `Rescaling(…)`.",
    "TrueDivide": "Use the layer `Rescaling(…)`.",
    "Divide": "Use the layer `Rescaling(…)`.",
}
FREE: Final = "An `Activation` layer applies any function that is known here by itself."


def check_operations(flat: Flattening) -> None:
    """Note a fault at what is no layer, and at constants of an operation; raises NotRead then."""
    for call in flat.calls:
        if not is_operation(call.layer):
            continue
        kind, name = str(call.layer.get("class_name")), shorten(str(call.name))
        constants = call.node.constants
        if kind in OF_TWO | {"Divide", "TrueDivide", "Power"} and len(call.reads) < 2:
            constant = f"the constant {constants[0]:g}" if constants else "a constant"
            raise flat.refused(
                (*call.steps, "inbound_nodes"),
                f"`{name}` is the operation `{shorten(kind)}` with {constant}; it is read of two layers only.",
                expected="values of two layers",
                hint=BY_CONSTANT.get(kind),
            )
        if kind not in OF_TWO | OF_ONE:
            raise flat.refused(
                (*call.steps, "class_name"),
                f"`{name}` is the operation `{shorten(kind)}` and no layer.",
                expected="a layer, or one of the operations " + ", ".join(sorted(OF_TWO | OF_ONE)),
                hint=INSTEAD.get(kind, FREE),
            )


def end_masks(calls: Sequence[Call]) -> list[Call]:
    """Let every masked value that an operation reads pass through a layer that ends its mask, as Keras' operations do.

    A layer of the same name would use the mask, or hand it on.
    """
    masked = {INPUT: False}
    new: dict[int, int] = {INPUT: INPUT}
    ended: dict[int, int] = {}
    result: list[Call] = []
    for number, call in enumerate(calls):
        given = [masked[read] for read in call.reads]
        if not is_operation(call.layer):
            one = translate_call(call, Location(Diagnostics({})))
            masked[number] = gives_mask({} if one is None else one.body, given)
            reads = tuple(new[read] for read in call.reads)
        else:
            masked[number] = False
            for read in {read for read in call.reads if masked[read]} - ended.keys():
                shape = call.node.shapes[call.reads.index(read)] if call.node.shapes else None
                body = {"type": "cropping2d" if shape and len(shape) == 3 else "cropping1d", "cropping": 0}
                name = f"{calls[read].name or call.name}_unmasked"
                result.append(Call(None, call.steps, (new[read],), name, body=body))
                ended[read] = len(result) - 1
            reads = tuple(ended.get(read, new[read]) for read in call.reads)
        new[number] = len(result)
        result.append(replace(call, reads=reads))
    return result


__all__ = ["check_operations", "end_masks"]
