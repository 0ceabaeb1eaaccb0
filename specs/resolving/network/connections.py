"""Connections of layers: named inputs must be earlier layers, as many as the layer takes, and no output be lost."""

from collections.abc import Sequence

from datasets.did_you_mean import closest
from neural.layers import LAYERS
from specs.grammar.wording import counted, listed
from specs.resolving.notes import Notes
from specs.values import Layer

INPUT = "input"  # what layers call the network's own input


def connections(notes: Notes, layers: Sequence[Layer]) -> list[tuple[int, ...]] | None:
    """Return for each layer what it reads: 0 is the input, i + 1 layer i. None where something is wrong, and noted."""
    numbers = {INPUT: 0}
    sources: list[tuple[int, ...]] = []
    before = len(notes.faults)
    for index, layer in enumerate(layers):
        sources.append(_sources(notes, index, layer, numbers))
        numbers[layer.name] = index + 1
    if len(notes.faults) == before:
        _find_unread(notes, layers, sources)
    return sources if len(notes.faults) == before else None


def _sources(notes: Notes, index: int, layer: Layer, numbers: dict[str, int]) -> tuple[int, ...]:
    path = ("network", "layers", index, "inputs")
    names = layer.inputs
    for place, name in enumerate(names or ()):
        if name not in numbers:
            _unknown(notes, (*path, place), name, tuple(numbers))
    _check_count(notes, path, layer, 1 if names is None else len(names), known=tuple(numbers))
    return (index,) if names is None else tuple(numbers.get(name, 0) for name in names)


def _unknown(notes: Notes, path: tuple[str | int, ...], name: str, known: tuple[str, ...]) -> None:
    notes.fault(
        "spec.unknown_choice",
        f"`{name}` is not the name of an earlier layer; known there are {listed(known)}.",
        path,
        found=name,
        allowed=known,
        expected="the name of an earlier layer, or input",
        suggestion=closest(name, known),
    )


def _check_count(
    notes: Notes, path: tuple[str | int, ...], layer: Layer, count: int, *, known: tuple[str, ...]
) -> None:
    least, most = LAYERS[layer.type].minimum_inputs, LAYERS[layer.type].maximum_inputs
    if count >= least and (most is None or count <= most):
        return
    wanted = f"{least} or more inputs" if most is None else f"{least}" if least == most else f"{least} to {most}"
    was_given = layer.inputs is not None
    nearest = ", ".join(f'"{name}"' for name in known[-least:])
    notes.fault(
        "spec.shape_mismatch" if was_given else "spec.missing_field",
        f"`{layer.name}` reads {counted(count)} value{'s' if count != 1 else ''}, but `{layer.type}` needs {wanted}.",
        path,
        found=list(layer.inputs or ()) if was_given else None,
        expected=wanted,
        hint=f'Name the layers that it reads: "inputs": [{nearest}].'
        if len(known) >= least
        else f"Put {least} layers before it whose outputs it can take together, or leave it out.",
    )


def _find_unread(notes: Notes, layers: Sequence[Layer], sources: Sequence[tuple[int, ...]]) -> None:
    read = {source for found in sources for source in found}
    for index, layer in enumerate(layers[:-1]):
        if index + 1 not in read:
            notes.fault(
                "spec.shape_mismatch",
                f"No layer reads what `{layer.name}` gives.",
                ("network", "layers", index),
                found=layer.type,
                expected="a layer that reads it",
                hint=f"Leave `{layer.name}` out, or name it in the `inputs` of a later layer.",
            )
