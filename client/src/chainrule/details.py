"""What the service tells of single things: a dataset, and a job's events, attempts and checkpoints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from chainrule.transport import Transport


@dataclass(frozen=True)
class Dataset:
    """An uploaded table."""

    id: str
    name: str
    row_count: int
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def warnings(self) -> list[Mapping[str, Any]]:
        """Return what was noticed when it was read; each has a `code` and a `message`."""
        return list(self.raw.get("warnings") or ())

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read a dataset from its JSON."""
        return cls(raw["id"], raw["name"], raw["row_count"], raw)


@dataclass(frozen=True)
class Event:
    """Something that happened to a job; live progress has no number, for only the newest counts."""

    seq: int | None
    type: str
    message: str
    data: Mapping[str, Any] | None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read an event from its JSON."""
        return cls(raw["seq"], raw["type"], raw["message"], raw["data"])


@dataclass(frozen=True)
class Attempt:
    """One try of a job by one worker."""

    number: int
    worker_id: str | None
    outcome: str | None
    cause: str | None
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read an attempt from its JSON."""
        return cls(raw["number"], raw["worker_id"], raw["outcome"], raw["cause"], raw)


@dataclass(frozen=True)
class Checkpoint:
    """A training between two batches, as it can be gone on with."""

    id: str
    kind: str
    epoch: int
    step: int
    size_bytes: int
    raw: Mapping[str, Any] = field(repr=False)
    _transport: Transport = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Mapping[str, Any], transport: Transport) -> Self:
        """Read a checkpoint from its JSON."""
        return cls(raw["id"], raw["kind"], raw["epoch"], raw["step"], raw["size_bytes"], raw, transport)

    def pin(self, *, pinned: bool = True) -> Self:
        """Keep it for as long as its job; with False, let newer ones drive it out."""
        raw = self._transport.json("PATCH", self.raw["urls"]["self"], json={"pinned": pinned})
        return self.of(raw, self._transport)

    def save(self, path: str | Path) -> Path:
        """Write the whole state to a file: a NumPy archive, there whole or not at all."""
        return self._transport.download(self.raw["urls"]["content"], Path(path))

    def save_weights(self, path: str | Path, *, format: str = "safetensors") -> Path:  # noqa: A002
        """Write the weights of the best epoch until then to a file, as of a model."""
        return self._transport.download(self.raw["urls"]["weights"], Path(path), params={"format": format})

    def predict(self, rows: Sequence[Mapping[str, object]]) -> list[dict[str, Any]]:
        """Answer rows as the model would that the job would leave if it ended here."""
        answer = self._transport.json("POST", self.raw["urls"]["predict"], json={"rows": list(rows)})
        predictions: list[dict[str, Any]] = answer["predictions"]
        return predictions


@dataclass(frozen=True)
class Evaluation:
    """How good a model was on some rows; `raw` has all of it, in a list all but its details."""

    id: str
    model_id: str
    rows: str
    row_count: int
    metrics: Mapping[str, float | None]
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def warnings(self) -> list[Mapping[str, Any]]:
        """Return what is to be kept in mind, as that a simple model is as good; each has a `code` and a `message`."""
        return list(self.raw["warnings"])

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read an evaluation from its JSON."""
        return cls(raw["id"], raw["model_id"], raw["rows"], raw["row_count"], raw["metrics"], raw)
