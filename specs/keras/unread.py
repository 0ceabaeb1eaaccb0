"""What a Functional model may say and no layer here can: states of recurrent layers, ends that go by name."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from specs.grammar.wording import shorten
from specs.keras.nodes import Node
from specs.pointers import Path

RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "Bidirectional"})


class Unread(NamedTuple):
    """Where in a model or layer it stands, and what is said of it."""

    steps: Path
    message: str
    expected: str
    hint: str


def named_end(config: Mapping[str, Any]) -> Unread | None:
    """Find inputs or outputs in a dict."""
    for key in ("input_layers", "output_layers"):
        if isinstance(config.get(key), Mapping):
            message = f"`{key}` is a dict; inputs and outputs of a model are read in order, not by name."
            return Unread(("config", key), message, "a list", "Build the model with `keras.Model([a, b], output)`.")
    return None


def returned_state(layer: Mapping[str, Any], name: str | None) -> Unread | None:
    """Find a layer that gives its state beside its outputs."""
    config = layer.get("config")
    if not isinstance(config, Mapping) or config.get("return_state") is not True:
        return None
    message = f"`{shorten(str(name))}` has `return_state`; its state is read by no layer here."
    hint = "With `return_sequences` false its output is its last state (of an LSTM, the hidden one)."
    return Unread(("config", "return_state"), message, "false", hint)


def given_state(layer: Mapping[str, Any], name: str | None, node: Node) -> Unread | None:
    """Find the call of a recurrent layer that is given its first state; Keras 2 writes it behind the sequence."""
    is_given = node.options.get("initial_state") is not None or "initial_state" in node.named
    if not is_given and not (len(node.reads) > 1 and layer.get("class_name") in RECURRENT):
        return None
    message = f"`{shorten(str(name))}` is called with `initial_state`; recurrent layers start from zeros here."
    hint = "Give what the state would come from to each step instead: `RepeatVector`, then `Concatenate`."
    return Unread(("inbound_nodes",), message, "a call with one sequence", hint)
