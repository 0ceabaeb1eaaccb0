"""The `Range` header (RFC 9110, one range): the bytes of a file that it asks for."""

from dataclasses import dataclass

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_range_header


@dataclass(frozen=True)
class Slice:
    """Bytes `start` up to (not including) `stop` of a file of `total` bytes."""

    start: int
    stop: int
    total: int

    @property
    def length(self) -> int:
        """How many bytes this is."""
        return self.stop - self.start

    @property
    def content_range(self) -> str:
        """The value of the `Content-Range` header."""
        return f"bytes {self.start}-{self.stop - 1}/{self.total}"


def requested(header: str | None, total: int) -> Slice | None:
    """Read the header; `None` means the whole file: no header, another unit, several ranges, nonsense.

    Raises RequestedRangeNotSatisfiable (416) when a well-formed range lies outside the file.
    """
    parsed = parse_range_header(header)
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) != 1:
        return None
    bounds = parsed.range_for_length(total)
    if bounds is None:
        raise RequestedRangeNotSatisfiable(total, "bytes", f"The file has {total} bytes; `{header}` lies outside it.")
    return Slice(bounds[0], bounds[1], total)
