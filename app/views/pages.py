"""Pages of lists: what a page of rows looks like as an answer."""

from collections.abc import Callable
from typing import Any, TypeVar

from store.database.rows import Page

Row = TypeVar("Row")


def present(page: Page[Row], show: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """Show a page."""
    return {
        "object": "list",
        "data": [show(row) for row in page.rows],
        "has_more": page.has_more,
        "next_cursor": page.next_cursor,
    }
