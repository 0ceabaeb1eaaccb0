"""A trained model to a file and back."""

from exports.formats import FORMATS, Format, write
from exports.model import FORMAT_VERSION, TrainedModel
from exports.safetensors import read_safetensors

__all__ = ["FORMATS", "FORMAT_VERSION", "Format", "TrainedModel", "read_safetensors", "write"]
