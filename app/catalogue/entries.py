"""One line of the catalogue of errors."""

from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class Entry:
    """A code that is stable for ever, with what it means and what to do about it.

    `status` is None for what befalls a job, long after its request was answered.
    """

    code: str
    status: HTTPStatus | None
    title: str
    explanation: str
    fix: str
    example: str
