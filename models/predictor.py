"""Raw rows in, answers out, through the very preprocessing that was fitted in training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
import pyarrow as pa

import neural
import specs
from datasets import Preprocessing
from exports import TrainedModel
from models.conformal import Conformal, Regions, told
from neural.inference.decoding import greedy

ROWS_AT_ONCE = 256  # of texts to be written
MOST_BOUND = 4  # of one model: as many predictions are made at once
ARRAYS_OF_A_VALUE = 3  # of a bound network: what a layer gave, its error, and what it works with

Rows = Sequence[Mapping[str, object]]
Answers = list[dict[str, Any]]


@dataclass(frozen=True)
class Predictor:
    """A model that is ready to answer."""

    network: neural.Network
    weights: np.ndarray
    preprocessing: Preprocessing
    loss: Any
    conformal: Conformal | None = None  # what sets and intervals are made from
    idle: list[neural.BoundPredictor] = field(default_factory=list)  # bound to one row, and not in use

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        values = sum(prod(shape) for shape in self.network.shapes)
        return int(self.weights.nbytes + MOST_BOUND * ARRAYS_OF_A_VALUE * values * self.weights.itemsize)

    def predict(self, rows: Rows | pa.Table, *, level: float | None = None) -> Answers:
        """Give one answer per row; with `level` what holds the truth with that probability, too.

        Raises ColumnsChanged for rows that are not like those of training.
        """
        return self.told(self.answer(self.preprocessing.transform(rows)), level=level)

    def told(self, outputs: np.ndarray, *, level: float | None = None) -> Answers:
        """Say in the words of the file what `answer` gave."""
        answers = self.preprocessing.decode(outputs)
        if level is None:
            return answers
        regions = told(self.preprocessing.target, self.regions(outputs, level))
        return [{**answer, **region} for answer, region in zip(answers, regions, strict=True)]

    def regions(self, outputs: np.ndarray, level: float) -> Regions:
        """Give for each target which classes are in the set, or from where to where the number is."""
        assert self.conformal is not None  # noqa: S101 - whoever asks has looked
        return self.conformal.regions(self.preprocessing.target, outputs, level)

    def answer(self, x: np.ndarray) -> np.ndarray:
        """Compute what `decode` reads: the outputs of the network, or the ids of the tokens that it writes."""
        return self._written(x) if self.preprocessing.text else self.outputs(x)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Compute what the network gives for inputs, with the loss's link: shares, or scaled numbers."""
        x = x.astype(self.weights.dtype, copy=False)
        return self._one(x) if len(x) == 1 else neural.predict(self.network, self.weights, x, loss=self.loss)

    def _one(self, x: np.ndarray) -> np.ndarray:
        """Predict one row with a network that is bound already: to bind takes several times as long as to run."""
        try:
            bound = self.idle.pop()
        except IndexError:
            bound = neural.BoundPredictor(self.network, self.weights, rows=1, loss=self.loss)
        try:
            return bound.predict(x)
        finally:
            if len(self.idle) < MOST_BOUND:
                self.idle.append(bound)

    def _written(self, prefixes: np.ndarray) -> np.ndarray:
        """Write behind each prefix, token by token; so many rows at once that their scores fit in memory."""
        starts = range(0, len(prefixes), ROWS_AT_ONCE)
        parts = [greedy(self.network, self.weights, prefixes[start : start + ROWS_AT_ONCE]) for start in starts]
        return np.concatenate(parts)


def predictor_of(trained: TrainedModel) -> Predictor:
    """Build the network that weights belong to."""
    spec = specs.Spec.from_json(trained.spec)
    preprocessing = Preprocessing.from_json(trained.preprocessing)
    network = specs.build_network(spec, preprocessing.input_shape, preprocessing.output_shape)
    return Predictor(
        network=network,
        weights=neural.flatten(network, trained.arrays),
        preprocessing=preprocessing,
        loss=specs.build_plan(spec).loss,
        conformal=Conformal.from_json(trained.calibration),
    )
