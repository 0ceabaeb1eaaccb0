"""Limits on one file with a table: its bytes, rows and columns, its cells, archives and images."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds for one file; what exceeds them is refused before memory is spent on it."""

    max_bytes: int = 2 * 1024**3
    max_columns: int = 10_000
    max_rows: int = 100_000_000
    max_cell_chars: int = 1_000_000
    max_line_chars: int = 2_000_000
    max_name_chars: int = 200
    max_entries: int = 50_000
    """Files in one archive."""
    max_pixels: int = 40_000_000
    """Of one image, before it is made smaller."""
    max_vector: int = 1_000_000
    """Numbers in one vector or image."""
    max_ratio: int = 200
    """How many times its size a compressed file may grow, once it has grown beyond `free_bytes`."""
    free_bytes: int = 64 * 1024**2
