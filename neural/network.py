"""A network: layers in a row, with their names, shapes and parameters settled."""

import math
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from neural.errors import ShapeError
from neural.layers.base import Layer, Shape


@dataclass(frozen=True)
class Parameter:
    """One array of parameters and its place in the flat vector."""

    name: str  # "dense_1.kernel"
    shape: Shape
    initializer: str
    start: int
    size: int

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
class Network:
    """A frozen description; layers without a name are numbered by their type: dense_1, dense_2, dropout_1."""

    layers: tuple[Layer, ...]
    input_shape: Shape

    def __post_init__(self) -> None:
        if len(self.input_shape) != 1 or self.input_shape[0] < 1:
            raise ShapeError("network.input_shape", got=self.input_shape, needed="(n,) with n at least 1")
        if not self.layers:
            raise ShapeError("network.layers", got=(), needed="at least one layer")
        object.__setattr__(self, "layers", _named(tuple(self.layers)))

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of one row before the first layer and after each."""
        shapes = [self.input_shape]
        for layer in self.layers:
            shapes.append(layer.output_shape(shapes[-1]))
        return tuple(shapes)

    @property
    def output_shape(self) -> Shape:
        """The shape of one output row."""
        return self.shapes[-1]

    @cached_property
    def parameters_by_layer(self) -> tuple[tuple[Parameter, ...], ...]:
        """The parameters of each layer; each layer's are one stretch of the flat vector."""
        start = 0
        result = []
        for layer, shape in zip(self.layers, self.shapes, strict=False):
            found = []
            for described in layer.parameter_shapes(shape):
                size = math.prod(described.shape)
                name = f"{layer.name}.{described.name}"
                found.append(Parameter(name, described.shape, described.initializer, start, size))
                start += size
            result.append(tuple(found))
        return tuple(result)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters in the order of the flat vector."""
        return tuple(parameter for layer in self.parameters_by_layer for parameter in layer)

    @cached_property
    def parameter_count(self) -> int:
        """The length of the flat vector."""
        return sum(parameter.size for parameter in self.parameters)

    @cached_property
    def flops_per_row(self) -> int:
        """Floating point operations of one forward row; a training step costs about three times that."""
        return sum(line.flops_per_row for line in self.summary())

    def summary(self) -> tuple[LayerSummary, ...]:
        """Describe each layer in a line."""
        return tuple(
            LayerSummary(
                name=str(layer.name),
                type=layer.key,
                output_shape=after,
                parameters=sum(parameter.size for parameter in parameters),
                flops_per_row=layer.flops_per_row(before),
            )
            for layer, before, after, parameters in zip(
                self.layers, self.shapes[:-1], self.shapes[1:], self.parameters_by_layer, strict=True
            )
        )


def _named(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    counts: Counter[str] = Counter()
    named = []
    for layer in layers:
        counts[layer.key] += 1
        named.append(layer if layer.name else replace(layer, name=f"{layer.key}_{counts[layer.key]}"))  # type: ignore[type-var]
    names = Counter(layer.name for layer in named)
    for name, count in names.items():
        if count > 1:
            raise ShapeError(f"layer {name}", got=f"{count} layers of this name", needed="one")
    return tuple(named)
