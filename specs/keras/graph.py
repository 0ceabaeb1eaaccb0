"""A model as one list of calls: nested models taken apart, branches in an order in which each can be computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

from specs.grammar.reading import Location
from specs.grammar.wording import listed, shorten
from specs.keras.nodes import Node, Reference, ends_of, is_operation, nodes_of
from specs.keras.unread import Unread, given_state, named_end, returned_state
from specs.pointers import Path

MODELS = frozenset({"Sequential", "Functional", "Model"})
INPUT = -1  # the number of the model's input
OF_MASKS = frozenset(
    {"NotEqual", "LogicalOr", "LogicalAnd", "Any", "ExpandDims", "ZerosLike", "OnesLike", "Concatenate", "BroadcastTo"}
)
"""Operations that Keras writes beside the layers when masks go through them."""


@dataclass(frozen=True)
class Call:
    """One call of a layer; values are known by the number of the call that gives them."""

    layer: Any
    steps: Path  # where in the model it stands
    reads: tuple[int, ...]
    name: str | None = None
    is_frozen: bool = False
    node: Node = field(default_factory=lambda: Node(()))
    body: Mapping[str, Any] | None = None  # in the grammar's words, where the model says it without a layer


class NotRead(Exception):
    """A part of the model cannot be read, and that was noted."""


class Flattening:
    """Takes a model apart; `calls` is what it computes, `shape` that of its input where it is said."""

    def __init__(self, place: Location, most: int) -> None:
        self._place, self._most = place, most
        self.calls: list[Call] = []
        self.shape: tuple[int, ...] | None = None
        self.mask_operations: dict[str, tuple[Mapping[str, Any], Node]] = {}

    def flatten(self, model: Mapping[str, Any]) -> int:
        """List the calls of a whole model; give the number of its output."""
        (output,) = self._model(model, (), None, is_frozen=False)
        return output

    def _model(
        self, model: Mapping[str, Any], steps: Path, given: tuple[int, ...] | None, *, is_frozen: bool
    ) -> tuple[int, ...]:
        """Take a model apart on these values; None: on its own inputs, as nothing holds it."""
        config = model.get("config")
        is_frozen |= isinstance(config, Mapping) and config.get("trainable", True) is False
        if model.get("class_name") == "Sequential":
            return (self._sequential(config, steps, given, is_frozen=is_frozen),)
        if not isinstance(config, Mapping):
            raise self._wrong(steps, "a model has a `config`")
        return _Functional(self, config, steps, given, is_frozen=is_frozen).outputs()

    def _sequential(self, config: Any, steps: Path, given: tuple[int, ...] | None, *, is_frozen: bool) -> int:
        inner = (*steps, "config", "layers") if isinstance(config, Mapping) else (*steps, "config")
        last = INPUT if given is None else given[0]
        layers = config["layers"] if isinstance(config, Mapping) else config
        if not isinstance(layers, list):
            raise self._wrong(steps, "a Sequential has a list of layers")
        for index, layer in enumerate(layers):
            here = (*inner, index)
            if is_input(layer):
                self._note_input(layer, is_outermost=given is None)
                continue
            if given is None and index == 0:
                self._note_input(layer, is_outermost=True)
            last = self.call(layer, here, (last,), Node(()), is_frozen=is_frozen)[0]
        return last

    def call(self, layer: Any, steps: Path, reads: tuple[int, ...], node: Node, *, is_frozen: bool) -> tuple[int, ...]:
        """Add the call of a layer, or all those of a model in its place; give the numbers of its outputs."""
        if isinstance(layer, Mapping) and layer.get("class_name") in MODELS:
            return self._model(layer, steps, reads, is_frozen=is_frozen)
        name = name_of(layer)
        return (self.add(Call(layer, steps, reads, name, is_frozen, node)),)

    def add(self, call: Call) -> int:
        """Put a call behind the others; give its number."""
        if len(self.calls) >= self._most:
            raise self.refused(
                (), f"The model has more than {self._most} layers.", code="spec.out_of_range", expected=f"{self._most}"
            )
        self.calls.append(call)
        return len(self.calls) - 1

    def _note_input(self, layer: Any, *, is_outermost: bool) -> None:
        if is_outermost and self.shape is None:
            self.shape = input_shape(layer)

    def refused(
        self, steps: Path, message: str, *, code: str = "spec.not_supported_yet", expected: str | None = None,
        hint: str | None = None,
    ) -> NotRead:  # fmt: skip
        """Note a fault at a place in the model."""
        place = self._place
        for step in steps:
            place = place.child(step)
        place.fault(code, message, found=None, expected=expected, hint=hint)
        return NotRead()

    def _wrong(self, steps: Path, expected: str) -> NotRead:
        return self.refused(steps, f"This is no model of Keras: {expected}.", code="spec.wrong_type", expected=expected)


class _Functional:
    """A Functional model on some values: its calls in an order in which what each reads is there."""

    def __init__(
        self,
        whole: Flattening,
        config: Mapping[str, Any],
        steps: Path,
        given: tuple[int, ...] | None,
        *,
        is_frozen: bool,
    ) -> None:
        self._whole, self._steps, self._is_frozen = whole, steps, is_frozen
        layers = config.get("layers")
        if not isinstance(layers, list) or not all(isinstance(layer, Mapping) for layer in layers):
            raise whole.refused((*steps, "config"), "A Functional model has a list of layers.", code="spec.wrong_type")
        self._layers: list[Mapping[str, Any]] = layers
        self._refuse((), named_end(config))
        self._inputs, self._ends = ends_of(config.get("input_layers")), ends_of(config.get("output_layers"))
        self._values: dict[Reference, int] = {}
        if given is None:
            self._read_row()
        else:
            self._values |= dict(zip(self._inputs, given, strict=False))

    def _refuse(self, steps: Path, found: Unread | None) -> None:
        if found is not None:
            here = (*self._steps, *steps, *found.steps)
            raise self._whole.refused(here, found.message, expected=found.expected, hint=found.hint)

    def outputs(self) -> tuple[int, ...]:
        """Add every call; give the numbers of the model's outputs."""
        if len(self._ends) != 1:
            raise self._whole.refused(
                (*self._steps, "config", "output_layers"),
                f"The model has {len(self._ends)} outputs; one is trained.",
                expected="one output",
                hint="Join what is predicted together with Concatenate, and name all columns in `target`.",
            )
        waiting = self._waiting()
        while waiting:
            ready = [
                each for each in waiting if all(found in self._values for found in each[3].reads + _named(each[3]))
            ]
            if not ready:
                self._tell_missing(waiting[0])
            for index, layer, number, node in ready:
                self._call(index, layer, number, node)
            done = {(index, number) for index, _, number, _ in ready}
            waiting = [each for each in waiting if (each[0], each[2]) not in done]
        if self._ends[0] not in self._values:
            raise self._whole.refused(
                (*self._steps, "config", "output_layers"), f"No layer gives the output `{self._ends[0][0]}`.",
                code="spec.wrong_type",
            )  # fmt: skip
        return (self._values[self._ends[0]],)

    def _waiting(self) -> list[tuple[int, Mapping[str, Any], int, Node]]:
        waiting = []
        for index, layer in enumerate(self._layers):
            nodes = nodes_of(layer)
            if nodes is None:
                raise self._whole.refused(
                    (*self._steps, "config", "layers", index, "inbound_nodes"),
                    f"`{shorten(str(name_of(layer)))}` does not say what it reads.",
                    code="spec.wrong_type",
                )
            if is_mask_operation(layer):
                self._whole.mask_operations |= {str(name_of(layer)): (layer, node) for node in nodes}
                continue
            self._refuse(("config", "layers", index), returned_state(layer, name_of(layer)))
            waiting += [(index, layer, number, node) for number, node in enumerate(nodes) if not is_input(layer)]
        return waiting

    def _call(self, index: int, layer: Mapping[str, Any], number: int, node: Node) -> None:
        here = (*self._steps, "config", "layers", index)
        self._refuse(("config", "layers", index), given_state(layer, name_of(layer), node))
        reads = tuple(self._values[found] for found in node.reads)
        named = {key: tuple(self._values[found] for found in found_all) for key, found_all in _values(node).items()}
        for key, numbers in named.items():
            reads = _with_named(reads, key, numbers)
        given = self._whole.call(layer, here, reads, node, is_frozen=self._is_frozen)
        for tensor, value in enumerate(given):
            self._values[str(name_of(layer)), number, tensor] = value

    def _read_row(self) -> None:
        """Let each input read its part of a row, in the order of the inputs; a single one reads the whole."""
        places = {str(name_of(layer)): index for index, layer in enumerate(self._layers) if is_input(layer)}
        shapes = {name: input_shape(self._layers[index]) for name, index in places.items()}
        if len(self._inputs) == 1:
            self._whole.shape = shapes.get(self._inputs[0][0])
            self._values[self._inputs[0]] = INPUT
            return
        start = 0
        for end in self._inputs:
            name, shape = end[0], shapes.get(end[0])
            here = (*self._steps, "config", "layers", places.get(name, 0))
            if shape is None:
                raise self._whole.refused(
                    here,
                    f"The input `{shorten(name)}` has no fixed shape, so nobody can say which part of a row it reads.",
                    expected="an input of a fixed shape",
                )
            stop = start + prod(shape)
            body: dict[str, Any] = {"type": "slice", "start": start, "stop": stop}
            number = self._whole.add(Call(None, here, (INPUT,), name, body=body))
            if len(shape) > 1:
                folded = {"type": "reshape", "target_shape": list(shape)}
                number = self._whole.add(Call(None, here, (number,), f"{name}_folded", body=folded))
            self._values[end] = number
            start = stop
        self._whole.shape = (start,)

    def _tell_missing(self, waiting: tuple[int, Mapping[str, Any], int, Node]) -> None:
        index, layer, _, node = waiting
        missing = [found[0] for found in node.reads + _named(node) if found not in self._values]
        is_operation = any(name in self._whole.mask_operations for name in missing)
        raise self._whole.refused(
            (*self._steps, "config", "layers", index, "inbound_nodes"),
            f"`{shorten(str(name_of(layer)))}` reads {listed(tuple(missing), 5)}, "
            + ("which is an operation and no layer." if is_operation else "which comes from no layer before it."),
            code="spec.not_supported_yet" if is_operation else "spec.wrong_type",
            hint="Use layers that Keras itself has." if is_operation else None,
        )


