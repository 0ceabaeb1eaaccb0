"""Pieces that many schemas are made of: fields that are always there, times, lists, pages."""

import re
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as f

from app.text_rules import has_forbidden_text
from store.clock import in_utc

WHOLE = re.compile(r"-?[0-9]{1,18}")
POSITIVE = re.compile(r"[0-9]{1,9}(\.[0-9]{0,9})?")


def known(description: str) -> dict[str, Any]:
    """Say that a key is always present and never `null`."""
    return {"required": True, "metadata": {"description": description}}


def later(description: str) -> dict[str, Any]:
    """Say that a key is always present and `null` until known."""
    return {"required": True, "allow_none": True, "metadata": {"description": description}}


class Time(f.DateTime):
    """A time as clients see it: RFC 3339 in UTC, with `Z`."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else in_utc(value)


class WholeNumber(f.Integer):
    """A whole number in a query: ASCII digits, as every other client writes it."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, float) or (isinstance(value, str) and WHOLE.fullmatch(value) is None):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class PositiveNumber(f.Float):
    """A number in a query that is not below 0: ASCII digits, with or without a fraction."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str) and POSITIVE.fullmatch(value) is None:
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class PageQuerySchema(Schema):
    """Which part of a list to send."""

    limit = WholeNumber(
        load_default=20,
        validate=validate.Range(1, 100),
        metadata={"description": "How many at most, 1 to 100."},
    )
    after = f.String(
        load_default=None,
        metadata={"description": "The `next_cursor` of the page before; from the newest when left out."},
    )


def page_of(schema: type[Schema]) -> type[Schema]:
    """Make the schema of a list, newest first."""
    name = schema.__name__.removesuffix("Schema") + "ListSchema"
    fields = {
        "object": f.Constant("list", **known("Always `list`.")),
        "data": f.List(f.Nested(schema), **known("Newest first.")),
        "has_more": f.Boolean(**known("Whether older ones follow.")),
        "next_cursor": f.String(**later("Send it as `after` to get the next page.")),
        "__doc__": "A stretch of a list.",
    }
    return type(name, (Schema,), fields)


def one_of(*schemas: type[Schema]) -> dict[str, Any]:
    """Document an answer that has one of several forms."""
    return {"oneOf": list(schemas)}


def a_name(text: str) -> None:
    """Refuse names that cannot be shown on one line."""
    if not text.strip() or not text.isprintable() or has_forbidden_text(text):
        raise ValidationError("A name is one line of printable text.")


NAME_RULES = (validate.Length(1, 200), a_name)


def plain_text(text: str) -> None:
    """Refuse characters that are not stored."""
    if has_forbidden_text(text):
        raise ValidationError("The text holds characters that are not stored.")
