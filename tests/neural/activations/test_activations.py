"""Values of activations against closed forms, far out as well as near zero."""

import math

import numpy as np
import pytest

from neural import vocabulary
from neural.errors import ParameterOutOfRange

POINTS = np.concatenate([np.linspace(-40, 40, 4001), [0.0, 1e-9, -1e-9, 1e3, -1e3]])

FORMULAS = {
    "gelu": lambda z: z * math.erfc(-z / math.sqrt(2)) / 2,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0,
    "softplus": lambda z: max(z, 0) + math.log1p(math.exp(-abs(z))),
    "elu": lambda z: z if z > 0 else math.expm1(z),
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0),
    "leaky_relu": lambda z: max(z, 0.2 * z),
    "selu": lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * math.expm1(z)),
    "silu": lambda z: z / (1 + math.exp(-z)) if z > -700 else 0.0,
    "mish": lambda z: z * math.tanh(max(z, 0) + math.log1p(math.exp(-abs(z)))),
    "softsign": lambda z: z / (1 + abs(z)),
    "hard_sigmoid": lambda z: min(max(z / 6 + 0.5, 0), 1),
    "hard_tanh": lambda z: min(max(z, -1), 1),
    "hard_silu": lambda z: z * min(max(z / 6 + 0.5, 0), 1),
    "bounded_relu": lambda z: min(max(z, 0), 6),
    "celu": lambda z: z if z > 0 else math.expm1(z),
    "log_sigmoid": lambda z: min(z, 0) - math.log1p(math.exp(-abs(z))),
    "squareplus": lambda z: max(z, 0) + 2 / (math.sqrt(z * z + 4) + abs(z)),
    "sparse_plus": lambda z: 0 if z <= -1 else z if z >= 1 else (z + 1) ** 2 / 4,
}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.filterwarnings("error")
def test_values_are_right_to_the_last_digits(name: str, dtype: str) -> None:
    """Errors are measured in units of the largest of 1 and |z|; nothing overflows on the way."""
    function = vocabulary.create("activation", name)
    z = POINTS.astype(dtype)[None]
    y = np.empty_like(z)
    scratches: dict[str, np.ndarray] = {}
    expected = np.array([FORMULAS[name](float(value)) for value in z[0]])

    with np.errstate(under="ignore", over="raise", invalid="raise", divide="raise"):
        for call in function.forward(z, y, lambda label: scratches.setdefault(label, np.zeros_like(z))):
            call()

    error = np.abs(y[0] - expected) / np.maximum(1, np.abs(expected))
    room = 3 if name == "silu" else 1  # the gate's last digit counts |z| times
    assert error.max() <= room * {"float32": 2.5e-7, "float64": 5e-16}[dtype]


def test_a_shift_does_not_change_a_softmax() -> None:
    """e^1000 is not a number; the maximum is taken off first."""
    function = vocabulary.create("activation", "softmax")
    z = np.array([[1000.0], [1001.0]])
    y, row = np.empty_like(z), np.empty_like(z)

    for call in function.forward(z, y, lambda _: row):
        call()

    assert y[:, 0] == pytest.approx([1 / (1 + math.e), math.e / (1 + math.e)], rel=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("columns", [1, 7, 16, 33, 2048])
def test_relu_passes_nothing_back_at_either_zero(dtype: str, columns: int) -> None:
    """Its slope is read from the bits of what it gave, where -0 would look like a negative number."""
    function = vocabulary.create("activation", "relu")
    z = np.tile(np.array([[-0.0], [0.0], [2.0], [-2.0]], dtype), columns)
    scratches: dict[str, np.ndarray] = {}
    y, dy = np.empty_like(z), np.ones_like(z)

    def scratch(label: str) -> np.ndarray:
        return scratches.setdefault(label, np.zeros_like(z))

    for call in [*function.forward(z, y, scratch), *function.backward(z, y, dy, scratch)]:
        call()

    assert not np.signbit(y).any()
    assert (dy == [[0], [0], [1], [0]]).all()


BOUNDS = [
    {"max_value": 0.0, "negative_slope": 0.25, "threshold": 1.0},
    {"max_value": 2.0, "negative_slope": 0.0, "threshold": 1.5},
    {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.0},
    {"max_value": 0.0, "negative_slope": 0.0, "threshold": 0.5},
]


@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
def test_a_bounded_rectifier_has_a_bound_a_slope_and_a_threshold(bounds: dict[str, float]) -> None:
    """Outputs and slopes, as Keras' ReLU has them, which passes nothing that equals the threshold."""
    function = vocabulary.create("activation", "bounded_relu", **bounds)
    z = np.array([[-3.0, -0.5, 0.4, 0.5, 0.9, 1.0, 1.1, 1.5, 1.7, 2.5, 9.0]])
    scratches: dict[str, np.ndarray] = {}
    y, dy = np.empty_like(z), np.ones_like(z)

    def scratch(label: str) -> np.ndarray:
        return scratches.setdefault(label, np.zeros_like(z))

    for call in [*function.forward(z, y, scratch), *function.backward(z, y, dy, scratch)]:
        call()

    most, slope, least = bounds["max_value"] or math.inf, bounds["negative_slope"], bounds["threshold"]
    np.testing.assert_allclose(y, np.where(z > least, np.minimum(z, most), slope * (z - least)))
    np.testing.assert_allclose(dy, np.where(z > least, z < most, slope))


def test_a_bound_below_the_threshold_is_refused() -> None:
    """Nothing would pass."""
    with pytest.raises(ParameterOutOfRange, match="above the threshold, 2"):
        vocabulary.create("activation", "bounded_relu", max_value=1.0, threshold=2.0)
