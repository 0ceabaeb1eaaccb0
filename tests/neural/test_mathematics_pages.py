"""The pages that derive the mathematics by hand: what they say the library computes, it computes."""

import doctest
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "docs" / "mathematics").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_the_numbers_of_a_page_are_the_librarys(page: Path) -> None:
    """A derivation with a slip in it teaches the slip."""
    result = doctest.testfile(str(page), module_relative=False)

    assert result.attempted >= 5
    assert result.failed == 0
