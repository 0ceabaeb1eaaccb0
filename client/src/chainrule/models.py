"""Models of a service: asked, judged, downloaded."""

import builtins
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from chainrule.datasets import Datasets
from chainrule.details import Dataset, Evaluation
from chainrule.tables import TYPES, as_file, as_rows, frame_of, kind_of, plain
from chainrule.transport import Transport, pages

MOST_ROWS = 10_000  # of one request
JSON = {"Content-Type": "application/json"}
Answers = list[dict[str, Any]]


@dataclass(frozen=True)
class Model:
    """A trained network."""

    id: str
    raw: Mapping[str, Any] = field(repr=False)
    _models: "Models" = field(repr=False, compare=False)

    def predict(self, rows: Any, *, to: str | Path | None = None, **options: Any) -> Any:
        """Answer rows: a list of answers for rows, arrays and columns; a frame for a frame; a file for a file.

        Answers are `{"label", "probabilities"}` for classes, `{"value"}` for numbers; of several targets `{"values"}`,
        or `{"labels", "probabilities"}` where they are yes and no. A frame of pandas, polars or pyarrow gives one of
        its kind, with a column for each. A path or an open file is answered into `to`, a piece at a time.
        With `interval=0.9` also `set`, or `low` and `high`; with `keep_columns=True` also what was given.
        """
        return self._models.predict(self.id, rows, to=to, **options)

    def refresh(self) -> Self:
        """Read it anew, in place."""
        object.__setattr__(self, "raw", self._models.get(self.id).raw)
        return self

    def evaluate(self, on: Any = "validation", **options: Any) -> Evaluation:
        """Judge it on its `"validation"` or `"test"` rows, on a dataset, or on a table, which is uploaded first.

        `sample_rows` and `seed` draw some of the rows.
        """
        return self._models.evaluate(self.id, on, **options)

    def evaluations(self) -> Iterator[Evaluation]:
        """Yield what is known of how good it is, newest first, without curves; the first is made by the training."""
        return self._models.evaluations(self.id)

    def change(self, **changes: Any) -> "Model":
        """Change `name`, `description` or `tags`; one that is renamed is the next version of its new name."""
        return self._models.change(self.id, **changes)

    def point(self, alias: str) -> "Model":
        """Let `name@alias` mean this model from now on."""
        return self._models.point(self.id, alias)

    def card(self) -> dict[str, Any]:
        """Sum up what it learned from and how, how good it is, and what it is not good for."""
        return self._models.card(self.id)

    def spec(self) -> dict[str, Any]:
        """Read what was given, what it was resolved to, and why; also when its job was deleted."""
        return self._models.spec(self.id)

    def delete(self) -> None:
        """Forget it; its job stays."""
        self._models.delete(self.id)

    def save(self, path: str | Path, *, format: str = "safetensors") -> Path:  # noqa: A002  # the API's own word
        """Write the weights to a file, with all that is needed to use them."""
        return self._models.download(self.id, path, format=format)


@dataclass(frozen=True)
class Models:
    """What was trained."""

    transport: Transport

    def get(self, id_: str | None) -> Model:
        """Read one, by its id, or as `name@alias` or `name@version`."""
        return self._model(self.transport.json("GET", f"/v1/models/{id_}"))

    def list(self, **filters: str) -> Iterator[Model]:
        """Yield all, newest first, or those of a `name`, an `alias`, a `job_id`."""
        return map(self._model, pages(self.transport, "/v1/models", **filters))

    def change(self, id_: str, **changes: Any) -> Model:
        """Change name, description or tags."""
        return self._model(self.transport.json("PATCH", f"/v1/models/{id_}", json=changes))

    def point(self, id_: str, alias: str) -> Model:
        """Let an alias of its name mean this model from now on, whatever it meant before."""
        return self._model(self.transport.json("PUT", f"/v1/models/{id_}/aliases/{alias}"))

    def remove_alias(self, id_: str, alias: str) -> None:
        """Let an alias mean nothing any more."""
        self.transport.ask("DELETE", f"/v1/models/{id_}/aliases/{alias}")

    def card(self, id_: str) -> dict[str, Any]:
        """Sum up one: what it learned from and how, how good it is, what it is not good for."""
        return dict(self.transport.json("GET", f"/v1/models/{id_}/card"))

    def spec(self, id_: str) -> dict[str, Any]:
        """Read what one was trained as, and why."""
        return dict(self.transport.json("GET", f"/v1/models/{id_}/spec"))

    def delete(self, id_: str) -> None:
        """Forget one."""
        self.transport.ask("DELETE", f"/v1/models/{id_}")

    def predict(self, id_: str, rows: Any, *, to: str | Path | None = None, **options: Any) -> Any:
        """Answer rows, a frame or a file; see `Model.predict`."""
        path = f"/v1/models/{id_}/predict"
        if isinstance(rows, str | Path) or hasattr(rows, "read"):
            if to is None:
                raise TypeError("Say with `to` which file the answers go to.")
            with as_file(rows) as file:
                return self.transport.exchange(path, file, Path(to), _query(options), TYPES.get(Path(to).suffix))
        if kind_of(rows) is not None:
            with as_file(rows) as file:
                return frame_of(self.transport.answers(path, file, _query(options)), rows)
        answers: Answers = []
        listed = builtins.list(as_rows(rows))
        for start in range(0, len(listed), MOST_ROWS):
            body = json.dumps({"rows": listed[start : start + MOST_ROWS], **options}, default=plain).encode()
            answers += self.transport.json("POST", path, content=body, headers=JSON)["predictions"]
        return answers

    def evaluate(self, id_: str, on: Any = "validation", **options: Any) -> Evaluation:
        """Judge one on rows that its training held out, on a dataset, itself or by its id, or on a table."""
        if isinstance(on, str) and (on in {"validation", "test"} or on.startswith("ds_")):
            name = on
        else:
            name = on.id if isinstance(on, Dataset) else Datasets(self.transport).upload(on).id
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


def _query(options: Mapping[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in options.items()}
