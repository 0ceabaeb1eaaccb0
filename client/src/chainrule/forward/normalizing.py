"""Layers that normalise, in plain NumPy."""

from collections.abc import Callable

import numpy as np

from chainrule.forward.values import Array, Arrays, Layer


def _layer_normalization(layer: Layer, arrays: Arrays, x: Array) -> Array:
    normal = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + layer["epsilon"])
    return np.asarray(normal * arrays.get("gamma", 1) + arrays.get("beta", 0))


def _normalization(layer: Layer, arrays: Arrays, x: Array) -> Array:
    del arrays
    return np.asarray((x - np.array(layer["mean"])) / np.maximum(np.sqrt(layer["variance"]), 1e-7))


def _batch_normalization(layer: Layer, arrays: Arrays, x: Array) -> Array:
    normal = (x - arrays["moving_mean"]) / np.sqrt(arrays["moving_variance"] + layer["epsilon"])
    return np.asarray(normal * arrays.get("gamma", 1) + arrays.get("beta", 0))


def _group_normalization(layer: Layer, arrays: Arrays, x: Array) -> Array:
    groups = x.shape[-1] if layer["groups"] == -1 else layer["groups"]
    grouped = x.reshape(len(x), -1, groups, x.shape[-1] // groups)
    low = grouped - grouped.mean(axis=(1, 3), keepdims=True)
    normal = (low / np.sqrt(grouped.var(axis=(1, 3), keepdims=True) + layer["epsilon"])).reshape(x.shape)
    return np.asarray(normal * arrays.get("gamma", 1) + arrays.get("beta", 0))


def _unit_normalization(layer: Layer, arrays: Arrays, x: Array) -> Array:
    del layer, arrays
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12))


def rms_normalization(layer: Layer, arrays: Arrays, x: Array) -> Array:
    """Divide by the root mean square; as in Keras, the mask ends here."""
    return np.asarray(x / np.sqrt((x * x).mean(-1, keepdims=True) + layer["epsilon"]) * arrays["scale"])


NORMALIZING: dict[str, Callable[[Layer, Arrays, Array], Array]] = {
    "normalization": _normalization,
    "layer_normalization": _layer_normalization,
    "group_normalization": _group_normalization,
    "unit_normalization": _unit_normalization,
    "batch_normalization": _batch_normalization,
}
"""Those that keep a mask."""
