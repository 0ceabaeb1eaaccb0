"""The file formats that weights can be downloaded in: one table, from which capabilities and docs are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from exports.errors import UnknownFormat
from exports.model import TrainedModel
from exports.npz import write_npz
from exports.safetensors import write_safetensors


@dataclass(frozen=True, kw_only=True)
class Format:
    """A way to write a model to a file."""

    name: str
    media_type: str
    extension: str
    summary: str
    write: Callable[[TrainedModel, BinaryIO], None]


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="safetensors",
            media_type="application/x-safetensors",
            extension=".safetensors",
            summary="arrays by name with the spec and the preprocessing as metadata; cannot run code when loaded",
            write=write_safetensors,
        ),
        Format(
            name="npz",
            media_type="application/x-npz",
            extension=".npz",
            summary="the same for `numpy.load`: arrays by name, the metadata as JSON in the bytes of `__metadata__`",
            write=write_npz,
        ),
    )
}


def write(model: TrainedModel, format: str, file: BinaryIO) -> None:  # noqa: A002 - the word that the URL uses
    """Write the model in the format of this name; raises UnknownFormat."""
    if format not in FORMATS:
        raise UnknownFormat(format, tuple(FORMATS))
    FORMATS[format].write(model, file)
