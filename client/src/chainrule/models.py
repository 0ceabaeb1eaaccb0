"""Models of a service: asked, judged, downloaded."""

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chainrule.details import Dataset, Evaluation
from chainrule.transport import Transport, pages

Row = Mapping[str, Any]
Answers = list[dict[str, Any]]


@dataclass(frozen=True)
class Model:
    """A trained network."""

    id: str
    raw: Mapping[str, Any] = field(repr=False)
    _models: "Models" = field(repr=False, compare=False)

    def predict(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Answer rows: `{"label", "probabilities"}` for classes, `{"value"}` for numbers.

        Several targets are answered with `{"values"}`, or `{"labels", "probabilities"}` where they are yes and no.
        """
        return self._models.predict(self.id, rows)

    def evaluate(self, on: Dataset | str = "validation", **options: Any) -> Evaluation:
        """Judge it on its `"validation"` or `"test"` rows, or on a dataset; `sample_rows` and `seed` draw from them."""
        return self._models.evaluate(self.id, on, **options)

    def evaluations(self) -> Iterator[Evaluation]:
        """Yield what is known of how good it is, newest first, without curves; the first is made by the training."""
        return self._models.evaluations(self.id)

    def save(self, path: str | Path, *, format: str = "safetensors") -> Path:  # noqa: A002  # the API's own word
        """Write the weights to a file, with all that is needed to use them."""
        return self._models.download(self.id, path, format=format)


@dataclass(frozen=True)
class Models:
    """What was trained."""

    transport: Transport

    def get(self, id_: str | None) -> Model:
        """Read one."""
        return self._model(self.transport.json("GET", f"/v1/models/{id_}"))

    def list(self) -> Iterator[Model]:
        """Yield all, newest first."""
        return map(self._model, pages(self.transport, "/v1/models"))

    def predict(self, id_: str, rows: Sequence[Row]) -> Answers:
        """Answer rows."""
        answer = self.transport.json("POST", f"/v1/models/{id_}/predict", json={"rows": builtins.list(rows)})
        predictions: Answers = answer["predictions"]
        return predictions

    def evaluate(self, id_: str, on: Dataset | str = "validation", **options: Any) -> Evaluation:
        """Judge one on rows that its training held out, or on a dataset, itself or by its id."""
        name = on if isinstance(on, str) else on.id
        rows = {"rows": name} if name in {"validation", "test"} else {"dataset_id": name}
        return Evaluation.of(self.transport.make(f"/v1/models/{id_}/evaluations", json={**rows, **options}))

    def evaluations(self, id_: str) -> Iterator[Evaluation]:
        """Yield the evaluations of one, newest first, without their curves."""
        return map(Evaluation.of, pages(self.transport, f"/v1/models/{id_}/evaluations"))

    def evaluation(self, id_: str, evaluation_id: str) -> Evaluation:
        """Read one evaluation whole."""
        return Evaluation.of(self.transport.json("GET", f"/v1/models/{id_}/evaluations/{evaluation_id}"))

    def download(self, id_: str, path: str | Path, *, format: str = "safetensors") -> Path:  # noqa: A002
        """Write the weights to a file, which is there whole or not at all."""
        return self.transport.download(f"/v1/models/{id_}/weights", Path(path), params={"format": format})

    def _model(self, raw: Mapping[str, Any]) -> Model:
        return Model(raw["id"], raw, self)
