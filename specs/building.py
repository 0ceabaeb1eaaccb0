"""From a resolved spec to the values that the mathematics works with."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import neural
from datasets.values import order_yes_no
from neural import vocabulary
from neural.augmentation import Augmentation
from neural.errors import ShapeError
from neural.layers import Layer as Described
from specs.values import Component, Layer, Spec
from specs.values.component import components_of


def build_network(
    spec: Spec, input_shape: int | tuple[int, ...], output_shape: int | tuple[int, ...]
) -> neural.Network:
    """Return the network for rows of a shape; raises neural's ShapeError if what it gives has another shape."""
    shape = (input_shape,) if isinstance(input_shape, int) else input_shape
    wanted = (output_shape,) if isinstance(output_shape, int) else output_shape
    network = neural.Network(
        layers=tuple(map(build_layer, spec.network.layers)),
        input_shape=shape,
        inputs={layer.name: layer.inputs for layer in spec.network.layers if layer.inputs is not None},
    )
    if network.output_shape != wanted:
        raise ShapeError("network", got=network.output_shape, needed=wanted)
    return network


def build_plan(spec: Spec) -> neural.TrainingPlan:
    """Return the plan of the training."""
    training = spec.training
    rule = training.early_stopping
    return neural.TrainingPlan(
        loss=_component("loss", training.loss),
        optimizer=vocabulary.create(
            "optimizer",
            training.optimizer.name,
            learning_rate=training.learning_rate,
            **training.optimizer.parameters,
        ),
        epochs=training.epochs,
        batch_size=training.batch_size,
        seed=training.seed,
        dtype=training.dtype,
        metrics=spec.tracking.metrics,
        class_weight=_class_weight(spec),
        early_stopping=None
        if rule is None
        else neural.EarlyStopping(
            metric=rule.metric,
            direction="max" if rule.direction == "max" else "min",
            patience=rule.patience,
            min_delta=rule.min_delta,
            start_from_epoch=rule.start_from_epoch,
            baseline=rule.baseline,
            restore_best=rule.restore_best,
        ),
        schedule=None if training.schedule is None else _component("schedule", training.schedule),
        gradient_accumulation_steps=training.gradient_accumulation_steps,
        clip_parameter_norm=training.clip_parameter_norm,
        max_norm=training.max_norm,
        averaging=None if training.averaging is None else _component("averaging", training.averaging),
        frozen=training.frozen,
        learning_rate_factors=dict(training.learning_rate_factors),
        augmentation=None if training.augmentation is None else Augmentation(**training.augmentation),
        health_every=spec.tracking.layer_health,
        l1=training.l1,
        l2=training.l2,
        clip_norm=training.clip_norm,
        clip_value=training.clip_value,
    )


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


def build_layer(layer: Layer) -> Described:
    """Return the description that the mathematics works with; raises neural's ParameterOutOfRange."""
    kinds = components_of(layer.type)
    parameters = {key: _built(value, kinds.get(key)) for key, value in layer.parameters.items()}
    built: Any = vocabulary.create("layer", layer.type, **parameters)
    named: Described = replace(built, name=layer.name)
    return named


def _built(value: Any, kind: vocabulary.Kind | None) -> Any:
    if kind is not None:
        return _component(kind, value)
    return tuple(value) if isinstance(value, list) else value


def _component(kind: vocabulary.Kind, component: Component) -> Any:
    return vocabulary.create(kind, component.name, **component.parameters)
