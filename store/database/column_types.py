"""Column types: aware times in UTC, words of an enum, JSON as text or packed; what is put in comes out."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, LargeBinary
from sqlalchemy.types import JSON, TypeDecorator

from store.database import packing
from store.database.written_once import WrittenOnce

# NaN is no JSON: PostgreSQL would refuse it, SQLite would keep what no client can read.
_dumps = partial(json.dumps, allow_nan=False, separators=(",", ":"))


def to_json(value: Any) -> str:
    """Write a document as it is stored; one that was written already is not written again."""
    return value.text if isinstance(value, WrittenOnce) else _dumps(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC, on databases that know time zones and on SQLite, which does not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Give aware times back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Equal documents in both databases; jsonb would reorder keys, and a spec's order is for people.
Document = JSON(none_as_null=True)


class PackedDocument(TypeDecorator[Any]):
    """A JSON document that comes with every job, and is read by itself: deflated, it takes a fifth of its text.

    Rows of an older version hold the text, as bytes; both are read.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Write and pack it; raise ValueError for NaN."""
        return None if value is None else packing.pack(to_json(value).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ARG002  # SQLAlchemy's signature
        """Unpack and read it."""
        return None if value is None else json.loads(packing.unpack(value))


def one_of(kind: type[StrEnum], *, checked_as: str | None = None) -> Enum:
    """Make the type of a column that holds a word of an enum; `checked_as` names a constraint for a closed set."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,  # a type of PostgreSQL's own could not be changed inside a transaction
        length=16,
        create_constraint=checked_as is not None,
        name=checked_as,
    )
