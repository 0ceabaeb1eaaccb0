"""Errors between a trained model and a file.

ExportError
├── UnknownFormat       no such format
├── NotExportable       the model holds something that no file can carry
└── UnreadableModel     the bytes are not a model file
    ├── IncompleteState the state of a training lacks what a model needs
    └── NewerFormat     they are, but a later version of this service wrote them
"""


class ExportError(Exception):
    """A model could not be written or read."""


class UnknownFormat(ExportError):
    """No format has this name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no weights format `{name}`; there are {', '.join(f'`{each}`' for each in known)}.")
        self.name = name
        self.known = known


class NotExportable(ExportError):
    """The model holds an array or a text that no file can carry."""


class UnreadableModel(ExportError):
    """The bytes are not a model file of this service, or they are damaged."""


class IncompleteState(UnreadableModel):
    """The state of a training lacks what a model needs beside its weights."""


class NewerFormat(UnreadableModel):
    """The file was written by a later version of this service."""

    def __init__(self, found: str, known: int) -> None:
        super().__init__(f"The file has format version `{found}`; this service reads versions up to {known}.")
        self.found = found
        self.known = known
