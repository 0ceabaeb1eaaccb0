"""Pooling to a given number of places, however many there were."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import prod
from typing import ClassVar, Final

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, integer, per_axis, sizes
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.ranks import check_rank

Index = tuple[slice | int, ...]
MOST: Final = 64  # places along an axis of the output, each of which takes calls of its own


@dataclass(frozen=True, kw_only=True)
class _AdaptivePooling(Layer, ABC):
    """Of n places m are made: the i-th from those of ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉, so that windows may overlap by one.

    As PyTorch's and Keras' layers of these names.
    """

    rank: ClassVar[int]
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    output_size: int | tuple[int, ...]

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (*output_size, channels)."""
        check_rank(self.name, input_shape, self.rank)
        return (*per_axis(self.output_size, self.rank - 1), input_shape[-1])

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind window by window."""
        x, y, dy, dx = buffers.x_values, buffers.y_values, buffers.dy, buffers.dx
        forward: Calls = []
        backward: Calls = [] if dx is None else [partial(dx.fill, 0)]
        kinks: list[Callable[[], Array]] = []
        for window, place in self._windows(buffers.input_shape):
            ahead, back = self.one(buffers, x[window], y[place])
            forward += ahead
            kinks += self.kinks(x[window])
            if dx is not None:
                error = buffers.scratch("error", x[window].shape)
                backward += [*back(dy[place], error), partial(np.add, dx[window], error, dx[window])]
        return Bound(forward, backward, tuple(kinks))

    def _windows(self, shape: Shape) -> list[tuple[Index, Index]]:
        """List what each place of the output reads, with the place."""
        parts = per_axis(self.output_size, self.rank - 1)
        edges = [
            [slice(i * n // m, -(-(i + 1) * n // m)) for i in range(m)] for n, m in zip(shape, parts, strict=False)
        ]
        places = product(*(range(m) for m in parts))
        return [((slice(None), *window), (slice(None), *place)) for window, place in zip(product(*edges), places)]  # noqa: B905

    @abstractmethod
    def one(self, buffers: LayerBuffers, x: Array, y: Array) -> tuple[Calls, Callable[[Array, Array], Calls]]:
        """Make y (channels, batch) of x (channels, *places, batch), and its error into an array like x from dy."""

    def kinks(self, x: Array) -> list[Callable[[], Array]]:
        """Tell which places of a window decide."""
        del x
        return []


@dataclass(frozen=True, kw_only=True)
class _AdaptiveAverage(_AdaptivePooling, ABC):
    """y = mean of the window; dx = dy / places."""

    def one(self, buffers: LayerBuffers, x: Array, y: Array) -> tuple[Calls, Callable[[Array, Array], Calls]]:
        """Sum and divide."""
        del buffers
        over, share = tuple(range(1, x.ndim - 1)), scalar(1 / prod(x.shape[1:-1]), y.dtype)
        everywhere = (slice(None), *[None] * len(over))
        forward: Calls = [partial(np.add.reduce, x, over, None, y), partial(np.multiply, y, share, y)]
        return forward, lambda dy, error: [partial(np.multiply, dy[everywhere], share, error)]


@dataclass(frozen=True, kw_only=True)
class _AdaptiveMax(_AdaptivePooling, ABC):
    """y = max of the window; dx = dy at the places that have it, in equal shares where several do."""

    def one(self, buffers: LayerBuffers, x: Array, y: Array) -> tuple[Calls, Callable[[Array, Array], Calls]]:
        """Compare, count, divide."""
        over = tuple(range(1, x.ndim - 1))
        everywhere = (slice(None), *[None] * len(over))
        count = buffers.scratch("count", y.shape)

        def back(dy: Array, error: Array) -> Calls:
            return [
                partial(np.equal, x, y[everywhere], error, casting="unsafe"),
                partial(np.add.reduce, error, over, None, count),
                partial(np.divide, dy, count, count),
                partial(np.multiply, error, count[everywhere], error),
            ]

        return [partial(np.maximum.reduce, x, over, None, y)], back

    def kinks(self, x: Array) -> list[Callable[[], Array]]:
        """Tell which place is the largest."""
        return [lambda: np.argmax(x.reshape(len(x), -1, x.shape[-1]), axis=1)]


@dataclass(frozen=True, kw_only=True)
class AdaptiveAveragePooling1D(_AdaptiveAverage):
    """The means of as many stretches of a sequence as are asked for."""

    key: ClassVar[str] = "adaptive_average_pooling1d"
    summary: ClassVar[str] = "Means of stretches of a sequence, so many that the output has the steps asked for."
    rank: ClassVar[int] = 2

    output_size: int = integer(minimum=1, maximum=MOST, summary="Time steps of the output.")


@dataclass(frozen=True, kw_only=True)
class AdaptiveMaxPooling1D(_AdaptiveMax):
    """The largest values of as many stretches of a sequence as are asked for."""

    key: ClassVar[str] = "adaptive_max_pooling1d"
    summary: ClassVar[str] = (
        "Largest values of stretches of a sequence, so many that the output has the steps asked for."
    )
    rank: ClassVar[int] = 2

    output_size: int = integer(minimum=1, maximum=MOST, summary="Time steps of the output.")


@dataclass(frozen=True, kw_only=True)
class AdaptiveAveragePooling2D(_AdaptiveAverage):
    """The means of as many parts of an image as are asked for."""

    key: ClassVar[str] = "adaptive_average_pooling2d"
    summary: ClassVar[str] = "Means of parts of an image, so many that the output has the size asked for."
    rank: ClassVar[int] = 3

    output_size: int | tuple[int, ...] = sizes(
        axes=2, minimum=1, maximum=MOST, summary="Height and width of the output."
    )


@dataclass(frozen=True, kw_only=True)
class AdaptiveMaxPooling2D(_AdaptiveMax):
    """The largest values of as many parts of an image as are asked for."""

    key: ClassVar[str] = "adaptive_max_pooling2d"
    summary: ClassVar[str] = "Largest values of parts of an image, so many that the output has the size asked for."
    rank: ClassVar[int] = 3

    output_size: int | tuple[int, ...] = sizes(
        axes=2, minimum=1, maximum=MOST, summary="Height and width of the output."
    )
