"""Everything that a training needs to go on as if it had never stopped."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.arrays import Array

_FORMAT = 1
_VECTORS = ("parameters", "best_weights", "permutation")
_SCALARS = (
    "epoch", "position", "step", "optimizer_step", "loss_sum", "best_value", "best_epoch", "epochs_without_improvement",
    "stop_reason", "generators", "pace",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TrainingState:
    """A training between two batches; every array is a copy of its own."""

    parameters: Array
    best_weights: Array
    permutation: npt.NDArray[np.int64]  # of the running epoch; empty between epochs
    slots: dict[str, Array]  # of the optimizer
    optimizer_step: int
    epoch: int  # running, 1-based
    position: int  # batches of it that are done
    step: int  # batches done since the start
    loss_sum: float  # over the rows of this epoch so far
    best_value: float | None
    best_epoch: int  # 0: before the first
    epochs_without_improvement: int
    stop_reason: str | None  # set when nothing is left to do
    generators: dict[str, dict[str, Any]]
    pace: dict[str, Any] = field(default_factory=dict)  # what a schedule has seen
    metrics: dict[str, dict[str, npt.NDArray[Any]]] = field(default_factory=dict)
    memory: dict[str, npt.NDArray[Any]] = field(default_factory=dict)  # of averages, accumulation and the like

    @property
    def weights(self) -> Array:
        """What the training would leave if it ended here: those of the best epoch, before the first its own."""
        return self.best_weights if self.best_epoch else self.parameters

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Lay the state out as named arrays, safe for npz and safetensors; nothing in them needs pickle."""
        scalars = {name: getattr(self, name) for name in _SCALARS} | {"format": _FORMAT}
        arrays: dict[str, npt.NDArray[Any]] = {name: getattr(self, name) for name in _VECTORS}
        arrays |= {f"slot/{name}": array for name, array in self.slots.items()}
        arrays |= {f"memory/{name}": array for name, array in self.memory.items()}
        for metric, parts in self.metrics.items():
            arrays |= {f"metric/{metric}/{part}": array for part, array in parts.items()}
        arrays["scalars"] = np.frombuffer(json.dumps(scalars, sort_keys=True).encode(), np.uint8).copy()
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "TrainingState":
        """Read what `to_arrays` wrote."""
        scalars = json.loads(arrays["scalars"].tobytes())
        if scalars.pop("format") != _FORMAT:
            raise ValueError("this training state was written by a version that is not known here")
        metrics: dict[str, dict[str, npt.NDArray[Any]]] = {}
        for name, array in arrays.items():
            if name.startswith("metric/"):
                _, metric, part = name.split("/", 2)
                metrics.setdefault(metric, {})[part] = array
        vectors: dict[str, Any] = {name: arrays[name] for name in _VECTORS}
        return cls(
            **vectors,
            slots=_under("slot/", arrays),
            memory=_under("memory/", arrays),
            metrics=metrics,
            **scalars,
        )


def _under(prefix: str, arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
