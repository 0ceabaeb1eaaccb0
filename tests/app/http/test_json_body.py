"""Strict JSON: hostile and mistaken bodies are refused with their place."""

import time

import pytest

from app.errors import Refused
from app.http import json_body


def refusal(body: bytes) -> dict[str, object]:
    """Read a body that must be refused; tell its first flaw."""
    with pytest.raises(Refused) as refused:
        json_body.parse(body)
    return refused.value.flaws[0].to_json()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[" * 50_000, "request.json_too_deep"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "request.json_too_deep"),
        (b'{"a": NaN}', "request.number_not_finite"),
        (b"[-Infinity]", "request.number_not_finite"),
        (b'{"a": 1e999}', "request.number_not_finite"),
        (b"[-1e999]", "request.number_not_finite"),
        (b"[" + b"9" * 10_000 + b"]", "request.number_too_long"),
        (b'{"a": 1, "a": 2}', "request.json_duplicate_key"),
        (b'{"a": {"b": 1, "b": 1}}', "request.json_duplicate_key"),
        (b'{"a": 1, "\\u0061": 2}', "request.json_duplicate_key"),
        (b'{"a": "\xff"}', "request.encoding"),
        ('{"a": 1}'.encode("utf-16"), "request.encoding"),
        ('{"a": 1}'.encode("utf-16-le"), "request.encoding"),
        ('{"a": 1}'.encode("utf-32"), "request.encoding"),
        (b'{"a": "x\\u0000"}', "request.invalid_text"),
        (b'{"x\\u0000": 1}', "request.invalid_text"),
        (b'{"a": "\\ud800"}', "request.invalid_text"),
        ('{"a": "abc\u202edef"}'.encode(), "request.invalid_text"),
        (b'{"a": "abc\\u202edef"}', "request.invalid_text"),
        (b'{"a": 1', "request.not_json"),
        (b"", "request.not_json"),
    ],
)
def test_hostile_json_is_refused(body: bytes, code: str) -> None:
    """Python's reader accepts or crashes on most of these."""
    assert refusal(body)["code"] == code


@pytest.mark.parametrize(
    ("body", "line", "column", "hint"),
    [
        (b'{"a": 1,}', 1, 9, "trailing comma"),
        (b'{\n  "a": [1, 2, ]\n}', 2, 15, "trailing comma"),
        (b"{'a': 1}", 1, 2, "double quotes"),
        (b'{"a": 1 // one\n}', 1, 9, "comment"),
        (b'{"a": True}', 1, 7, "`true`"),
        (b'{"a": None}', 1, 7, "`null`"),
        (b"{a: 1}", 1, 2, "double quotes"),
        (b'{"a": 1 "b": 2}', 1, 9, "comma"),
        (b'{"a" 1}', 1, 6, "colon"),
        (b"[1] 2", 1, 5, "one JSON value"),
        (b'{"a": "x\ny"}', 1, 9, "\\n"),
        (b'{"a": "x', 1, 7, "quote"),
        (b'{"a": [1, 2', 1, 12, "cut off"),
    ],
)
def test_a_slip_is_placed_and_explained(body: bytes, line: int, column: int, hint: str) -> None:
    """People write these by hand; the answer must lead to the character."""
    flaw = refusal(body)

    assert flaw["position"] == {"line": line, "column": column}
    assert hint in str(flaw["hint"])


def test_a_duplicate_key_is_placed() -> None:
    """In a long body the key's name alone would not be found."""
    flaw = refusal(b'{"x": [{"k": 1},\n {"k": 1, "k": 2}]}')

    assert flaw["pointer"] == "/x/1/k"
    assert flaw["position"] == {"line": 2, "column": 11}


def test_every_forbidden_character_is_named_with_its_pointer() -> None:
    """One answer shows them all, and pointers are escaped."""
    with pytest.raises(Refused) as refused:
        json_body.parse(b'{"a/b": ["ok", "\\u0000"], "c": "\\udfff"}')

    assert [flaw.extras["pointer"] for flaw in refused.value.flaws] == ["/a~1b/1", "/c"]


@pytest.mark.parametrize("body", ['{"a": "ä😀\\ud83d\\ude00\\n"}', "[1.5, -2, 0.1e-5, true, null]", '\ufeff{"a": {}}'])
def test_ordinary_json_is_read(body: str) -> None:
    """Strictness must not cost honest clients anything; surrogate pairs are whole characters."""
    assert json_body.parse(body.encode()) is not None


def test_depth_is_counted_outside_of_texts_only() -> None:
    """Brackets in a text are not nesting."""
    assert json_body.parse(b'{"a": "' + b"[" * 5000 + b'\\""}')


@pytest.mark.parametrize("body", [b'"' + b'\\"' * 2_000_000, b'{"a":"' + b"[" * 4_000_000, b"[" * 4_000_000, b'["' * 9])
def test_refusing_takes_no_longer_than_reading(body: bytes) -> None:
    """A scan that starts anew at each quote would take hours on these."""
    start = time.perf_counter()

    refusal(body)

    assert time.perf_counter() - start < 30