def is_input(layer: object) -> bool:
    """Tell whether a layer only says the shape of an input."""
    return isinstance(layer, Mapping) and layer.get("class_name") == "InputLayer"


def is_mask_operation(layer: Mapping[str, Any]) -> bool:
    """Tell whether Keras wrote this beside the layers, for a mask."""
    return layer.get("class_name") in OF_MASKS and is_operation(layer)


def name_of(layer: object) -> str | None:
    """Return the name that a model knows a layer by."""
    if not isinstance(layer, Mapping):
        return None
    config = layer.get("config")
    found = layer.get("name", config.get("name") if isinstance(config, Mapping) else None)
    return found if isinstance(found, str) else None


def input_shape(layer: object) -> tuple[int, ...] | None:
    """Return the shape of a row of the input that a layer says, where it says it completely."""
    config = layer.get("config") if isinstance(layer, Mapping) else None
    if not isinstance(config, Mapping):
        return None
    given = config.get("batch_shape", config.get("batch_input_shape"))
    if not isinstance(given, list) or not all(isinstance(size, int) for size in given[1:]):
        return None
    return tuple(given[1:]) or None


def needed(calls: list[Call], output: int) -> list[Call]:
    """Leave out what the output does not need, and number the rest anew; the output is the last."""
    wanted, open_ones = set(), [output]
    while open_ones:
        number = open_ones.pop()
        if number not in wanted and number != INPUT:
            wanted.add(number)
            open_ones += calls[number].reads
    new = {INPUT: INPUT} | {old: place for place, old in enumerate(sorted(wanted))}
    return [replace(calls[old], reads=tuple(new[read] for read in calls[old].reads)) for old in sorted(wanted)]


def _values(node: Node) -> dict[str, tuple[Reference, ...]]:
    """Return what is named in a call, without masks: these follow from the layers."""
    return {key: found for key, found in node.named.items() if "mask" not in key}


def _named(node: Node) -> tuple[Reference, ...]:
    return tuple(found for named in _values(node).values() for found in named)


def _with_named(reads: tuple[int, ...], key: str, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Put a named value where it would stand in order: of attention `query`, `value`, `key`."""
    order = {"query": 0, "value": 1, "key": 2}
    place = order.get(key, len(reads))
    return (*reads[:place], *numbers, *reads[place:])
