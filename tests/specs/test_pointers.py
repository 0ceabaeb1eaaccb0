"""JSON pointers and merge patches."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.pointers import apply_patch, at, label, merged, patch_at, path_in, pointer, rename, tokens

TOKENS = st.lists(st.text(max_size=4), max_size=4)


@given(TOKENS)
def test_a_pointer_is_read_as_it_was_written(path: list[str]) -> None:
    """RFC 6901: `~` and `/` in names are escaped."""
    text = pointer(tuple(path))

    assert list(tokens(text)) == path


@pytest.mark.parametrize(
    ("path", "text"), [((), ""), (("a", 0), "/a/0"), (("a/b", "m~n", ""), "/a~1b/m~0n/"), (("~1",), "/~01")]
)
def test_the_examples_of_the_standard_hold(path: tuple[Any, ...], text: str) -> None:
    """The order of escaping matters: `~1` must not become `/`."""
    assert pointer(path) == text


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ((), "job"),
        (("training", "epochs"), "epochs"),
        (("network", "layers", 2, "units"), "layers[2].units"),
        (("network", "hidden", 1), "hidden[1]"),
    ],
)
def test_places_are_named_as_people_would(path: tuple[Any, ...], name: str) -> None:
    """A message is read by somebody who does not know what a pointer is."""
    assert label(path) == name


@pytest.mark.parametrize(
    ("body", "path", "value"),
    [
        ({}, ("a", "b"), 1),
        ({"a": {"b": 0, "c": 2}}, ("a", "b"), 1),
        ({"a": [1, {"b": 2}, 3]}, ("a", 1, "b"), 9),
        ({"a": {"b": [1, 2]}, "z": 0}, ("a", "b", 0), 5),
    ],
)
def test_a_patch_sets_its_place_and_nothing_else(body: dict[str, Any], path: tuple[Any, ...], value: object) -> None:
    """What a client applies blindly must not lose the rest of the body."""
    patch = patch_at(body, path, value)

    changed = apply_patch(body, patch)
    assert at(changed, path) == value
    assert at(changed, ("z",)) == at(body, ("z",))
    assert at(changed, ("a", "c")) == at(body, ("a", "c"))


def test_no_patch_can_set_null() -> None:
    """In a merge patch null means that a key goes away."""
    assert patch_at({"a": 1}, ("a",), None) is None


@pytest.mark.parametrize("body", [{"a": {"old": 1, "x": 2}}, {"a": [0, {"old": 1, "x": 2}]}])
def test_renaming_moves_the_value(body: dict[str, Any]) -> None:
    """Also inside a list, which a merge patch replaces whole."""
    owner = ("a",) if isinstance(body["a"], dict) else ("a", 1)

    changed = apply_patch(body, rename(body, (*owner, "old"), "new"))

    assert at(changed, owner) == {"new": 1, "x": 2}


def test_places_in_lists_become_numbers() -> None:
    """A pointer alone does not tell a list from an object with the key 0."""
    body = {"list": [{"0": 1}], "0": []}

    assert path_in(body, "/list/0/0") == ("list", 0, "0")


def test_patches_are_merged_deeply() -> None:
    """Two changes of one object are both made."""
    assert merged({"a": {"b": 1}}, {"a": {"c": None}, "d": 2}) == {"a": {"b": 1, "c": None}, "d": 2}
