"""The state of a training between two mini-batches: all that it needs to go on as if it had never stopped."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.errors import ShapeError

Arrays = dict[str, npt.NDArray[Any]]
Scalars = dict[str, Any]  # what JSON can hold

SLOT, MEMORY, METRIC = (
    "slot/",
    "memory/",
    "metric/",
)  # before the names of the optimizer's, the steps', the metrics' own
_FORMAT = 1
_FIXED = {SLOT: "slots", MEMORY: "memory"}  # whose names follow from network and plan
_VECTORS = ("parameters", "best_weights", "permutation")


@dataclass(frozen=True, kw_only=True)
class TrainingState:
    """What the parts of a training gave, under the names that checkpoints have for it; every array is a copy."""

    arrays: Mapping[str, npt.NDArray[Any]]
    scalars: Mapping[str, Any]

    @property
    def parameters(self) -> Array:
        """The weights of the last step."""
        return self.arrays["parameters"]

    @property
    def best_weights(self) -> Array:
        """The weights of the best epoch."""
        return self.arrays["best_weights"]

    @property
    def weights(self) -> Array:
        """What the training would leave if it ended here: those of the best epoch, before the first its own."""
        return self.best_weights if self.best_epoch else self.parameters

    @property
    def epoch(self) -> int:
        """The running epoch, 1-based."""
        return int(self.scalars["epoch"])

    @property
    def step(self) -> int:
        """Batches done since the start."""
        return int(self.scalars["step"])

    @property
    def best_epoch(self) -> int:
        """The best epoch so far; 0 before the first."""
        return int(self.scalars["best_epoch"])

    @property
    def stop_reason(self) -> str | None:
        """Why nothing is left to do, if so."""
        return None if self.scalars["stop_reason"] is None else str(self.scalars["stop_reason"])

    def with_scalars(self, **changes: object) -> "TrainingState":
        """Return the same state with other scalars."""
        return replace(self, scalars={**self.scalars, **changes})

    def check_names(self, arrays: Iterable[str]) -> None:
        """Raise ShapeError unless the state has what a training has that gives arrays of these names."""
        for prefix, what in _FIXED.items():
            got, needed = (
                sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))
                for names in (self.arrays, arrays)
            )
            if got != needed:
                raise ShapeError(f"state.{what}", got=got, needed=needed)

    def to_arrays(self) -> Arrays:
        """Lay the state out as named arrays, safe for npz and safetensors; nothing in them needs pickle."""
        text = json.dumps({**self.scalars, "format": _FORMAT}, sort_keys=True)
        return {**self.arrays, "scalars": np.frombuffer(text.encode(), np.uint8).copy()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "TrainingState":
        """Read what `to_arrays` wrote; raises KeyError or ValueError for anything else."""
        scalars = json.loads(arrays["scalars"].tobytes())
        if scalars.pop("format") != _FORMAT:
            raise ValueError("this training state was written by a version that is not known here")
        for name in _VECTORS:
            if name not in arrays:
                raise KeyError(name)
        return cls(arrays={name: array for name, array in arrays.items() if name != "scalars"}, scalars=scalars)


class Part(Protocol):
    """What changes in a training, and comes back from its state."""

    def arrays(self) -> Arrays:
        """Give its arrays under their names in a state; a state gets copies."""
        ...

    def scalars(self) -> Scalars:
        """Give what is no array, as JSON values under their names in a state."""
        ...

    def restore(self, state: TrainingState) -> None:
        """Become what a state holds."""
        ...


def snapshot(parts: Iterable[Part]) -> TrainingState:
    """Copy what the parts have."""
    arrays: Arrays = {}
    scalars: Scalars = {}
    for part in parts:
        arrays |= {name: array.copy() for name, array in part.arrays().items()}
        scalars |= part.scalars()
    return TrainingState(arrays=arrays, scalars=scalars)


def stored(name: str, default: object = MISSING) -> Any:
    """Declare a field of a part that is a scalar of this name in a state."""
    return field(default=default, metadata={"stored": name})


def stored_scalars(part: Any) -> Scalars:
    """Give the declared scalars of a part."""
    return {each.metadata["stored"]: getattr(part, each.name) for each in _stored(part)}


def restore_scalars(part: Any, state: TrainingState) -> None:
    """Set the declared scalars of a part."""
    for each in _stored(part):
        setattr(part, each.name, state.scalars[each.metadata["stored"]])


def _stored(part: Any) -> list[Any]:
    return [each for each in fields(part) if "stored" in each.metadata]


@dataclass(frozen=True)
class FixedArrays:
    """Arrays that steps change in place: a state holds copies, and they are copied back."""

    live: Arrays

    def arrays(self) -> Arrays:
        """Give the arrays themselves."""
        return self.live

    def scalars(self) -> Scalars:
        """Give no scalars: arrays are all there is."""
        return {}

    def restore(self, state: TrainingState) -> None:
        """Copy the arrays of a state into the live ones."""
        for name, array in self.live.items():
            np.copyto(array, state.arrays[name])


def prefixed(prefix: str, arrays: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """Give arrays under their names in a state."""
    return {f"{prefix}{name}": array for name, array in arrays.items()}
