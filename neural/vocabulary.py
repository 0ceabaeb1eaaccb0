"""Every component by name, with what it is for and which parameters it takes: the one table others are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from neural.activations import ACTIVATIONS as _ACTIVATIONS
from neural.constraints import CONSTRAINTS as _CONSTRAINTS
from neural.errors import ParameterOutOfRange, UnknownComponent
from neural.fields import ParameterInfo, parameters_of
from neural.initializers import INITIALIZERS as _INITIALIZERS
from neural.layers import LAYERS as _LAYERS
from neural.layers import Layer
from neural.layers.shared.mask_use import CURRENT, MaskUse
from neural.losses import LOSSES as _LOSSES
from neural.metrics import METRICS as _METRICS
from neural.metrics import Direction
from neural.network.network import Network
from neural.optimizers import OPTIMIZERS as _OPTIMIZERS
from neural.regularizers import REGULARIZERS as _REGULARIZERS
from neural.schedules import SCHEDULES as _SCHEDULES
from neural.training.averaging import AVERAGINGS as _AVERAGINGS

Kind = Literal[
    "layer",
    "activation",
    "loss",
    "optimizer",
    "schedule",
    "averaging",
    "initializer",
    "regularizer",
    "constraint",
    "metric",
]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A component: its name, what it is for, which parameters it takes, and what its kind alone has."""

    name: str
    kind: Kind
    summary: str
    parameters: tuple[ParameterInfo, ...] = ()
    aliases: tuple[str, ...] = ()
    link: str | None = None  # of a loss: the activation that it applies to logits
    targets: str | None = None  # of a loss: "values", "labels" or "classes"
    mask_use: MaskUse | None = None  # of a layer: what it does with a mask
    direction: Direction | None = None  # of a metric
    tasks: tuple[str, ...] = ()  # of a metric: for which it makes sense


def _described(kind: Kind, classes: Mapping[str, Any]) -> Mapping[str, Entry]:
    return MappingProxyType(
        {
            name: Entry(
                name=name,
                kind=kind,
                summary=component.summary,
                parameters=parameters_of(component),
                aliases=component.aliases,
                link=getattr(component, "link_name", None),
                targets=getattr(component, "targets", None),
                mask_use=getattr(component, "mask_use", None),
            )
            for name, component in classes.items()
        }
    )


LAYERS = _described("layer", _LAYERS)
ACTIVATIONS = _described("activation", _ACTIVATIONS)
LOSSES = _described("loss", _LOSSES)
OPTIMIZERS = _described("optimizer", _OPTIMIZERS)
SCHEDULES = _described("schedule", _SCHEDULES)
AVERAGINGS = _described("averaging", _AVERAGINGS)
INITIALIZERS = _described("initializer", _INITIALIZERS)
REGULARIZERS = _described("regularizer", _REGULARIZERS)
CONSTRAINTS = _described("constraint", _CONSTRAINTS)
METRICS: Mapping[str, Entry] = MappingProxyType(
    {
        name: Entry(
            name=name,
            kind="metric",
            summary=found.summary,
            aliases=found.aliases,
            direction=found.direction,
            tasks=found.tasks,
        )
        for name, found in _METRICS.items()
    }
)

TABLES: Mapping[Kind, Mapping[str, Entry]] = MappingProxyType(
    {
        "layer": LAYERS,
        "activation": ACTIVATIONS,
        "loss": LOSSES,
        "optimizer": OPTIMIZERS,
        "schedule": SCHEDULES,
        "averaging": AVERAGINGS,
        "initializer": INITIALIZERS,
        "regularizer": REGULARIZERS,
        "constraint": CONSTRAINTS,
        "metric": METRICS,
    }
)

_CLASSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "layer": _LAYERS,
        "activation": _ACTIVATIONS,
        "loss": _LOSSES,
        "optimizer": _OPTIMIZERS,
        "schedule": _SCHEDULES,
        "averaging": _AVERAGINGS,
        "initializer": _INITIALIZERS,
        "regularizer": _REGULARIZERS,
        "constraint": _CONSTRAINTS,
    }
)


def kind_of(parameter: ParameterInfo) -> Kind | None:
    """Tell which components a parameter of another one takes, such as `activation`, or None for a plain one."""
    nested: tuple[Kind, ...] = ("activation", "initializer", "regularizer", "constraint")
    return next((kind for kind in nested if parameter.choices == tuple(TABLES[kind])), None)


def find(kind: Kind, name: str) -> Entry:
    """Look a component up by name or alias; raises UnknownComponent."""
    for entry in TABLES[kind].values():
        if name == entry.name or name in entry.aliases:
            return entry
    raise UnknownComponent(kind, name, tuple(TABLES[kind]))


def create(kind: Kind, name: str, /, **parameters: Any) -> Any:
    """Make the frozen description of a component, such as an optimizer `adam` with `learning_rate=0.01`.

    Raises UnknownComponent for a name, ParameterOutOfRange for a parameter that is unknown, missing or out of range.
    Metrics take no parameters and are returned as their name.
    """
    entry = find(kind, name)
    _check_parameters(entry, parameters)
    return _CLASSES[kind][entry.name](**parameters) if kind in _CLASSES else entry.name


def network_of(
    layers: Sequence[Mapping[str, Any]], input_shape: tuple[int, ...], *, semantics: int = CURRENT
) -> Network:
    """Make a network from its long form: each layer by `type`, with `name`, parameters and, where given, `inputs`."""
    return Network(
        layers=tuple(map(layer_of, layers)),
        input_shape=input_shape,
        inputs={str(layer["name"]): tuple(layer["inputs"]) for layer in layers if layer.get("inputs") is not None},
        semantics=semantics,
    )


def layer_of(written: Mapping[str, Any]) -> Layer:
    """Make one layer from its long form; raises what `create` does.

    Components in it are names or, with parameters of their own, `{"name": "leaky_relu", "negative_slope": 0.1}`.
    """
    kinds = components_of(written["type"])
    parameters = {
        key: _nested(value, kinds.get(key)) for key, value in written.items() if key not in {"type", "inputs"}
    }
    layer: Layer = create("layer", written["type"], **parameters)
    return layer


def _nested(value: Any, kind: Kind | None) -> Any:
    if kind is None:
        return tuple(value) if isinstance(value, list) else value
    if isinstance(value, str):
        return create(kind, value)
    return create(kind, value["name"], **{key: each for key, each in value.items() if key != "name"})


@cache
def components_of(layer: str) -> Mapping[str, Kind]:
    """Name the parameters of a layer that are components themselves, with the kind of each."""
    found = {info.name: kind_of(info) for info in find("layer", layer).parameters}
    return MappingProxyType({name: kind for name, kind in found.items() if kind is not None})


def _check_parameters(entry: Entry, parameters: Mapping[str, Any]) -> None:
    known = {info.name: info for info in entry.parameters}
    free = {"name"} if entry.kind == "layer" else set()
    for name, value in parameters.items():
        if name in free:
            continue
        if name not in known:
            expected = f"left out; `{entry.name}` takes {', '.join(known) or 'no parameters'}"
            raise ParameterOutOfRange(entry.name, name, value, expected=expected)
        is_description = known[name].type == "choice" and not isinstance(value, str)
        if not is_description and not known[name].accepts(value):
            raise ParameterOutOfRange(entry.name, name, value, expected=known[name].expected())
    for info in entry.parameters:
        if info.default is None and info.name not in parameters:
            raise ParameterOutOfRange(entry.name, info.name, None, expected=info.expected())
