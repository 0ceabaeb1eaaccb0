"""A model's weights as a file to send, in the format that was asked for."""

import re

import exports
from app.services.files import file_to_send
from app.services.files.file_to_send import FileToSend
from exports import FORMATS, TrainedModel
from exports.errors import UnknownFormat
from store import Store
from store.database.tables import Model

STORED = "safetensors"  # the format whose bytes are the stored blob; every other is written from it


def etag(model: Model, name: str) -> str:
    """Name the file without making it: the weights' digest, with the format unless it is the stored one.

    Raises UnknownFormat.
    """
    return model.weights_digest if known_format(name) == STORED else f"{model.weights_digest}-{name}"


def known_format(name: str) -> str:
    """Return the name of a format; raises UnknownFormat."""
    if name not in FORMATS:
        raise UnknownFormat(name, tuple(FORMATS))
    return name


def open_file(store: Store, model: Model, name: str) -> FileToSend:
    """Make the file ready; raises when the stored bytes are damaged, before anything is sent."""
    titled, form = file_name(model), FORMATS[name]
    if name == STORED:
        return file_to_send.stored(
            store, model.weights_digest, name=titled + form.extension, media_type=form.media_type
        )
    with file_to_send.verified(store, model.weights_digest) as stored:
        return written(exports.read_safetensors(stored), name, titled=titled)


def written(model: TrainedModel, name: str, *, titled: str) -> FileToSend:
    """Write a model in a format."""
    form = FORMATS[name]
    with file_to_send.new_file() as content:
        exports.write(model, name, content)
    return file_to_send.measured(content, name=titled + form.extension, media_type=form.media_type)


def file_name(model: Model) -> str:
    """Make a name that every file system takes: the model's own where it has one, and always its id."""
    readable = re.sub(r"[^a-z0-9]+", "-", (model.name or "").lower()).strip("-")[:60]
    return f"{readable}-{model.id}" if readable else model.id
