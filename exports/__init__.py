"""Trained models, and states of trainings, to files and back."""

from exports.checkpoints import model_of_state
from exports.formats import FORMATS, Format, write
from exports.model import FORMAT_VERSION, TrainedModel
from exports.safetensors import read_safetensors
from exports.states import read_metadata, read_state, write_state

__all__ = [
    "FORMATS",
    "FORMAT_VERSION",
    "Format",
    "TrainedModel",
    "model_of_state",
    "read_metadata",
    "read_safetensors",
    "read_state",
    "write",
    "write_state",
]
