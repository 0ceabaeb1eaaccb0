"""Strict JSON: what is read here is read alike by everybody, or refused with its place."""

import json
import math
import re
from typing import Any, NoReturn

from flask import current_app, request

from app.errors import Flaw, Refused, refuse
from app.http import bodies
from app.http.json_places import JsonPlace, deeper_than, line_and_column, places
from app.text_rules import FORBIDDEN
from specs.pointers import escape

MOST_LEVELS = 100
MOST_DIGITS = 100
_UNEXPECTED = {
    "'": "Use double quotes: JSON has no single-quoted text.",
    "/": "Remove the comment: JSON has none.",
    "#": "Remove the comment: JSON has none.",
    "True": "Write `true` instead.",
    "False": "Write `false` instead.",
    "None": "Write `null` instead.",
    "undefined": "Write `null` instead.",
}
_SAID = {
    "Invalid control character": "Write line breaks and tabs inside of text as `\\n` and `\\t`.",
    "Unterminated string": "Is its closing quote missing?",
    "Extra data": "Only one JSON value may stand in a body.",
    "Expecting property name": "Put keys in double quotes.",
    "Expecting ',' delimiter": "Is a comma missing before it?",
    "Expecting ':' delimiter": "Is a colon missing before it?",
}


def read() -> Any:
    """Read the body of this request."""
    require_type()
    data = bodies.whole(current_app.config["MAX_BODY_BYTES"])
    if not data.strip():
        raise refuse("request.body_missing", "The body is empty; JSON is needed.", hint="With curl: `--json '{…}'`.")
    return parse(data)


