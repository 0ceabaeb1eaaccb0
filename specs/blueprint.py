"""The blueprint of a training: what the mathematics makes of a resolved spec, worked out once for all who ask."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import neural
from datasets.columns.cells import order_yes_no
from neural import vocabulary
from neural.data.augmentation import Augmentation
from neural.errors import ShapeError
from neural.layers.shared.mask_use import FIRST
from specs.values import Component, Spec


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What follows from spec and dataset together; inputs are those that the training rows will show, or a few more."""

    inputs: int
    outputs: int
    training_rows: int
    validation_rows: int
    input_shape: tuple[int, ...]  # of one row, as the network reads it
    test_rows: int = 0
    output_shape: tuple[int, ...] | None = None  # where it is no vector of `outputs`

    @property
    def outputs_of_row(self) -> tuple[int, ...]:
        """The shape of what the network gives for one row."""
        return self.output_shape or (self.outputs,)


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """Network and plan for a spec and the sizes of its dataset; a network works out its shapes and counts once."""

    spec: Spec
    sizes: Sizes
    network: neural.Network
    plan: neural.TrainingPlan


def draw(spec: Spec, sizes: Sizes) -> Blueprint:
    """Build network and plan; raises neural's ShapeError if the network gives another shape than the target needs."""
    network = build_network(spec, sizes.input_shape, sizes.outputs_of_row)
    return Blueprint(spec=spec, sizes=sizes, network=network, plan=build_plan(spec))


def build_network(
    spec: Spec, input_shape: int | tuple[int, ...], output_shape: int | tuple[int, ...]
) -> neural.Network:
    """Return the network for rows of a shape; raises neural's ShapeError if what it gives has another shape."""
    shape = (input_shape,) if isinstance(input_shape, int) else input_shape
    wanted = (output_shape,) if isinstance(output_shape, int) else output_shape
    layers, semantics = spec.network.to_json()["layers"], spec.network.semantics
    network = vocabulary.network_of(layers, shape, semantics=FIRST if semantics is None else semantics)
    if network.output_shape != wanted:
        raise ShapeError("network", got=network.output_shape, needed=wanted)
    return network


def build_plan(spec: Spec) -> neural.TrainingPlan:
    """Return the plan of the training: what it names as `spec.training` does is taken over, the rest is built."""
    training = spec.training
    built = {
        "loss": _component("loss", training.loss),
        "optimizer": vocabulary.create(
            "optimizer", training.optimizer.name, learning_rate=training.learning_rate, **training.optimizer.parameters
        ),
        "metrics": spec.tracking.metrics,
        "class_weight": _class_weight(spec),
        "schedule": None if training.schedule is None else _component("schedule", training.schedule),
        "averaging": None if training.averaging is None else _component("averaging", training.averaging),
        "augmentation": None if training.augmentation is None else Augmentation(**training.augmentation),
        "health_every": spec.tracking.layer_health,
    }
    names = {field.name for field in fields(neural.TrainingPlan)} & {field.name for field in fields(training)}
    return neural.TrainingPlan(**{name: getattr(training, name) for name in names - set(built)}, **built)


def class_order(names: Iterable[str]) -> tuple[str, ...]:
    """Sort classes as the fitted preprocessing numbers them: no before yes, numbers by size, else by text."""
    texts = tuple(sorted(names, key=str.encode))
    pair = order_yes_no(texts)
    if pair:
        return pair
    try:
        return tuple(sorted(texts, key=float))
    except ValueError:
        return texts


def _class_weight(spec: Spec) -> tuple[float, ...] | None:
    weights = spec.training.class_weight
    return None if weights is None else tuple(weights[name] for name in class_order(weights))


def _component(kind: vocabulary.Kind, component: Component) -> Any:
    return vocabulary.create(kind, component.name, **component.parameters)
