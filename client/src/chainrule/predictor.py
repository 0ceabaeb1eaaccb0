"""Predicting from downloaded weights, without the service: preprocessing and forward pass in NumPy."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import erf
from pathlib import Path
from typing import Any

import numpy as np

from chainrule import weights_file
from chainrule.encoding import Row, encode
from chainrule.errors import UnreadableWeights

Array = np.ndarray


def softmax(z: Array) -> Array:
    """Shares that sum to 1 along the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


ACTIVATIONS: dict[str, Callable[..., Array]] = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z, negative_slope=0.2: np.where(z >= 0, z, negative_slope * z),
    "elu": lambda z, alpha=1.0: np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0))),
    "gelu": lambda z: z * 0.5 * (1 + np.vectorize(erf, otypes=[float])(z / np.sqrt(2))),
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(z / 2)),
    "tanh": np.tanh,
    "softplus": lambda z: np.logaddexp(z, 0),
    "softmax": softmax,
}
LINKS = {"categorical_crossentropy": "softmax", "binary_crossentropy": "sigmoid"}
"""What turns the numbers of a network without output activation into probabilities, by its loss."""


class Predictor:
    """A trained network in this process: `predict(rows)` answers as the service does."""

    def __init__(self, file: weights_file.WeightsFile) -> None:
        self.spec, self.preprocessing, self.arrays = file.spec, file.preprocessing, file.arrays

    def predict(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Answer rows: `{"label", "probabilities"}` for classes, `{"value"}` for numbers; raise `RowsChanged`."""
        return decode(self.forward(encode(rows, self.preprocessing)), self.preprocessing["target"]) if rows else []

    def forward(self, x: Array) -> Array:
        """Compute outputs after their link (softmax, sigmoid), shape (rows, outputs)."""
        for layer in self.spec["network"]["layers"]:
            x = self._layer(layer, x)
        return self._link()(x)

    def _layer(self, layer: Mapping[str, Any], x: Array) -> Array:
        if layer["type"] == "dense":
            z = x @ self.arrays[f"{layer['name']}.kernel"]
            return activation(layer["activation"])(z + self.arrays.get(f"{layer['name']}.bias", 0))
        if layer["type"] == "activation":
            return activation(layer["function"])(x)
        if layer["type"] == "dropout":  # it does nothing outside training
            return x
        raise UnreadableWeights(f"this version cannot compute a layer of type `{layer['type']}`")

    def _link(self) -> Callable[[Array], Array]:
        last, loss = self.spec["network"]["layers"][-1], self.spec["training"]["loss"]
        link = LINKS.get(loss if isinstance(loss, str) else loss["name"], "linear")
        given = last.get("activation", last.get("function", "linear"))
        return activation("linear" if link == given else link)


def load(path: str | Path) -> Predictor:
    """Read a file written by `Model.save(path)`."""
    return Predictor(weights_file.read(path))


def activation(chosen: str | Mapping[str, Any]) -> Callable[[Array], Array]:
    """Find an activation by its name, or by an object of its name and parameters."""
    parameters = {"name": chosen} if isinstance(chosen, str) else dict(chosen)
    name = parameters.pop("name")
    if name not in ACTIVATIONS:
        raise UnreadableWeights(f"this version cannot compute the activation `{name}`")
    return partial(ACTIVATIONS[name], **parameters)


def decode(outputs: Array, target: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say outputs in the words of the table."""
    outputs = outputs.astype(np.float64).reshape(len(outputs), -1)
    if target["task"] == "regression":
        return [{"value": value} for value in (outputs[:, 0] * target["scale"] + target["mean"]).tolist()]
    shares = np.hstack([1 - outputs, outputs]) if target["task"] == "binary" else outputs
    names = target["classes"]
    best = shares.argmax(axis=1).tolist()
    return [
        {"label": names[i], "probabilities": dict(zip(names, row, strict=True))}
        for i, row in zip(best, shares.tolist(), strict=True)
    ]
