"""Errors of the mathematics, one class for each cause.

NeuralError
├── ShapeError            arrays or layers do not fit together
├── UnknownComponent      a name that no table holds
├── ParameterOutOfRange   a value outside of what a component accepts
├── LinkMismatch          the last activation does not fit the loss
├── BackendMissing        compiled kernels were chosen, but their library is not installed
├── NonFiniteInput        NaN or infinity where a number is needed
└── Diverged              training left the numbers behind
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


class NeuralError(Exception):
    """Something is wrong with a network, its data or its training."""


class ShapeError(NeuralError):
    """Two shapes that should fit do not."""

    def __init__(self, where: str, *, got: object, needed: object) -> None:
        super().__init__(f"`{where}` got shape {got}, but needs {needed}")
        self.where = where
        self.got = got
        self.needed = needed


class UnknownComponent(NeuralError):
    """No table holds a component of this name."""

    def __init__(self, kind: str, name: str, allowed: Sequence[str]) -> None:
        super().__init__(f"`{name}` is not a known {kind}; known are {', '.join(allowed)}")
        self.kind = kind
        self.name = name
        self.allowed = tuple(allowed)


class BackendMissing(NeuralError):
    """Compiled kernels were chosen, but what compiles them is not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the kernels `{name}` need the package numba, which is not installed; `numpy` needs none")
        self.name = name


class ParameterOutOfRange(NeuralError):
    """A component does not accept this value for this parameter."""

    def __init__(self, component: str, parameter: str, value: object, *, expected: str) -> None:
        super().__init__(f"`{component}.{parameter}` is {value!r}, but must be {expected}")
        self.component = component
        self.parameter = parameter
        self.value = value
        self.expected = expected


class LinkMismatch(NeuralError):
    """A cross-entropy reads logits or its own link's outputs, and the last layer gives neither."""

    def __init__(self, layer: str, activation: str, *, loss: str, link: str) -> None:
        super().__init__(f"`{layer}` ends with `{activation}`, but `{loss}` needs `{link}` or `linear` there")
        self.layer = layer
        self.activation = activation
        self.loss = loss
        self.link = link


class NonFiniteInput(NeuralError):
    """An array holds NaN or infinity where only numbers make sense."""

    def __init__(self, what: str, *, position: tuple[int, ...], value: float) -> None:
        super().__init__(f"`{what}` holds {value} at {position}, but every value must be finite")
        self.what = what
        self.position = position
        self.value = value


class Diverged(NeuralError):
    """A loss, an output or a weight stopped being a finite number; `best_weights` are from before that."""

    def __init__(
        self, *, epoch: int, step: int, layer: str, best_weights: npt.NDArray[np.floating], best_epoch: int
    ) -> None:
        super().__init__(
            f"training diverged in epoch {epoch}, step {step}: `{layer}` gave values that are not finite; "
            "a lower learning rate, `clip_norm` or scaled inputs usually help"
        )
        self.epoch = epoch
        self.step = step
        self.layer = layer
        self.best_weights = best_weights
        self.best_epoch = best_epoch
