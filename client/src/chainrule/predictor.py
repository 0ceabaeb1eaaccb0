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
from chainrule.outputs.answers import decode
from chainrule.outputs.intervals import regions
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
        self.calibration = file.calibration

    def predict(self, rows: Sequence[Row], *, interval: float | None = None) -> list[dict[str, Any]]:
        """Answer rows as the service does; raise `RowsChanged`, and `NoIntervals` where `interval` promises too much.

        `{"label", "probabilities"}` for classes, `{"value"}` for a number, `{"text"}` for a translation; of several
        targets `{"values"}`, or `{"labels", "probabilities"}` where they are yes and no. With `interval=0.9` also
        `set`, or `low` and `high`, which hold the truth with that probability.
        """
        if rows and self.preprocessing["target"]["task"] == "translation":
            (text,) = self.preprocessing["features"]
            ids = write(encode(rows, self.preprocessing), self.forward)
            return [{"text": written} for written in read(ids, text)]
        if not rows:
            return []
        target = self.preprocessing["target"]
        outputs = self.forward(encode(rows, self.preprocessing)).astype(np.float64).reshape(len(rows), -1)
        answers = decode(outputs, target)
        if interval is None:
            return answers
        each = zip(answers, regions(outputs, target, self.calibration, interval), strict=True)
        return [{**answer, **region} for answer, region in each]

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
