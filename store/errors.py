"""Errors of the store.

StoreError
├── SettingsError          a setting has a value that cannot be used
├── NotFound               no such row in this project
├── WrongKindOfId          an id of another kind was given
├── CursorInvalid          a cursor that no page gave out
├── IllegalMove            a job cannot go from this status to that one
├── WrongState             a job's status does not allow what was asked
│   └── AlreadyFinished    the job was finished before the request came
├── NoCheckpoint           a job left nothing behind that could be gone on with
├── KeyReused              an idempotency key came with another request
├── AnsweredBefore         another try of the same request was first; nothing was written
├── InUse                  a row is still referred to
├── ReadingChanged         a dataset is read in another way than when a job was made
├── Fenced                 the claim was lost; nothing was written
├── CancelRequested        the job was asked to stop, so it cannot succeed any more
├── BlobMissing            no bytes with this digest
├── BlobCorrupt            stored bytes do not match their digest
├── IntegrityLost          a migration left rows that refer to nothing; it was undone
├── DatabaseAway           the database does not answer
└── StorageFull            the database has no room left
"""

import errno

from sqlalchemy.exc import SQLAlchemyError


class StoreError(Exception):
    """Something remembered is not as it was expected."""


class SettingsError(StoreError):
    """A setting has a value that cannot be used."""


class NotFound(StoreError):
    """No such row in this project."""

    def __init__(self, kind: str, id_: str) -> None:
        super().__init__(f"There is no {kind} `{id_}`.")
        self.kind = kind
        self.id = id_


class WrongKindOfId(StoreError):
    """An id of another kind was given."""

    def __init__(self, expected: str, got: str, id_: str, *, prefix: str) -> None:
        super().__init__(f"`{id_}` is the id of a {got}; the id of a {expected} starts with `{prefix}`.")
        self.expected = expected
        self.got = got
        self.id = id_
        self.prefix = prefix


class CursorInvalid(StoreError):
    """A cursor that no page gave out."""


class IllegalMove(StoreError):
    """A job cannot go from this status to that one."""


class WrongState(StoreError):
    """A job's status does not allow what was asked."""

    def __init__(self, id_: str, status: str, wanted: str) -> None:
        super().__init__(f"Job `{id_}` is {status}; it cannot be {wanted}.")
        self.id = id_
        self.status = status
        self.wanted = wanted


class AlreadyFinished(WrongState):
    """The job was finished before the request came: nothing can be done to it any more."""


class NoCheckpoint(StoreError):
    """A job left nothing behind that could be gone on with."""

    def __init__(self, id_: str) -> None:
        super().__init__(f"Job `{id_}` left no checkpoint behind to go on from.")
        self.id = id_


class KeyReused(StoreError):
    """An idempotency key came with another request."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The key `{key[:60]}` was used for another request.")
        self.key = key


class AnsweredBefore(StoreError):
    """Another try of the same request was first; nothing was written."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The request with the key `{key[:60]}` was answered before.")
        self.key = key


class InUse(StoreError):
    """A row is still referred to."""


class ReadingChanged(StoreError):
    """A dataset is read in another way than when a job was made: the job would learn from another table."""


class Fenced(StoreError):
    """The claim was lost; nothing was written."""


class CancelRequested(StoreError):
    """The job was asked to stop, so it cannot succeed any more; nothing was written."""


class BlobMissing(StoreError):
    """No bytes with this digest."""


class BlobCorrupt(StoreError):
    """Stored bytes do not match their digest."""


class IntegrityLost(StoreError):
    """A migration left rows that refer to nothing; it was undone."""


class DatabaseAway(StoreError, SQLAlchemyError):
    """The database does not answer; its text may name hosts and is for logs.

    Also an error of SQLAlchemy, so that whoever catches those catches this.
    """


class StorageFull(StoreError, SQLAlchemyError):
    """The database has no room left; nothing was written."""


def is_full(error: OSError) -> bool:
    """Tell whether an operating system refused because a disk, or what this user may have of it, is full."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}
