"""The end of the network: its last layer must give what target and loss need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neural import vocabulary
from neural.layers import LAYERS
from neural.layers.shared.recurrence.layer import Recurrent
from specs.grammar.fields import AUTO
from specs.grammar.wording import counted
from specs.pointers import at, patch_at, path_in
from specs.resolving.answers.target import Goal
from specs.resolving.notes import Notes
from specs.values import Layer

UNFINISHED = frozenset(  # what never ends a network
    {"dropout", "gaussian_noise", "gaussian_dropout", "alpha_dropout", "identity", "activity_regularization"}
)
FUNCTIONS = ("activation", "function")  # what layers call their function


@dataclass(frozen=True)
class Output:
    """Which layers say the number of outputs and their function; None where the network does not end that way."""

    units: int | None
    function: int | None


def find_output(layers: Sequence[Mapping[str, Any]], *, is_first: bool) -> Output:
    """Find where the network ends: with a dense layer, an activation after one, or any other layer with a function.

    What only moves values may stand behind them, unless the network `is_first`, of the first version of meanings.
    """
    last = place = len(layers) - 1
    while not is_first and LAYERS[layers[place]["type"]].only_moves and (before := _before(layers, place)) is not None:
        place = before
    kind, before = layers[place]["type"], _before(layers, place)
    if kind == "dense":
        return Output(place if place == last else None, place)
    if kind == "activation" and before is not None and layers[before]["type"] == "dense":
        return Output(before if place == last else None, place)
    has_function = any(info.name in FUNCTIONS for info in vocabulary.LAYERS[kind].parameters)
    return Output(None, place if has_function and not (is_first or issubclass(LAYERS[kind], Recurrent)) else None)


def _before(layers: Sequence[Mapping[str, Any]], place: int) -> int | None:
    """Return the layer that another one reads; None where that is the input, or nothing that is known."""
    inputs = layers[place].get("inputs", AUTO)
    if inputs == AUTO:
        return place - 1 if place else None
    return next((index for index in range(place) if [layers[index].get("name")] == inputs), None)


def check_output(
    notes: Notes, goal: Goal, layers: Sequence[Layer], output: Output, *, link: str, is_scaled: bool
) -> None:
    """Note a fault where the output layer is missing, or ends with another function than is needed.

    Numbers that are not scaled may be predicted by any function.
    """
    if layers[-1].type in UNFINISHED:
        no_output(notes, goal, layers)
    function = None if output.function is None else layers[output.function].activation
    is_free = link == "linear" and not is_scaled
    if output.function is not None and function is not None and function.name != link and not is_free:
        names = layers[output.function].parameters
        key = next(key for key in FUNCTIONS if key in names)
        _wrong_activation(notes, goal, ("network", "layers", output.function, key), function.name, link)


def check_units(notes: Notes, goal: Goal, layers: Sequence[Layer], output: Output) -> bool:
    """Tell whether a last dense layer gives as many values as are needed, or note that it does not."""
    units = goal.outputs if output.units is None else layers[output.units].parameters["units"]
    if output.units is not None and units != goal.outputs:
        notes.fault(
            "spec.shape_mismatch",
            f"The last layer gives {_values(units)}, but {_need(goal)} {_values(goal.outputs)}.",
            ("network", "layers", output.units, "units"),
            found=units,
            expected=counted(goal.outputs),
            hint='Write "auto", or leave the output layer to the service by using `hidden`.',
            suggestion=goal.outputs,
        )
    return bool(units == goal.outputs)


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


def no_output(notes: Notes, goal: Goal, layers: Sequence[Layer]) -> None:
    """Note the fault of a network that ends with what says nothing about the number of outputs."""
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
