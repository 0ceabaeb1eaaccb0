"""Names of columns: clean, unique, and made up where the file has none."""

import re
import unicodedata
from collections.abc import Sequence

from datasets.columns.cells import INVISIBLE
from datasets.columns.column import DataWarning
from datasets.errors import BadColumnName, DuplicateColumn, FilePosition, shorten
from datasets.limits import Limits

ODD_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def name_columns(
    first: Sequence[str], limits: Limits, *, line: int, has_header: bool, is_alone: bool = False, is_told: bool = False
) -> tuple[tuple[str, ...], tuple[DataWarning, ...]]:
    """Return the columns' names from the first row, or column_1, column_2 … with a warning when it is no header."""
    if not has_header:
        why = "No row names the columns, as `header=false` says" if is_told else "The first row looks like data"
        warning = DataWarning(
            code="data.no_header",
            message=f"{why}, so the columns are named column_1 to column_{len(first)}.",
            position=FilePosition(line=line),
            patch=None if is_alone else {"header": line},
        )
        return tuple(f"column_{i + 1}" for i in range(len(first))), (warning,)

    return check_names(first, limits, line=line)


def check_names(
    given: Sequence[str], limits: Limits, *, line: int | None = None
) -> tuple[tuple[str, ...], tuple[DataWarning, ...]]:
    """Return the names, trimmed and made up where empty; raises BadColumnName and DuplicateColumn."""
    names: list[str] = []
    warnings: list[DataWarning] = []
    for number, cell in enumerate(given, start=1):
        name = LINE_BREAK.sub(" ", cell.strip())
        if not name.isascii() and (plain := _plain(name)) != name:
            warnings.append(_with_invisible(plain, number, line))
            name = plain
        if not name:
            name = free_name(f"column_{number}", given)
            warnings.append(_unnamed(name, number, line))
        names.append(name)
        _check_name(name, FilePosition(line=line, column=number), limits)
    _check_unique(names, line)
    return tuple(names), tuple(warnings)


def _plain(name: str) -> str:
    """Return a name without what cannot be seen: an odd blank is a blank, other characters are nothing at its edges."""
    return ODD_BLANK.sub(" ", name.strip(INVISIBLE)).strip()


def _with_invisible(name: str, number: int, line: int | None) -> DataWarning:
    return DataWarning(
        code="data.invisible_characters",
        message=f"The name of column {number} has characters that cannot be seen, or odd blanks; "
        f"it is read as `{name}`.",
        column=name,
        position=FilePosition(line=line, column=number),
    )


def free_name(name: str, taken: Sequence[str]) -> str:
    """Return the name, with as many `_` behind it as make it new among those that are taken."""
    used = {cell.strip() for cell in taken}
    while name in used:
        name += "_"
    return name


def _unnamed(name: str, number: int, line: int | None) -> DataWarning:
    return DataWarning(
        code="data.unnamed_column",
        message=f"Column {number} has no name and is called `{name}`.",
        column=name,
        position=FilePosition(line=line, column=number),
    )


def _check_name(name: str, position: FilePosition, limits: Limits) -> None:
    if len(name) > limits.max_name_chars:
        raise BadColumnName(
            f"The name of column {position.column} has {len(name)} characters; the limit is {limits.max_name_chars}.",
            position=position,
            found=shorten(name),
            expected=f"at most {limits.max_name_chars} characters",
        )
    for character in name:
        if unicodedata.category(character) in {"Cc", "Cs"} or character in BIDI:
            raise BadColumnName(
                f"The name of column {position.column} contains U+{ord(character):04X}, which cannot be shown.",
                position=position,
                found=ascii(shorten(name)),
                expected="printable text",
            )


def _check_unique(names: list[str], line: int | None) -> None:
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if name in seen:
            raise DuplicateColumn(
                f"Columns {seen[name]} and {number} are both called `{shorten(name)}`.",
                position=FilePosition(line=line, column=number, name=name),
                found=name,
                expected="a name of its own for every column",
                hint="Rename one of them.",
            )
        seen[name] = number
