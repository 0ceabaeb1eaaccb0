"""A network: layers with their connections, names, shapes and parameters settled."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from neural.activations import Function
from neural.constraints import Constraint, constraint
from neural.errors import ShapeError
from neural.initializers import Initializer
from neural.layers.shared.base import Layer, ParameterShape, Shape
from neural.layers.shared.mask_use import CURRENT
from neural.layers.shared.time_distributed import distributed
from neural.regularizers import Regularizer, regularizer

INPUT = "input"  # what layers call the network's input


@dataclass(frozen=True)
class Parameter:
    """One array of parameters and its place in the flat vector."""

    name: str  # "dense_1.kernel"
    shape: Shape
    initializer: str | Initializer
    start: int
    size: int
    trainable: bool = True
    regularizer: Regularizer = field(default_factory=lambda: regularizer("none"))
    constraint: Constraint = field(default_factory=lambda: constraint("none"))
    fans: tuple[int, int] | None = None  # of a kernel whose shape does not say what it reads and feeds

    @property
    def stop(self) -> int:
        """Where the next one starts."""
        return self.start + self.size


@dataclass(frozen=True)
class LayerSummary:
    """One line of a network's summary."""

    name: str
    type: str
    output_shape: Shape
    parameters: int
    flops_per_row: int


@dataclass(frozen=True, kw_only=True)
class PlacedLayer:
    """A layer where it stands in a network: what it reads, gives, learns and costs, for one row."""

    layer: Layer
    inner: Layer  # what computes: the layer itself, or the one that it lets work at each step
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    parameters: tuple[ParameterShape, ...]
    flops_per_row: int
    restraints: tuple[tuple[Regularizer, Constraint], ...]  # of each parameter
    function: Function | None  # that makes its outputs
    is_first: bool  # it reads the network's input alone, so that nobody needs the error of what it reads

    @classmethod
    def of(cls, layer: Layer, *input_shapes: Shape, is_first: bool = False) -> "PlacedLayer":
        """Work out what a layer is on such inputs; raises ShapeError when they do not fit."""
        layer = distributed(layer)
        output_shape, parameters = layer.output_shape(*input_shapes), layer.parameter_shapes(*input_shapes)
        return cls(
            layer=layer,
            inner=layer.inner,
            input_shapes=input_shapes,
            output_shape=output_shape,
            parameters=parameters,
            restraints=tuple(map(layer.restraints, parameters)),
            flops_per_row=layer.flops_per_row(*input_shapes),
            function=layer.output_function(),
            is_first=is_first,
        )

    @property
    def parameter_count(self) -> int:
        """How many parameters it has."""
        return sum(math.prod(found.shape) for found in self.parameters)


