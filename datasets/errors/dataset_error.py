"""The base class of all errors of data: code, title, explanation and fix are told once, in the class of each error."""

from collections.abc import Iterator
from typing import ClassVar

from datasets.errors.file_position import FilePosition


class DatasetError(Exception):
    """Something is wrong with the data.

    The attributes of a class are what its page tells; programs branch on `code`, which is stable for ever.
    A class without an `explanation` of its own is explained by its docstring.
    """

    code: ClassVar[str] = "data.invalid"
    title: ClassVar[str] = "The data cannot be used"
    explanation: ClassVar[str] = "Something about the data is not as it must be."
    fix: ClassVar[str] = "See the message."
    example: ClassVar[str] = "The data cannot be used."
    """A message, as it could be raised with."""
    usual_hint: ClassVar[str | None] = None
    """What mends the file at hand, unless whoever raises the error knows better; `fix` holds for every file."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "explanation" not in vars(cls):
            cls.explanation = cls.__doc__ or ""

    def __init__(
        self,
        message: str,
        *,
        position: FilePosition | None = None,
        found: str | float | None = None,
        expected: str | float | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.found = shorten(found) if isinstance(found, str) else found
        self.expected = expected
        self.hint = hint or self.usual_hint

    def to_json(self) -> dict[str, object]:
        """Return the fault as problem answers show it: what is not known is left out."""
        fields: dict[str, object] = {
            "code": self.code,
            "message": self.message,
            "position": self.position.to_json() if self.position else None,
            "found": self.found,
            "expected": self.expected,
            "hint": self.hint,
        }
        return {key: value for key, value in fields.items() if value is not None}


def all_errors(base: type[DatasetError] = DatasetError) -> Iterator[type[DatasetError]]:
    """Give the class and every class below it."""
    yield base
    for subclass in base.__subclasses__():
        yield from all_errors(subclass)


def shorten(text: str, length: int = 60) -> str:
    """Cut a value down to what a message can show."""
    return text if len(text) <= length else text[: length - 1] + "…"
