"""The nodes of a Functional model: what a call of a layer reads, and how it was called; as Keras 2 and 3 write it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Reference = tuple[str, int, int]  # a layer, which of its calls, which of its outputs


@dataclass(frozen=True)
class Node:
    """One call: its values in order, those that it names, their shapes where they are said, and its other options."""

    reads: tuple[Reference, ...]
    named: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict)
    shapes: tuple[tuple[int, ...] | None, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    constants: tuple[float, ...] = ()  # plain numbers among its values


def is_operation(layer: object) -> bool:
    """Tell whether Keras wrote an operation, such as `a + b`, or an activation that was called as one: no layer."""
    module = str(layer.get("module")) if isinstance(layer, Mapping) else ""
    return module.startswith(("keras.src.ops", "keras.src.activations"))


def nodes_of(layer: Mapping[str, Any]) -> list[Node] | None:
    """Read the calls of a layer; None for what is no list of calls."""
    found = layer.get("inbound_nodes", [])
    if not isinstance(found, list):
        return None
    nodes = [_third(node) if isinstance(node, Mapping) else _second(node) for node in found]
    return None if any(node is None for node in nodes) else [node for node in nodes if node is not None]


def reference(value: object) -> Reference | None:
    """Read `["dense", 0, 0]`, or a tensor as Keras 3 writes it."""
    if isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
        config = value.get("config")
        value = config.get("keras_history") if isinstance(config, Mapping) else None
    if not isinstance(value, list) or len(value) not in {3, 4} or not isinstance(value[0], str):
        return None
    node, tensor = value[1:3]
    return (value[0], node, tensor) if type(node) is int and type(tensor) is int else None


def references(value: object) -> Iterator[Reference]:
    """List the tensors in a value, however deep."""
    found = reference(value)
    if found is not None:
        yield found
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def ends_of(value: object) -> list[Reference]:
    """Read the inputs or outputs of a model: one, or a list of them."""
    return list(references(value))


def _third(node: Mapping[str, Any]) -> Node | None:
    arguments, keywords = node.get("args", []), node.get("kwargs", {})
    if not isinstance(arguments, list) or not isinstance(keywords, Mapping):
        return None
    named = {key: tuple(references(value)) for key, value in keywords.items()}
    return Node(
        tuple(references(arguments)),
        {key: found for key, found in named.items() if found},
        tuple(_shapes(arguments)),
        {key: value for key, value in keywords.items() if not named[key]},
        tuple(value for value in (*arguments, *keywords.values()) if type(value) in {int, float}),
    )


def _shapes(value: object) -> Iterator[tuple[int, ...] | None]:
    """List the shapes of a row of the tensors in a value; None where one is open."""
    if isinstance(value, list):
        for item in value:
            yield from _shapes(item)
    elif isinstance(value, Mapping) and reference(value) is not None:
        shape = value["config"].get("shape")
        whole = isinstance(shape, list) and all(type(size) is int for size in shape[1:])
        yield tuple(shape[1:]) if whole else None


def _second(node: object) -> Node | None:
    """Read `[["dense", 0, 0, {…}], …]`, where the options of the call stand with its first value."""
    if not isinstance(node, list) or not node:
        return None
    values: Sequence[Any] = [node] if isinstance(node[0], str) else node
    reads = [reference(value) for value in values]
    if any(read is None for read in reads):
        return None
    keywords = values[0][3] if len(values[0]) > 3 and isinstance(values[0][3], Mapping) else {}
    named = {key: tuple(references(value)) for key, value in keywords.items()}
    return Node(
        tuple(read for read in reads if read is not None),
        {key: found for key, found in named.items() if found},
        (None,) * len(reads),
        {key: value for key, value in keywords.items() if not named[key]},
    )
