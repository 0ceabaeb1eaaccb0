"""Errors of data: each class says all that the catalogue and an answer tell of it."""

import re
from collections import Counter

import pytest

import datasets.errors
from datasets.errors import ArchiveRatio, BadArchive, DatasetError, DuplicateColumn, NulByte, all_errors

ERRORS = list(all_errors())


def tree_of(error: type[DatasetError], indent: str = "") -> list[tuple[str, str]]:
    """Draw the classes below one as the package's docstring does, each with its code."""
    drawn, below = [], error.__subclasses__()
    for each in below:
        is_last = each is below[-1]
        drawn += [(f"{indent}{'└' if is_last else '├'}── {each.__name__}", each.code)]
        drawn += tree_of(each, indent + ("    " if is_last else "│   "))
    return drawn


def test_the_drawn_tree_is_the_tree() -> None:
    """Who looks for a code, or for what to catch, reads the drawing."""
    drawn = re.findall(r"^([│├└─ ]*\w+) +(data\.\w+)$", datasets.errors.__doc__ or "", re.MULTILINE)

    assert drawn == [("DatasetError", "data.invalid"), *tree_of(DatasetError)]


@pytest.mark.parametrize("error", ERRORS)
def test_a_class_says_everything_itself(error: type[DatasetError]) -> None:
    """What it forgot would be its parent's, on a page of its own."""
    assert {"code", "title", "explanation", "fix", "example"} <= vars(error).keys()
    assert "\n" not in error.explanation


@pytest.mark.parametrize("error", ERRORS)
def test_a_class_is_imported_from_the_package(error: type[DatasetError]) -> None:
    """A class that lies elsewhere, or is not imported here, would be in the catalogue by chance."""
    assert error.__module__.startswith("datasets.errors.")
    assert getattr(datasets.errors, error.__name__) is error


def test_no_two_classes_share_a_code() -> None:
    """One of them would be missing from the catalogue."""
    codes = Counter(error.code for error in ERRORS)

    assert [code for code, times in codes.items() if times > 1] == []


def test_the_docstring_explains_a_class_without_an_explanation() -> None:
    """What happened is said once where pages need no other words."""
    assert NulByte.explanation == NulByte.__doc__ == "A NUL byte stands in otherwise readable text."
    assert DuplicateColumn.explanation == "Columns are told apart by their names."


def test_an_error_has_the_usual_hint_unless_it_is_raised_with_a_better_one() -> None:
    """Kinds of one family are mended alike."""
    assert BadArchive("damaged").hint == ArchiveRatio("grows").hint == "Was the upload complete?"
    assert BadArchive("damaged", hint="Try tar.").to_json()["hint"] == "Try tar."
