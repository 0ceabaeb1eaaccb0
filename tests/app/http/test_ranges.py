"""A download can be continued where it broke off."""

import pytest
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.http import ranges


@pytest.mark.parametrize(
    ("header", "bounds"),
    [("bytes=0-0", (0, 1)), ("bytes=5-", (5, 10)), ("bytes=-3", (7, 10)), ("bytes=2-900", (2, 10))],
)
def test_one_range_is_read(header: str, bounds: tuple[int, int]) -> None:
    """First byte, from here on, the tail, and an end beyond the file, which is cut."""
    wanted = ranges.requested(header, 10)

    assert wanted is not None
    assert (wanted.start, wanted.stop) == bounds


@pytest.mark.parametrize(
    "header", [None, "", "rows=1-2", "bytes=a-b", "bytes=5-1", "bytes=" + ",".join(["0-1"] * 1000)]
)
def test_what_cannot_be_served_in_parts_is_served_whole(header: str | None) -> None:
    """RFC 9110 lets a server ignore the header; a thousand parts are a way to make a server work for nothing."""
    assert ranges.requested(header, 10) is None


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100"])
def test_a_range_beyond_the_end_is_refused(header: str) -> None:
    """416, so that a client that resumes a changed file notices."""
    with pytest.raises(RequestedRangeNotSatisfiable):
        ranges.requested(header, 10)


def test_the_content_range_header_names_the_last_byte_inclusively() -> None:
    """The header counts inclusively, Python does not."""
    assert ranges.Slice(2, 5, 10).content_range == "bytes 2-4/10"