@dataclass(frozen=True, kw_only=True)
class Network:
    """A frozen description; layers without a name are numbered by their type: dense_1, dense_2, dropout_1.

    A layer reads the one before it, unless `inputs` names others: {"add_1": ("dense_1", "input")}. The last layer is
    the output. `input_shape` is that of one row: (features,), (time, features), (height, width, channels), or images
    over time.
    `semantics` is the version of what layers mean (`mask_use`): weights that were trained under one keep it.
    """

    layers: tuple[Layer, ...]
    input_shape: Shape
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    semantics: int = CURRENT

    def __post_init__(self) -> None:
        if not 1 <= len(self.input_shape) <= 4 or min(self.input_shape) < 1:
            needed = "one to four sizes, as (features,) or (height, width, channels), each at least 1"
            raise ShapeError("network.input_shape", got=self.input_shape, needed=needed)
        if not self.layers:
            raise ShapeError("network.layers", got=(), needed="at least one layer")
        object.__setattr__(self, "layers", tuple(map(distributed, _named(tuple(self.layers)))))

    @cached_property
    def sources(self) -> tuple[tuple[int, ...], ...]:
        """What each layer reads: 0 is the input, i + 1 the output of layer i. Raises ShapeError for impossible ones."""
        return connect(self.layers, self.inputs)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of one row of each value: of the input, then of each layer's output."""
        shapes = [self.input_shape]
        for layer, sources in zip(self.layers, self.sources, strict=True):
            shapes.append(layer.output_shape(*(shapes[source] for source in sources)))
        return tuple(shapes)

    @property
    def output_shape(self) -> Shape:
        """The shape of one output row."""
        return self.shapes[-1]

    @cached_property
    def placed(self) -> tuple[PlacedLayer, ...]:
        """Each layer with what its place decides, worked out once."""
        return tuple(
            PlacedLayer.of(layer, *(self.shapes[source] for source in sources), is_first=not any(sources))
            for layer, sources in zip(self.layers, self.sources, strict=True)
        )

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters in the order of the flat vector: the trainable ones layer by layer, then the others."""
        described = [
            (f"{each.layer.name}.{found.name}", found, own)
            for each in self.placed
            for found, own in zip(each.parameters, each.restraints, strict=True)
        ]
        start, parameters = 0, []
        for name, found, own in sorted(described, key=lambda each: not each[1].trainable):
            size = math.prod(found.shape)
            placed = Parameter(name, found.shape, found.initializer, start, size, found.trainable, *own)
            parameters.append(replace(placed, fans=found.fans))
            start += size
        return tuple(parameters)

    @cached_property
    def parameter_count(self) -> int:
        """The length of the flat vector."""
        return sum(parameter.size for parameter in self.parameters)

    @cached_property
    def trainable_count(self) -> int:
        """How much of the flat vector, from its start, is trained."""
        return sum(parameter.size for parameter in self.parameters if parameter.trainable)

    def trainable_part(self, index: int) -> slice:
        """The stretch of the flat vector that a layer learns."""
        return self._parts[index][0]

    def state_part(self, index: int) -> slice:
        """The stretch of the flat vector that a layer keeps without learning it."""
        return self._parts[index][1]

    @cached_property
    def _parts(self) -> tuple[tuple[slice, slice], ...]:
        return tuple(
            (self._stretch(layer, trainable=True), self._stretch(layer, trainable=False)) for layer in self.layers
        )

    def _stretch(self, layer: Layer, *, trainable: bool) -> slice:
        own = [p for p in self.parameters if p.name.rpartition(".")[0] == layer.name and p.trainable is trainable]
        return slice(own[0].start, own[-1].stop) if own else slice(0, 0)

    @cached_property
    def flops_per_row(self) -> int:
        """Floating point operations of one forward row; a training step costs about three times that."""
        return sum(each.flops_per_row for each in self.placed)

    def summary(self) -> tuple[LayerSummary, ...]:
        """Describe each layer in a line."""
        return tuple(
            LayerSummary(
                name=str(each.layer.name),
                type=each.inner.key,
                output_shape=each.output_shape,
                parameters=each.parameter_count,
                flops_per_row=each.flops_per_row,
            )
            for each in self.placed
        )


def connect(layers: tuple[Layer, ...], inputs: Mapping[str, tuple[str, ...]]) -> tuple[tuple[int, ...], ...]:
    """Find what each layer reads; raises ShapeError for unknown names, wrong counts and outputs that nobody reads."""
    numbers = {INPUT: 0}
    sources = []
    for index, layer in enumerate(layers):
        names = inputs.get(str(layer.name))
        sources.append((index,) if names is None else tuple(_number(numbers, layer, name) for name in names))
        _check_count(layer, len(sources[-1]))
        numbers[str(layer.name)] = index + 1
    for name in inputs:
        if name not in numbers or name == INPUT:
            raise ShapeError("network.inputs", got=name, needed=f"one of the layers: {', '.join(list(numbers)[1:])}")
    read = {source for found in sources for source in found}
    for index, layer in enumerate(layers[:-1]):
        if index + 1 not in read:
            raise ShapeError(f"layer {layer.name}", got="an output that no layer reads", needed="a layer that reads it")
    return tuple(sources)


def _number(numbers: Mapping[str, int], layer: Layer, name: str) -> int:
    if name not in numbers:
        needed = f"the name of an earlier layer: {', '.join(numbers)}"
        raise ShapeError(f"inputs of layer {layer.name}", got=name, needed=needed)
    return numbers[name]


def _check_count(layer: Layer, count: int) -> None:
    least, most = layer.minimum_inputs, layer.maximum_inputs
    if count < least or (most is not None and count > most):
        wanted = f"{least} or more" if most is None else f"{least}" if least == most else f"{least} to {most}"
        raise ShapeError(f"inputs of layer {layer.name}", got=count, needed=wanted)


def _named(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    counts: Counter[str] = Counter()
    named = []
    for layer in layers:
        counts[layer.key] += 1
        named.append(layer if layer.name else replace(layer, name=f"{layer.key}_{counts[layer.key]}"))
    names = Counter(layer.name for layer in named)
    for name, count in names.items():
        if count > 1:
            raise ShapeError(f"layer {name}", got=f"{count} layers of this name", needed="one")
    return tuple(named)
