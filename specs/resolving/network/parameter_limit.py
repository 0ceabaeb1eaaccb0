"""The most parameters that a network may have, where the operator sets a limit."""

from specs.blueprint import Blueprint
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted
from specs.pointers import Path
from specs.resolving.notes import Notes


def refuse_parameters(notes: Notes, blueprint: Blueprint, most: int) -> None:
    """Note the fault of a network with more parameters, at the layer that takes the most of them."""
    found = blueprint.network.parameter_count
    layers = blueprint.network.summary()
    largest = max(range(len(layers)), key=lambda index: layers[index].parameters)
    layer = layers[largest]
    notes.fault(
        "spec.too_many_parameters",
        f"The network has {counted(found)} parameters, and {counted(most)} are allowed; `{layer.name}` takes the most, "
        f"{counted(layer.parameters)}.",
        _place(notes, blueprint, largest),
        found=found,
        expected=f"at most {counted(most)} parameters",
        hint="Use smaller layers, or fewer of them.",
    )


def _place(notes: Notes, blueprint: Blueprint, index: int) -> Path:
    """Return where a layer was posted: itself, its size among the hidden ones, or the network that was inferred."""
    if notes.given.find("network", "layers") is not ABSENT:
        return ("network", "layers", index)
    hidden = notes.given.find("network", "hidden")
    dense = [place for place, layer in enumerate(blueprint.spec.network.layers) if layer.type == "dense"]
    if hidden is not ABSENT and index in dense and dense.index(index) < len(hidden):
        return ("network", "hidden", dense.index(index))
    return ("network",)
