"""The form of what is said about how a table is read: in bodies as JSON, in queries and parts of forms as text."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as f

from app.schemas.shared import WholeNumber
from app.text_rules import has_forbidden_text
from datasets import CHOICES

MOST_LINES = 10_000
MOST_WORDS = 1000
KINDS = validate.OneOf([str(kind) for kind in CHOICES])
SHORT = validate.Length(max=200)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Read an object; raise ValidationError where a key comes twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValidationError("A key appears twice in one object.")
    return found


def _texts(value: object) -> Iterator[str]:
    """Yield all texts of a JSON value, keys among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _texts(each)


class JsonText(f.Field[Any]):
    """A field of JSON that arrives as text, as queries and parts of forms do."""

    def __init__(self, inner: f.Field[Any], *, example: str, **options: Any) -> None:
        super().__init__(**options)
        self.inner, self.example = inner, example

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        try:
            read = json.loads(value, object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            raise ValidationError(f"It must be JSON, as `{self.example}`{_where(value, error)}.") from error
        if any(map(has_forbidden_text, _texts(read))):  # written with escapes, it looked harmless
            raise ValidationError(
                "It holds a character that is not stored: NUL, half of one, or a change of direction."
            )
        return self.inner.deserialize(read, attr, data, **options)


def _where(value: Any, error: Exception) -> str:
    """Say where JSON ends to be such."""
    if not isinstance(error, json.JSONDecodeError):
        return ""
    here = f"in front of `{value[error.pos : error.pos + 20]}`" if value[error.pos :].strip() else "at the end"
    return f"; character {error.pos + 1}, {here}: {error.msg}"


class HeaderLine(f.Field[Any]):
    """The line of the names from 1, or false where there are none."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> int | bool:  # noqa: ARG002
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(
                value, int(value) if value.isdecimal() and value.isascii() else -1
            )
        if isinstance(value, bool):
            return value
        if not isinstance(value, int) or not 1 <= value <= MOST_LINES:
            raise ValidationError(
                f"It must be a line from 1 to {MOST_LINES}, or false where no line names the columns."
            )
        return value


class MarkOfColumns(f.Field[Any]):
    """A mark of all columns, or an object that has those of single ones; in a query that is JSON."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:  # noqa: ARG002
        if isinstance(value, str) and value.startswith("{"):
            with contextlib.suppress(ValueError, RecursionError):
                value = json.loads(value)
        marks = value.values() if isinstance(value, dict) else [value]
        if not all(isinstance(mark, str) and len(mark) <= 1 for mark in marks):
            raise ValidationError('It must be a mark, as `","`, or marks by column, as `{"price": ","}`.')
        return value


def a_mark(description: str) -> MarkOfColumns:
    """Make the field of a mark that numbers are written with."""
    one = {"type": "string", "maxLength": 1}
    known = {"oneOf": [one, {"type": "object", "additionalProperties": one}]}
    told = f"{description} Also column → mark, where the empty name stands for all other columns."
    return MarkOfColumns(allow_none=True, metadata={"description": told, **known})


def a_sign(description: str, *, longest: int = 1, least: int = 1) -> f.String:
    """Make the field of a character."""
    return f.String(validate=validate.Length(least, longest), allow_none=True, metadata={"description": description})


def some_kinds() -> f.Dict:
    """Make the field of kinds by column."""
    return f.Dict(
        keys=f.String(),
        values=f.String(validate=KINDS),
        allow_none=True,
        metadata={"description": "Column → kind that it is to have, where the inferred one is wrong."},
    )


def some_formats() -> f.Dict:
    """Make the field of date formats by column."""
    return f.Dict(
        keys=f.String(),
        values=f.String(validate=validate.Length(1, 100)),
        allow_none=True,
        metadata={"description": "Column → how its dates are written, as `%d/%m/%Y`."},
    )


def some_words() -> f.List[Any]:
    """Make the field of missing words."""
    return f.List(
        f.String(validate=SHORT),
        validate=validate.Length(max=MOST_WORDS),
        allow_none=True,
        metadata={"description": "All words that say that there is no value; an empty cell always says so."},
    )


HEADER = {
    "description": "The line that names the columns, from 1, or `false`.",
    "oneOf": [{"type": "integer", "minimum": 1, "maximum": MOST_LINES}, {"type": "boolean"}],
}


class SignsSchema(Schema):
    """What is told in one word."""

    delimiter = a_sign("What stands between cells: one character, or `tab`, `space`, `comma` …", longest=10)
    quote = a_sign("What cells are quoted by; an empty text where quotes are characters like others.", least=0)
    escape = a_sign("What takes the meaning from the character behind it, as `\\`.")
    header = HeaderLine(allow_none=True, metadata=HEADER)
    skip_rows = WholeNumber(
        validate=validate.Range(0, MOST_LINES),
        allow_none=True,
        metadata={"description": "How many lines at the top are not read."},
    )
    comment = a_sign("What lines begin with that hold no row.", longest=10)
    encoding = f.String(
        validate=validate.Length(1, 60), allow_none=True, metadata={"description": "As `utf-8` or `cp1252`."}
    )
    decimal = a_mark("The decimal mark: `.` or `,`.")
    thousands = a_mark("What stands between groups of digits: `,`, `.`, a space, `'`, or nothing.")


class OverridesSchema(SignsSchema):
    """How a file is to be read, where what was found out is wrong; `null` has it found out again."""

    missing_words = some_words()
    date_format = some_formats()
    kinds = some_kinds()


class OverridesQuerySchema(SignsSchema):
    """The same in a query or in the parts of a form, where lists and objects are JSON."""

    missing_words = JsonText(
        some_words(),
        example='["none", "-"]',
        metadata={"description": "JSON: all words that say that there is no value."},
    )
    date_format = JsonText(
        some_formats(),
        example='{"sold": "%d/%m/%Y"}',
        metadata={"description": "JSON: column → how its dates are written."},
    )
    kinds = JsonText(
        some_kinds(),
        example='{"zip": "category"}',
        metadata={"description": "JSON: column → kind that it is to have."},
    )


NAMES = tuple(OverridesSchema().fields)
"""What can be said."""