def require_type(*others: str) -> None:
    """Refuse a body that does not call itself JSON, and name the other types that the address takes."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    is_json = request.mimetype == "application/json" or request.mimetype.endswith("+json")
    if is_json and charset in {"utf-8", "utf8", "us-ascii"}:
        return
    said = f"is `{request.content_type[:60]}`" if request.content_type else "has no `Content-Type`"
    allowed = ["application/json", *others]
    raise refuse(
        "request.wrong_content_type",
        f"The body {said}; this address takes {', '.join(f'`{each}`' for each in allowed)}.",
        found=(request.content_type or "")[:60] or None,
        allowed=allowed,
        hint="With curl: `--json '{…}'`, or `-H 'Content-Type: application/json'`.",
    )


def parse(data: bytes) -> Any:
    """Read JSON; raises Refused with line and column."""
    text = _decode(data)
    brackets = text.count("[") + text.count("{")
    if brackets > MOST_LEVELS and (start := deeper_than(text, MOST_LEVELS)) is not None:
        raise _at(text, start, "request.json_too_deep", f"The JSON is nested deeper than {MOST_LEVELS} levels")
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int
        )
    except json.JSONDecodeError as error:
        raise _syntax(text, error) from error
    except _Odd as odd:
        raise _explain(text) from odd
    if "\\u" in text or FORBIDDEN.search(text):
        _check_text(value)
    return value


class _Odd(Exception):  # never leaves this module
    """Something that Python reads and JSON, or reason, does not allow."""


def _decode(data: bytes) -> str:
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        raise refuse(
            "request.encoding",
            f"The body is not UTF-8: byte {error.start + 1} (0x{data[error.start]:02x}) cannot be read.",
            position={"byte": error.start + 1},
            hint="Save the body as UTF-8.",
        ) from error
    if "\x00" in text[:4]:  # UTF-16 or UTF-32 of ASCII characters is valid UTF-8, full of NULs
        raise refuse("request.encoding", "The body is not UTF-8; it looks like UTF-16.", hint="Save it as UTF-8.")
    return text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Odd
    return found


def _constant(_word: str) -> NoReturn:
    raise _Odd


def _float(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        raise _Odd
    return number


def _int(word: str) -> int:
    if len(word.lstrip("-")) > MOST_DIGITS:
        raise _Odd
    return int(word)


def _explain(text: str) -> Refused:
    """Look again, slowly, for what was odd."""
    for place in places(text):
        if place.is_repeated:
            message = f"The key `{_short(place)}` appears twice"
            return _at(text, place.start, "request.json_duplicate_key", message, place)
        if place.text in {"NaN", "Infinity", "-Infinity"} or _is_too_large(place.text):
            message = f"`{_short(place)}` is not a finite number"
            return _at(text, place.start, "request.number_not_finite", message, place, hint="Use `null` for missing.")
        if place.text.lstrip("-").isdigit() and len(place.text.lstrip("-")) > MOST_DIGITS:
            message = f"The number has {len(place.text.lstrip('-'))} digits; the limit is {MOST_DIGITS}"
            return _at(text, place.start, "request.number_too_long", message, place)
    # Two spellings of one key ("a" and "\u0061") are one key to a reader.
    return Refused([Flaw(code="request.json_duplicate_key", message="A key appears twice in one object.")])


def _is_too_large(word: str) -> bool:
    try:
        return not word.lstrip("-").isdigit() and not math.isfinite(float(word))
    except ValueError:
        return False


def _short(place: JsonPlace) -> str:
    word = place.text.strip('"')
    return word if len(word) <= 60 else word[:59] + "…"


def _at(
    text: str, start: int, code: str, message: str, place: JsonPlace | None = None, *, hint: str | None = None
) -> Refused:
    position = line_and_column(text, start)
    said = f"{message} (line {position['line']}, column {position['column']})."
    return refuse(code, said, position=position, pointer=place.pointer if place else None, hint=hint)


def _syntax(text: str, error: json.JSONDecodeError) -> Refused:
    start = error.pos + error.msg.startswith("Illegal trailing comma")  # Python 3.13 points at the comma itself
    rest = text[start:].lstrip()
    start = len(text) - len(rest) if error.msg != "Invalid control character at" else start
    word = re.match(r"\w{1,20}|.", text[start:], re.DOTALL)
    found = (word[0] if word[0].isprintable() else repr(word[0])[1:-1]) if word else None
    position = line_and_column(text, start)
    unexpected = f"unexpected `{found}`" if found else "it ends too early"
    return refuse(
        "request.not_json",
        f"The body stops being JSON at line {position['line']}, column {position['column']}: {unexpected}.",
        position=position,
        found=found,
        hint=_cause(text, start, found, error.msg),
    )


def _cause(text: str, start: int, found: str | None, said: str) -> str | None:
    """Guess what was meant: by the unexpected word, or else by what Python's reader says."""
    if (found in {"}", "]"} and text[:start].rstrip().endswith(",")) or said.startswith("Illegal trailing comma"):
        return "Remove the comma before it: JSON has no trailing commas."
    if found is None:
        return "Is a closing bracket missing, or was the body cut off?"
    by_start = next((hint for start_of, hint in _SAID.items() if said.startswith(start_of)), None)
    return _UNEXPECTED.get(found, by_start)


def _check_text(value: Any) -> None:
    flaws = [
        Flaw(
            code="request.invalid_text",
            message=f"The text at `{pointer or '/'}` holds U+{ord(character):04X}, which is not stored.",
            extras={"pointer": pointer, "found": f"U+{ord(character):04X}", "hint": "Remove the character."},
        )
        for pointer, character in _forbidden(value, "")
    ]
    if flaws:
        raise Refused(flaws)


def _forbidden(value: Any, pointer: str) -> list[tuple[str, str]]:
    """Find characters that are not stored, in keys and values; the depth is bounded by now."""
    if isinstance(value, str):
        hit = FORBIDDEN.search(value)
        return [(pointer, hit[0])] if hit else []
    if isinstance(value, list):
        return [hit for index, item in enumerate(value) for hit in _forbidden(item, f"{pointer}/{index}")]
    if isinstance(value, dict):
        parts = ((f"{pointer}/{escape(_shown(key))}", key, item) for key, item in value.items())
        return [hit for place, key, item in parts for hit in (*_forbidden(key, place), *_forbidden(item, place))]
    return []


def _shown(key: str) -> str:
    """Write a key so that it can be shown."""
    return FORBIDDEN.sub("\ufffd", key)
