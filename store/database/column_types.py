"""Column types: aware times in UTC, words of an enum, plain JSON; what is put in comes out."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import JSON, TypeDecorator


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
