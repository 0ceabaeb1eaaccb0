"""Names that stand in a comment above numbers, as `numpy.savetxt` writes them: `# x y` above `1.0 2.0`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from datasets.columns.cells import is_number
from datasets.columns.column import DataWarning
from datasets.columns.forms.missing_words import OF_NUMBERS
from datasets.errors import FilePosition
from datasets.reading.csv.layout.choose_way import DELIMITERS, SAMPLE_ROWS
from datasets.reading.overrides import SPACES, Overrides

MARK = re.compile(r"#[ \t]*(?=[^\s#])")


@dataclass(frozen=True)
class CommentedNames:
    """The line of the names, what stands between them, and the text with their mark taken away."""

    line: int
    delimiter: str
    text: str

    @property
    def warning(self) -> DataWarning:
        """Tell whose the names are; the patch reads the line as a comment alone."""
        return DataWarning(
            code="data.names_in_comment",
            message=f"The names of the columns are taken from line {self.line}, which begins with `#`.",
            position=FilePosition(line=self.line),
            patch={"comment": "#"},
        )


def find_commented_names(text: str, overrides: Overrides) -> CommentedNames | None:
    """Return the last line of the comments on top if it names as many columns as the rows of numbers below have."""
    if overrides.comment is not None or overrides.header not in {None, True}:
        return None
    start = len(text) - len(text.lstrip("\r\n"))
    while (mark := MARK.match(text, start)) is not None:
        end = text.find("\n", start) + 1 or len(text)
        if not text.startswith("#", end):
            delimiter = _delimiter(text[mark.end() : end], _rows(text[end:]), overrides)
            line = text.count("\n", 0, start) + 1
            return CommentedNames(line, delimiter, text[:start] + text[mark.end() :]) if delimiter else None
        start = end
    return None


def _rows(below: str) -> list[str]:
    """Return the first lines that hold something; the last one may be cut off."""
    lines = [line for line in below.splitlines()[: SAMPLE_ROWS + 1] if line.strip()]
    return lines[:-1] if len(lines) > SAMPLE_ROWS else lines


def _delimiter(names: str, rows: Sequence[str], overrides: Overrides) -> str | None:
    for delimiter in overrides.delimiter or (DELIMITERS + SPACES):
        cut = [_cells(line, delimiter) for line in (names, *rows)]
        first, below = cut[0], cut[1:]
        if below and all(len(cells) == len(first) and all(map(_is_value, cells)) for cells in below):
            is_named = all(cell.strip() and not is_number(cell) for cell in first)
            return delimiter if is_named else None
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    return line.split() if delimiter == SPACES else line.strip("\r\n").split(delimiter)


def _is_value(cell: str) -> bool:
    return is_number(cell) or cell in OF_NUMBERS
