"""The end of the network: its last layer must give what target and loss need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specs.grammar.wording import counted
from specs.pointers import at, patch_at, path_in
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes
from specs.values import Layer

UNFINISHED = frozenset({"dropout", "gaussian_noise", "activation"})  # what says nothing about the number of outputs


@dataclass(frozen=True)
class Output:
    """Which layers say the number of outputs and their activation; None where the network does not end that way."""

    units: int | None
    function: int | None


def find_output(layers: Sequence[Mapping[str, Any]]) -> Output:
    """Find where the network ends: with a dense layer, or with an activation after one."""
    last = len(layers) - 1
    if layers[last]["type"] == "dense":
        return Output(last, last)
    if layers[last]["type"] == "activation" and last > 0 and layers[last - 1]["type"] == "dense":
        return Output(last - 1, last)
    return Output(None, None)


def check_output(notes: Notes, goal: Goal, layers: Sequence[Layer], output: Output, *, link: str) -> None:
    """Note a fault where the output layer is missing, or does not give what is needed."""
    if output.units is None or output.function is None:
        if layers[-1].type in UNFINISHED:
            _no_output(notes, goal, layers)
        return
    units = layers[output.units].parameters["units"]
    if units != goal.outputs:
        notes.fault(
            "spec.shape_mismatch",
            f"The last layer gives {_values(units)}, but {_need(goal)} {_values(goal.outputs)}.",
            ("network", "layers", output.units, "units"),
            found=units,
            expected=counted(goal.outputs),
            hint='Write "auto", or leave the output layer to the service by using `hidden`.',
            suggestion=goal.outputs,
        )
    function = layers[output.function].activation
    if function is not None and function.name != link:
        key = "activation" if layers[output.function].type == "dense" else "function"
        _wrong_activation(notes, goal, ("network", "layers", output.function, key), function.name, link)


def _wrong_activation(notes: Notes, goal: Goal, path: tuple[str | int, ...], found: str, link: str) -> None:
    why = (
        "numbers are predicted on a scale where they can be negative"
        if goal.task == "regression"
        else "the loss turns what comes before it into probabilities"
    )
    notes.fault(
        "spec.loss_mismatch",
        f"The output layer ends with `{found}`, but needs `{link}`: {why}.",
        path,
        found=found,
        expected=link,
        suggestion=link,
    )


def _no_output(notes: Notes, goal: Goal, layers: Sequence[Layer]) -> None:
    path = ("network", "layers")
    posted = notes.given.posted
    where = path_in(posted, notes.given.origin("/network/layers"))
    written = at(posted, where)
    complete = [*written, {"type": "dense", "units": "auto"}] if isinstance(written, list) else None
    notes.fault(
        "spec.shape_mismatch",
        f"The network ends with `{layers[-1].type}`; its last layer must be dense and give {_values(goal.outputs)}.",
        (*path, len(layers) - 1),
        found=layers[-1].type,
        expected="a dense layer",
        hint='Add {"type": "dense", "units": "auto"} at the end.',
        patch=patch_at(posted, where, complete),
    )


def _values(count: int) -> str:
    return f"{counted(count)} value{'' if count == 1 else 's'}"


def _need(goal: Goal) -> str:
    if goal.task == "multiclass":
        return f"`{goal.column.name}` has {counted(goal.classes)} classes and needs"
    if goal.outputs > 1:
        return f"the target {goal.label} needs"
    return f"a {goal.task} target like `{goal.column.name}` needs"
