"""A trained model as a value: its arrays, what they were trained for, and how rows become inputs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from exports.errors import NewerFormat, NotExportable, UnreadableModel

FORMAT_VERSION = 1
PREFIX = "chainrule."
SPEC, PREPROCESSING, VERSION = PREFIX + "spec", PREFIX + "preprocessing", PREFIX + "format_version"
CALIBRATION = PREFIX + "calibration"
_DTYPES = ("float32", "float64")


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """Arrays by name (`dense_1.kernel` with shape (inputs, units), `dense_1.bias`) and the JSON that explains them.

    `calibration` is what prediction sets and intervals are made from.
    `metadata` holds further texts; its keys never begin with `chainrule.`.
    """

    arrays: Mapping[str, np.ndarray]
    spec: Mapping[str, Any]
    preprocessing: Mapping[str, Any]
    metadata: Mapping[str, str] = field(default_factory=dict)
    calibration: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Refuse what a file would carry wrongly."""
        for name, array in self.arrays.items():
            if array.dtype.name not in _DTYPES:
                raise NotExportable(f"`{name}` holds {array.dtype.name}; weights are {' or '.join(_DTYPES)}.")
        for key in self.metadata:
            if key.startswith(PREFIX):
                raise NotExportable(f"The metadata key `{key}` begins with `{PREFIX}`, which is reserved.")


def sorted_arrays(model: TrainedModel) -> list[tuple[str, np.ndarray]]:
    """The arrays by name, each dense and little-endian, so that equal models give equal bytes."""
    return [
        (name, np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(array.shape))
        for name, array in sorted(model.arrays.items())
    ]


def metadata_of(model: TrainedModel) -> dict[str, Any]:
    """Everything but the arrays, as JSON values under sorted keys."""
    own = {SPEC: model.spec, PREPROCESSING: model.preprocessing, VERSION: str(FORMAT_VERSION)}
    own |= {} if model.calibration is None else {CALIBRATION: model.calibration}
    return dict(sorted({**model.metadata, **own}.items()))


def canonical_json(value: object) -> str:
    """JSON text that depends on the value alone: sorted keys, no spaces, no NaN."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise NotExportable(f"The model's metadata is not JSON: {error}.") from error


def model_from_metadata(arrays: Mapping[str, np.ndarray], texts: Mapping[str, str]) -> TrainedModel:
    """Put a model together again; raises UnreadableModel when the explaining texts are missing or damaged."""
    version = texts.get(VERSION, "")
    if not (version.isascii() and version.isdigit()):
        raise UnreadableModel(f"The metadata has no `{VERSION}`: these weights were not written by Chainrule.")
    if len(version) > 9 or int(version) > FORMAT_VERSION:
        raise NewerFormat(version[:20], FORMAT_VERSION)
    return TrainedModel(
        arrays=arrays,
        spec=_json_object(texts, SPEC),
        preprocessing=_json_object(texts, PREPROCESSING),
        calibration=_json_object(texts, CALIBRATION) if CALIBRATION in texts else None,
        metadata={key: text for key, text in texts.items() if not key.startswith(PREFIX)},
    )


def _json_object(texts: Mapping[str, str], key: str) -> dict[str, Any]:
    try:
        value = json.loads(texts[key], parse_constant=_refuse)
    except KeyError:
        raise UnreadableModel(f"The metadata has no `{key}`.") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableModel(f"The metadata `{key}` is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise UnreadableModel(f"The metadata `{key}` is not a JSON object.")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")
