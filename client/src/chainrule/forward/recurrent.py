"""Recurrent layers in plain NumPy, step by step."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.forward.activations import activation, sigmoid

Array = np.ndarray
Layer = Mapping[str, Any]
Arrays = Mapping[str, Array]


def recurrent(layer: Layer, arrays: Arrays, x: Array, mask: Array | None) -> Array:
    """Read (rows, time, features); give (rows, units) or (rows, time, units), those of both directions merged."""
    if not layer["bidirectional"]:
        return _pass(layer, arrays, x, mask, is_reversed=layer["go_backwards"])
    ways = []
    for name, is_reversed in (("forward_", False), ("backward_", True)):
        own = {key.removeprefix(name): array for key, array in arrays.items() if key.startswith(name)}
        y = _pass(layer, own, x, mask, is_reversed=is_reversed)
        ways.append(y[:, ::-1] if is_reversed and layer["return_sequences"] else y)
    return np.asarray(MERGES[layer.get("merge_mode", "concat")](ways))


def _pass(layer: Layer, arrays: Arrays, x: Array, mask: Array | None, *, is_reversed: bool) -> Array:
    """Carry the state through time; masked steps leave it as it was."""
    steps = range(x.shape[1])
    clears = mask is not None and _clears_masked_steps(layer)
    state = np.zeros((len(x), layer["units"]), x.dtype), np.zeros((len(x), layer["units"]), x.dtype)
    given = []
    for step in reversed(steps) if is_reversed else steps:
        new = CELLS[layer["type"]](layer, arrays, x[:, step], *state)
        if mask is not None:
            counts = mask[:, step, None] > 0
            new = np.where(counts, new[0], state[0]), np.where(counts, new[1], state[1])
        state = new
        given.append(np.where(mask[:, step, None] > 0, state[0], 0) if mask is not None and clears else state[0])
    return np.stack(given, axis=1) if layer["return_sequences"] else given[-1]


def _clears_masked_steps(layer: Layer) -> bool:
    """Tell whether a masked step gives zeros: in both directions always, if every step gives an output."""
    return bool(layer["return_sequences"] if layer["bidirectional"] else layer.get("zero_output_for_mask"))


def _simple_rnn(layer: Layer, arrays: Arrays, x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    z = x @ arrays["kernel"] + h @ arrays["recurrent_kernel"] + arrays.get("bias", 0)
    return activation(layer["activation"])(z), c


def _lstm(layer: Layer, arrays: Arrays, x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    del layer
    z = x @ arrays["kernel"] + h @ arrays["recurrent_kernel"] + arrays.get("bias", 0)
    i, f, g, o = np.split(z, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def _gru(layer: Layer, arrays: Arrays, x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    del layer
    of_x, of_h = x @ arrays["kernel"], h @ arrays["recurrent_kernel"]
    if "bias" in arrays:
        of_x, of_h = of_x + arrays["bias"][0], of_h + arrays["bias"][1]
    (xz, xr, xg), (hz, hr, hg) = np.split(of_x, 3, axis=-1), np.split(of_h, 3, axis=-1)
    z = sigmoid(xz + hz)
    return z * h + (1 - z) * np.tanh(xg + sigmoid(xr + hr) * hg), c


MERGES: dict[str, Callable[[list[Array]], Array]] = {
    "concat": lambda ways: np.concatenate(ways, axis=-1),
    "sum": lambda ways: ways[0] + ways[1],
    "ave": lambda ways: (ways[0] + ways[1]) / 2,
    "mul": lambda ways: ways[0] * ways[1],
}
CELLS = {"simple_rnn": _simple_rnn, "lstm": _lstm, "gru": _gru}
