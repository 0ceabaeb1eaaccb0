"""Predicting from downloaded weights, without the service: preprocessing and forward pass in NumPy."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chainrule import weights_file
from chainrule.encoding import Row, encode
from chainrule.forward.activations import activation
from chainrule.forward.layers import compute
from chainrule.forward.moves import MOVING
from chainrule.forward.values import FIRST, Value
from chainrule.translation import read, write

Array = np.ndarray


LINKS = {
    "categorical_crossentropy": "softmax",
    "categorical_focal_crossentropy": "softmax",
    "categorical_hinge": "softmax",
    "kl_divergence": "softmax",
    "binary_crossentropy": "sigmoid",
    "binary_focal_crossentropy": "sigmoid",
    "hinge": "sigmoid",
    "squared_hinge": "sigmoid",
    "poisson": "exponential",
}
"""What turns the numbers of a network without output activation into probabilities, by its loss."""


class Predictor:
    """A trained network in this process: `predict(rows)` answers as the service does."""

    def __init__(self, file: weights_file.WeightsFile) -> None:
        self.spec, self.preprocessing, self.arrays = file.spec, file.preprocessing, file.arrays

    def predict(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Answer rows as the service does; raise `RowsChanged`.

        `{"label", "probabilities"}` for classes, `{"value"}` for a number, `{"text"}` for a translation; of several
        targets `{"values"}`, or `{"labels", "probabilities"}` where they are yes and no.
        """
        if rows and self.preprocessing["target"]["task"] == "translation":
            (text,) = self.preprocessing["features"]
            ids = write(encode(rows, self.preprocessing), self.forward)
            return [{"text": written} for written in read(ids, text)]
        return decode(self.forward(encode(rows, self.preprocessing)), self.preprocessing["target"]) if rows else []

    def forward(self, x: Array) -> Array:
        """Compute outputs after their link (softmax, sigmoid), shape (rows, outputs): of members their mean."""
        count = int(self.spec["training"].get("members", 1))
        outputs = [self._of_member(f"member_{number + 1}/" if count > 1 else "", x) for number in range(count)]
        total = outputs[0]
        for each in outputs[1:]:
            total = total + each
        return total if count == 1 else total / np.asarray(count, total.dtype)

    def _of_member(self, prefix: str, x: Array) -> Array:
        values, last = {"input": Value(x)}, "input"
        semantics = self.spec["network"].get("semantics", FIRST)
        for layer in self.spec["network"]["layers"]:
            inputs = [values[name] for name in layer.get("inputs") or (last,)]
            last = layer["name"]
            values[last] = compute(layer, self._arrays_of(f"{prefix}{last}"), inputs, semantics)
        return self._link()(values[last].array)

    def _arrays_of(self, layer: str) -> dict[str, Array]:
        start = f"{layer}."
        return {name.removeprefix(start): array for name, array in self.arrays.items() if name.startswith(start)}

    def _link(self) -> Callable[[Array], Array]:
        last, loss = self._last_computed(), self.spec["training"]["loss"]
        link = LINKS.get(loss if isinstance(loss, str) else loss["name"], "linear")
        given = last.get("activation", last.get("function", "linear"))
        return activation("linear" if link == given else link)

    def _last_computed(self) -> Mapping[str, Any]:
        """Find the layer that computes the outputs: the last one that does more than move values."""
        network = self.spec["network"]
        layers = network["layers"]
        places = {layer["name"]: place for place, layer in enumerate(layers)}
        place = len(layers) - 1
        while network.get("semantics", FIRST) > FIRST and layers[place]["type"] in MOVING:
            before = layers[place].get("inputs") or [layers[place - 1]["name"] if place else "input"]
            if before[0] not in places:
                break
            place = places[before[0]]
        return dict(layers[place])


def load(path: str | Path) -> Predictor:
    """Read a file written by `Model.save(path)`."""
    return Predictor(weights_file.read(path))


def decode(outputs: Array, target: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say outputs in the words of the table."""
    outputs = outputs.astype(np.float64).reshape(len(outputs), -1)
    if "parts" in target or "means" in target:
        return decode_several(outputs, target)
    if target["task"] == "regression":
        values = outputs[:, 0] * target["scale"] + target["mean"]
        bounds = target.get("bounds")
        return [{"value": value} for value in (values if bounds is None else np.clip(values, *bounds)).tolist()]
    shares = np.hstack([1 - outputs, outputs]) if target["task"] == "binary" else outputs
    names = target["classes"]
    best = shares.argmax(axis=1).tolist()
    return [
        {"label": names[i], "probabilities": dict(zip(names, row, strict=True))}
        for i, row in zip(best, shares.tolist(), strict=True)
    ]


def decode_several(outputs: Array, target: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say several outputs of each row: by column where they are columns, in order where they are a vector."""
    columns = [part["column"] for part in target["parts"]] if "parts" in target else None

    cell = tuple(target.get("shape") or (outputs.shape[1],))

    def told(row: Array) -> Any:
        return row.reshape(cell).tolist() if columns is None else dict(zip(columns, row.tolist(), strict=True))

    if target["task"] == "multilabel":
        return [{"labels": told(row > 0.5), "probabilities": told(row)} for row in outputs]
    means = target["means"] if columns is None else [part["mean"] for part in target["parts"]]
    scales = target["scales"] if columns is None else [part["scale"] for part in target["parts"]]
    return [{"values": told(row)} for row in outputs * scales + means]
