"""How large a table may be."""

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
