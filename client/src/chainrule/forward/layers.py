"""The forward pass of every layer in plain NumPy: rows first, features last, as Keras lays values out."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from chainrule.errors import UnreadableWeights
from chainrule.forward.activations import activation, softmax
from chainrule.forward.merging import dot, extreme, merging, multiply
from chainrule.forward.moves import MOVES
from chainrule.forward.normalizing import NORMALIZING, rms_normalization
from chainrule.forward.recurrent import recurrent
from chainrule.forward.values import CURRENT, FIRST, Array, Arrays, Layer, Value


def compute(layer: Layer, arrays: Arrays, inputs: list[Value], semantics: int = CURRENT) -> Value:
    """Compute one layer from the values that it reads; raise UnreadableWeights for one that is not known here.

    `semantics` is the version of what layers mean, under which the weights were trained.
    """
    kind = layer["type"]
    if layer.get("time_distributed"):
        return _at_each_step(layer, arrays, inputs[0], semantics)
    if kind in PLACEWISE:
        return Value(PLACEWISE[kind](layer, arrays, inputs[0].array), inputs[0].mask)
    if kind not in OTHERS:
        raise UnreadableWeights(f"this version cannot compute a layer of type `{kind}`")
    value = OTHERS[kind]({"semantics": semantics, **layer}, arrays, inputs)
    return value if semantics > FIRST else Value(value.array, _mask_as_first(layer, value, inputs))


def _at_each_step(layer: Layer, arrays: Arrays, value: Value, semantics: int) -> Value:
    """Compute (rows, time, …) as rows · time rows; the mask of the steps goes on."""
    rows, time, *_ = value.array.shape
    inside = {key: each for key, each in layer.items() if key != "time_distributed"}
    given = compute(inside, arrays, [Value(value.array.reshape(rows * time, *value.array.shape[2:]))], semantics)
    return Value(given.array.reshape(rows, time, *given.array.shape[1:]), value.mask)


def _mask_as_first(layer: Layer, value: Value, inputs: list[Value]) -> Array | None:
    """Let the first mask pass wherever the time axis stays as long as it was, as the first version did."""
    keeps_time = value.array.ndim == 3 and all(each.array.shape[1] == value.array.shape[1] for each in inputs)
    if layer["type"] == "embedding" or not keeps_time:
        return value.mask if layer["type"] == "embedding" else None
    return next((each.mask for each in inputs if each.mask is not None), None)


def _dense(layer: Layer, arrays: Arrays, x: Array) -> Array:
    return activation(layer["activation"])(x @ arrays["kernel"] + arrays.get("bias", 0))


def _positional_embedding(layer: Layer, arrays: Arrays, x: Array) -> Array:
    if layer["kind"] == "learned":
        return np.asarray(x + arrays["position_embeddings"])
    time, features = x.shape[1:]
    angles = np.arange(time)[:, None] / layer["max_wavelength"] ** (np.arange(features) // 2 * 2 / features)
    return np.asarray(x + np.where(np.arange(features) % 2 == 0, np.sin(angles), np.cos(angles)))


ONLY_IN_TRAINING = (
    "dropout", "spatial_dropout1d", "spatial_dropout2d", "gaussian_noise", "gaussian_dropout", "alpha_dropout",
    "identity", "activity_regularization",
)  # fmt: skip
"""Layers that do nothing outside training."""

PLACEWISE: dict[str, Callable[[Layer, Arrays, Array], Array]] = {
    "dense": _dense,
    "activation": lambda layer, _, x: activation(layer["function"])(x),
    "prelu": lambda _, arrays, x: np.maximum(x, 0) + arrays["alpha"] * np.minimum(x, 0),
    **dict.fromkeys(ONLY_IN_TRAINING, lambda _, __, x: x),
    "rescaling": lambda layer, _, x: x * layer["scale"] + layer["offset"],
    **NORMALIZING,
    "positional_embedding": _positional_embedding,
}
"""Layers that keep the time axis, so that a mask passes through."""


def _windows(x: Array, size: tuple[int, ...], layer: Layer, fill: float) -> Array:
    """View (rows, *places, channels) as windows (rows, *count, channels, *size), padded as the layer says."""
    axes = len(size)
    strides, dilation = _sizes(layer.get("strides") or size, axes), _sizes(layer.get("dilation", 1), axes)
    spans = [(n - 1) * step + 1 for n, step in zip(size, dilation, strict=True)]
    if layer.get("padding", "valid") != "valid":
        pads = []
        for n, span, stride in zip(x.shape[1:-1], spans, strides, strict=True):
            missing = max(0, (-(-n // stride) - 1) * stride + span - n)
            pads.append((span - 1, 0) if layer["padding"] == "causal" else (missing // 2, missing - missing // 2))
        x = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=fill)
    windows = sliding_window_view(x, spans, axis=tuple(range(1, axes + 1)))
    steps = tuple(slice(None, None, stride) for stride in strides)
    inside = tuple(slice(None, None, step) for step in dilation)
    return np.asarray(windows[(slice(None), *steps, slice(None), *inside)])


def _sizes(value: Any, axes: int) -> tuple[int, ...]:
    return (value,) * axes if isinstance(value, int) else tuple(value)


def _convolution(layer: Layer, arrays: Arrays, x: Array) -> Array:
    kernel, groups = arrays["kernel"], layer.get("groups", 1)  # (*size, channels of a group, filters)
    axes = kernel.ndim - 2
    windows = _windows(x, kernel.shape[:axes], {"strides": 1, **layer}, 0.0)
    meeting = [*range(-axes, 0), -axes - 1]  # the windows' sizes, then their channels
    parts = zip(np.split(windows, groups, axis=-axes - 1), np.split(kernel, groups, axis=-1), strict=True)
    z = [np.tensordot(seen, own, axes=(meeting, [*range(axes), axes])) for seen, own in parts]
    return activation(layer["activation"])(np.concatenate(z, axis=-1) + arrays.get("bias", 0))


def _transposed(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    """Add what every place writes to its window of a larger output, place of the kernel by place of the kernel."""
    kernel, x = arrays["kernel"], inputs[0].array  # (*size, filters, channels)
    axes = kernel.ndim - 2
    strides, dilation = _sizes(layer["strides"], axes), _sizes(layer["dilation"], axes)
    spans = [(size - 1) * step + 1 for size, step in zip(kernel.shape, dilation, strict=False)]
    written = [(n - 1) * s + e for n, s, e in zip(x.shape[1:-1], strides, spans, strict=True)]
    given = _lengths(layer, x.shape[1:-1], strides, spans)
    sums = np.zeros((len(x), *map(max, written, given), kernel.shape[-2]), x.dtype)
    for place in np.ndindex(kernel.shape[:axes]):
        starts = [a * step for a, step in zip(place, dilation, strict=True)]
        parts = [slice(a, a + (n - 1) * s + 1, s) for a, n, s in zip(starts, x.shape[1:-1], strides, strict=True)]
        sums[(slice(None), *parts)] += x @ kernel[place].T
    starts = [max(whole - n, 0) // 2 for whole, n in zip(written, given, strict=True)]
    kept = sums[(slice(None), *(slice(a, a + n) for a, n in zip(starts, given, strict=True)))]
    return Value(activation(layer["activation"])(kept + arrays.get("bias", 0)))


def _lengths(layer: Layer, places: tuple[int, ...], strides: tuple[int, ...], spans: list[int]) -> list[int]:
    """Tell how many values a transposed convolution gives along each axis."""
    is_valid, lengths = layer["padding"] == "valid", []
    for n, s, e, more in zip(places, strides, spans, _sizes(layer.get("output_padding", -1), len(spans)), strict=True):
        if more < 0:
            lengths.append(n * s + (max(e - s, 0) if is_valid else 0))
        else:
            lengths.append((n - 1) * s + more + (e if is_valid else e % 2))
    return lengths


def _by_channel(layer: Layer, kernel: Array, x: Array) -> Array:
    """Convolve each channel with the kernels (*size, channels, multiplier) of its own."""
    axes = kernel.ndim - 2
    windows = _windows(x, kernel.shape[:axes], {"strides": 1, **layer}, 0.0)  # (rows, *count, channels, *size)
    flat = windows.reshape(*windows.shape[:-axes], -1)
    z = np.einsum("...cs,scm->...cm", flat, kernel.reshape(-1, *kernel.shape[-2:]))
    return np.asarray(z.reshape(*z.shape[:-2], -1))


def _depthwise(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    z = _by_channel(layer, arrays["kernel"], inputs[0].array)
    return Value(activation(layer["activation"])(z + arrays.get("bias", 0)))


def _separable(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    hidden = _by_channel(layer, arrays["depthwise_kernel"], inputs[0].array)
    mixture = arrays["pointwise_kernel"].reshape(hidden.shape[-1], -1)
    return Value(activation(layer["activation"])(hidden @ mixture + arrays.get("bias", 0)))


def _pooling(axes: int, largest: bool) -> Callable[[Layer, Arrays, list[Value]], Value]:  # noqa: FBT001
    def pool(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
        del arrays
        size = _sizes(layer["pool_size"], axes)
        windows = _windows(inputs[0].array, size, layer, -np.inf if largest else np.nan)
        over = tuple(range(-axes, 0))
        return Value(windows.max(axis=over) if largest else np.nanmean(windows, axis=over))

    return pool


def _adaptive_pooling(reduce: Callable[..., Array]) -> Callable[[Layer, Arrays, list[Value]], Value]:
    def pool(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
        """Reduce axis by axis: mean and maximum of windows are those of the rows' windows."""
        del arrays
        x = inputs[0].array
        for axis, parts in enumerate(_sizes(layer["output_size"], x.ndim - 2), start=1):
            n = x.shape[axis]
            windows = [range(i * n // parts, -(-(i + 1) * n // parts)) for i in range(parts)]
            x = np.stack([reduce(x.take(window, axis=axis), axis=axis) for window in windows], axis=axis)
        return Value(x)

    return pool


def _global_average(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    del arrays
    x, mask = inputs[0].array, inputs[0].mask
    axes, keep = tuple(range(1, x.ndim - 1)), layer.get("keepdims", False)
    if mask is None or len(axes) > 1:  # places of images count whether masked or not, as in Keras
        return Value(x.mean(axis=axes, keepdims=keep))
    counts = np.maximum(mask.sum(axis=1), 1).reshape(-1, *([1] if keep else []), 1)
    return Value((x * mask[..., None]).sum(axis=1, keepdims=keep) / counts)


def _global_max(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    del arrays
    x = inputs[0].array
    return Value(x.max(axis=tuple(range(1, x.ndim - 1)), keepdims=layer.get("keepdims", False)))


def _reshape(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    del arrays
    return Value(inputs[0].array.reshape(len(inputs[0].array), *layer["target_shape"]))


def _moved(move: Callable[[Layer, Array], Array]) -> Callable[[Layer, Arrays, list[Value]], Value]:
    return lambda layer, _, inputs: Value(move(layer, inputs[0].array))


def _masking(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    del arrays
    x = inputs[0].array
    mask = (x != layer["mask_value"]).any(axis=-1)
    return Value(np.where(mask[..., None], x, 0), mask.astype(float))


def _slice(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    del arrays
    part = slice(layer["start"], layer["stop"])
    mask = inputs[0].mask
    return Value(inputs[0].array[:, part], None if mask is None else mask[:, part])


def _embedding(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    ids = inputs[0].array.astype(np.int64)
    return Value(arrays["embeddings"][ids], (ids != 0).astype(float) if layer["mask_zero"] else None)


def _attention(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    """Weigh the values of all steps by how well their keys fit the queries."""

    def project(name: str, x: Array) -> Array:
        return np.asarray(np.einsum("btd,dhk->bhtk", x, arrays[f"{name}_kernel"]) + _by_head(name))

    def _by_head(name: str) -> Any:
        return arrays[f"{name}_bias"][:, None] if f"{name}_bias" in arrays else 0

    asking, asked = inputs[0], inputs[-1]
    query, key, value = project("query", asking.array), project("key", asked.array), project("value", asked.array)
    scores = np.einsum("bhtk,bhsk->bhts", query, key) / np.sqrt(layer["key_dim"])
    visible = np.tril(np.ones(scores.shape[-2:], bool)) if layer["causal"] else np.ones(scores.shape[-2:], bool)
    if asked.mask is not None:
        visible = visible & (asked.mask[:, None, None] > 0)
    if asking.mask is not None and layer["semantics"] > FIRST:
        visible = visible & (asking.mask[:, None, :, None] > 0)
    weights = softmax(np.where(visible, scores, -1e9))
    if layer["dropout"] and layer["semantics"] > FIRST:
        weights = np.where(visible, weights, 0)
    seen = np.einsum("bhts,bhsk->bthk", weights, value)
    out = np.einsum("bthk,hkd->btd", seen, arrays["output_kernel"]) + arrays.get("output_bias", 0)
    return Value(out, asking.mask)


def _recurrent(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    array = recurrent(layer, arrays, inputs[0].array, inputs[0].mask)
    return Value(array, inputs[0].mask if layer["return_sequences"] else None)


OTHERS: dict[str, Callable[[Layer, Arrays, list[Value]], Value]] = {
    "conv1d": lambda layer, arrays, inputs: Value(_convolution(layer, arrays, inputs[0].array)),
    "conv2d": lambda layer, arrays, inputs: Value(_convolution(layer, arrays, inputs[0].array)),
    "conv1d_transpose": _transposed,
    "conv2d_transpose": _transposed,
    "depthwise_conv1d": _depthwise,
    "depthwise_conv2d": _depthwise,
    "separable_conv1d": _separable,
    "separable_conv2d": _separable,
    "max_pooling1d": _pooling(1, largest=True),
    "max_pooling2d": _pooling(2, largest=True),
    "average_pooling1d": _pooling(1, largest=False),
    "average_pooling2d": _pooling(2, largest=False),
    **{f"adaptive_average_pooling{axes}d": _adaptive_pooling(np.mean) for axes in (1, 2)},
    **{f"adaptive_max_pooling{axes}d": _adaptive_pooling(np.max) for axes in (1, 2)},
    "global_average_pooling1d": _global_average,
    "global_average_pooling2d": _global_average,
    "global_max_pooling1d": _global_max,
    "global_max_pooling2d": _global_max,
    "flatten": lambda _, __, inputs: Value(inputs[0].array.reshape(len(inputs[0].array), -1)),
    "reshape": _reshape,
    "rms_normalization": lambda layer, arrays, inputs: Value(rms_normalization(layer, arrays, inputs[0].array)),
    "masking": _masking,
    **{kind: _moved(move) for kind, move in MOVES.items()},
    "slice": _slice,
    "embedding": _embedding,
    "add": merging(lambda arrays: np.sum(arrays, axis=0)),
    "subtract": merging(lambda arrays: arrays[0] - arrays[1]),
    "average": merging(lambda arrays: np.mean(arrays, axis=0)),
    "maximum": extreme(np.maximum),
    "minimum": extreme(np.minimum),
    "dot": dot,
    "multiply": multiply,
    "concatenate": merging(lambda arrays: np.concatenate(arrays, axis=-1)),
    "multi_head_attention": _attention,
    "simple_rnn": _recurrent,
    "lstm": _recurrent,
    "gru": _recurrent,
}
