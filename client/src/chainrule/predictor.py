"""Predicting from downloaded weights, without the service: preprocessing and forward pass in NumPy."""

from collections.abc import Callable, Mapping, Sequence
from math import erf
from pathlib import Path
from typing import Any

import numpy as np

from chainrule import weights_file
from chainrule.errors import UnreadableWeights

Row = Mapping[str, Any]
Array = np.ndarray


def softmax(z: Array) -> Array:
    """Shares that sum to 1 along the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z >= 0, z, 0.2 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "gelu": lambda z: z * 0.5 * (1 + np.vectorize(erf)(z / np.sqrt(2))),
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(z / 2)),
    "tanh": np.tanh,
    "softplus": lambda z: np.logaddexp(z, 0),
    "softmax": softmax,
}


class Predictor:
    """A trained network in this process: `predict(rows)` answers as the service does."""

    def __init__(self, file: weights_file.WeightsFile) -> None:
        self.spec, self.preprocessing, self.arrays = file.spec, file.preprocessing, file.arrays

    def predict(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Answer rows: `{"label", "probabilities"}` for classes, `{"value"}` for numbers."""
        return decode(self.forward(self.encode(rows)), self.preprocessing["target"])

    def encode(self, rows: Sequence[Row]) -> Array:
        """Network inputs, shape (rows, inputs), by the stored preprocessing."""
        parts = [ENCODERS[f["kind"]](f, [row[f["column"]] for row in rows]) for f in self.preprocessing["features"]]
        return np.hstack(parts).astype(np.float32)

    def forward(self, x: Array) -> Array:
        """Compute outputs after their link (softmax, sigmoid), shape (rows, outputs)."""
        number = 0
        for layer in self.spec["network"]["layers"]:
            if layer["type"] == "dense":
                number += 1
                x = self._dense(layer, x, layer.get("name") or f"dense_{number}")
            elif layer["type"] == "activation":
                x = activation(layer["function"])(x)
            elif layer["type"] != "dropout":  # dropout does nothing outside training
                raise UnreadableWeights(f"this version cannot compute a layer of type `{layer['type']}`")
        return x

    def _dense(self, layer: Mapping[str, Any], x: Array, name: str) -> Array:
        z = x @ self.arrays[f"{name}.kernel"]
        if f"{name}.bias" in self.arrays:
            z = z + self.arrays[f"{name}.bias"]
        return activation(layer.get("activation") or "linear")(z)


def load(path: str | Path) -> Predictor:
    """Read a file written by `Model.save(path)`."""
    return Predictor(weights_file.read(path))


def activation(chosen: str | Mapping[str, Any]) -> Callable[[Array], Array]:
    """Find an activation by name; parameters other than the defaults are not computed here, and said so."""
    name = chosen if isinstance(chosen, str) else chosen["name"]
    if name not in ACTIVATIONS or (not isinstance(chosen, str) and len(chosen) > 1):
        raise UnreadableWeights(f"this version cannot compute the activation {chosen}")
    return ACTIVATIONS[name]


def encode_number(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """(value - mean) / scale; a missing cell gets the fill, and a second input that says so."""
    numbers = np.array([np.nan if cell is None else float(cell) for cell in cells])
    missing = np.isnan(numbers)
    scaled = (np.where(missing, f["fill"], numbers) - f["mean"]) / f["scale"]
    return np.column_stack([scaled, missing] if f["indicator"] else [scaled])


def encode_category(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """One input per value, then `other` and `missing` where these exist."""
    columns = [[as_text(cell) == value for cell in cells] for value in f["values"]]
    if f["other"]:
        columns.append([cell is not None and as_text(cell) not in f["values"] for cell in cells])
    if f["missing"]:
        columns.append([cell is None for cell in cells])
    return np.array(columns, dtype=float).T.reshape(len(cells), -1)


def encode_boolean(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """0 for the first value, 1 for the second; a second input for cells without a value."""
    truth = [cell if isinstance(cell, bool) else as_text(cell) == f["values"][1] for cell in cells]
    columns = [truth, [cell is None for cell in cells]] if f["missing"] else [truth]
    return np.array(columns, dtype=float).T


ENCODERS = {"number": encode_number, "category": encode_category, "boolean": encode_boolean}


def as_text(cell: Any) -> str:
    """Write a cell as the table does."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


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
