"""The chain rule, shown: every value of one training step, forward and back, layer by layer, in float64."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.data.examples import Examples, prepare
from neural.engine.arrays import Array
from neural.layers import Activation
from neural.network.frozen import frozen_network
from neural.network.logits import logits_network
from neural.network.network import Network
from neural.network.weights import named_arrays
from neural.randomness import streams
from neural.training.batch_steps import BatchSteps
from neural.training.plan import TrainingPlan
from neural.training.state import TrainingState
from neural.training.update.optimization import Optimization

BEHIND = ".activation"  # what a layer's function is called where it stands for itself
Values = npt.NDArray[Any]  # float64


@dataclass(frozen=True, kw_only=True)
class TracedParameter:
    """A parameter before the step, the gradient of the loss by it, and what the optimizer added to it."""

    value: Values
    gradient: Values | None  # None where it is not trained
    update: Values


@dataclass(frozen=True, kw_only=True)
class TracedLayer:
    """A layer: it reads x, gives z, and with its function a = f(z); d… is the gradient of the loss by each.

    Values are (rows, …) as one row is shaped. z is None where a layer keeps it to itself (recurrent ones, attention).
    """

    name: str
    type: str
    function: str | None
    reads: tuple[str, ...]
    xs: tuple[Values, ...]
    z: Values | None
    a: Values
    dz: Values | None
    da: Values | None  # None behind the function that the loss applies itself
    parameters: Mapping[str, TracedParameter]


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One step on some rows: the loss, a mean over them, and all layers in their order."""

    loss: float
    learning_rate: float
    layers: tuple[TracedLayer, ...]


def trace(
    network: Network, plan: TrainingPlan, weights: Array, examples: Examples, *, state: TrainingState | None = None
) -> Trace:
    """Run one step as the training would, on all rows as one batch, and keep what passes through.

    The optimizer goes on from `state`, or begins. What is drawn (dropout) follows from the plan's seed.
    """
    plan = replace(plan, dtype="float64", gradient_accumulation_steps=1)
    whole = logits_network(network, plan.loss)
    traced = frozen_network(taken_apart(whole), plan.frozen)
    optimization = Optimization(network, plan, weights.astype(np.float64), steps=max(1, plan.epochs), direction="min")
    if state is not None:
        optimization.restore(state)
    vectors = optimization.vectors
    batch_steps = BatchSteps(
        traced,
        plan.loss,
        vectors,
        batch_size=len(examples),
        slots=1,
        data=prepare(network, plan.loss, examples, np.float64, class_weight=plan.class_weight),
        generator=streams(plan.seed).dropout,
        update=[],
    )
    batch_steps.load(np.arange(len(examples)))
    bound, before = batch_steps.bound, vectors.parameters.copy()
    errors: dict[int, Values] = {}
    with np.errstate(all="ignore"):
        for call in [*bound.slots[0].forward, *batch_steps.descend(bound, 0)]:
            call()
        values = [np.asarray(examples.x, np.float64), *(rows_first(values) for values in bound.values)]
        values.append(rows_first(values_of_logits(bound.logits[0], traced, len(examples))))
        for index in reversed(range(len(traced.layers))):
            errors[index + 1] = rows_first(bound.errors[index + 1])
            for call in bound.layers[index].backward:
                call()
        loss = float(batch_steps.losses(0, 1)[0]) / len(examples)
        loss += sum(penalty() for penalty in bound.slots[0].penalties)
        gradients = vectors.gradients.copy()
        for call in optimization.calls(len(examples)):
            call()
    parameters = _parameters(network, before, gradients, vectors.parameters - before)
    linked = rows_first(values_of_logits(plan.loss.link(bound.logits)[0], traced, len(examples)))
    layers = _layers(whole, traced, values, errors, parameters)
    if whole is not network:  # the loss applies the last function itself
        layers[-1] = replace(
            layers[-1],
            function=plan.loss.link_name,
            z=layers[-1].a,
            a=linked,
            dz=layers[-1].da,
            da=None,
        )
    return Trace(loss=loss, learning_rate=float(optimization.optimizer.learning_rate), layers=tuple(layers))


def taken_apart(network: Network) -> Network:
    """Let each layer's function be a layer of its own, so that what it reads is there to be seen."""
    layers: list[Any] = []
    renamed: dict[str, str] = {}
    for layer in network.layers:
        function = layer.output_function()
        is_apart = isinstance(layer, Activation) or layer.penalty_on_outputs().key != "none"
        if function is None or function.key == "linear" or is_apart:
            layers.append(layer)
            continue
        renamed[str(layer.name)] = f"{layer.name}{BEHIND}"
        layers += [layer.without_output_function(), Activation(function=function, name=f"{layer.name}{BEHIND}")]
    inputs = {name: tuple(renamed.get(each, each) for each in read) for name, read in network.inputs.items()}
    return replace(network, layers=tuple(layers), inputs=inputs)


def rows_first(values: Array) -> Values:
    """Copy values or errors, features first and batch last, as (rows, …, features)."""
    return np.ascontiguousarray(values.transpose(-1, *range(1, values.ndim - 1), 0))


def values_of_logits(logits: Array, network: Network, rows: int) -> Array:
    """View (outputs, columns) as (outputs, …, rows)."""
    return logits.reshape(network.output_shape[-1], *network.output_shape[:-1], rows)


def _parameters(network: Network, before: Array, gradients: Array, updates: Array) -> dict[str, TracedParameter]:
    named, changed = named_arrays(network, before), named_arrays(network, updates)
    return {
        each.name: TracedParameter(
            value=named[each.name],
            gradient=gradients[each.start : each.stop].reshape(each.shape) if each.trainable else None,
            update=changed[each.name],
        )
        for each in network.parameters
    }


def _layers(
    network: Network,
    traced: Network,
    values: list[Values],
    errors: Mapping[int, Values],
    parameters: Mapping[str, TracedParameter],
) -> list[TracedLayer]:
    places = {str(layer.name): index for index, layer in enumerate(traced.layers)}
    told = []
    for index, layer in enumerate(network.layers):
        name = str(layer.name)
        at = places[name]
        behind = places.get(f"{name}{BEHIND}")
        function, is_function = layer.output_function(), isinstance(layer, Activation)
        sees_z = behind is not None or is_function or (function is not None and function.key == "linear")
        z = values[traced.sources[at][0]] if is_function else values[at + 1]
        own = {
            each.rpartition(".")[2]: parameter
            for each, parameter in parameters.items()
            if each.rpartition(".")[0] == name
        }
        told.append(
            TracedLayer(
                name=name,
                type=layer.key,
                function=None if function is None else function.key,
                reads=tuple(_read(network, source) for source in network.sources[index]),
                xs=tuple(values[source] for source in traced.sources[at]),
                z=z if sees_z else None,
                a=values[at + 1 if behind is None else behind + 1],
                dz=(None if is_function else errors[at + 1]) if sees_z else None,
                da=errors[at + 1 if behind is None else behind + 1],
                parameters=own,
            )
        )
    return told


def _read(network: Network, source: int) -> str:
    return "input" if source == 0 else str(network.layers[source - 1].name)
