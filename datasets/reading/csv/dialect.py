"""How a file of text writes its table, found out from its first rows or told by its owner."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from datasets.columns.column import DataWarning
from datasets.columns.table import Dialect
from datasets.errors import BadOverride, EmptyFile, FilePosition, LineTooLong, TooManyColumns
from datasets.limits import Limits
from datasets.reading.column_names import free_name, name_columns
from datasets.reading.csv.doubt_delimiter import doubt_delimiter
from datasets.reading.csv.layout.choose_way import DELIMITERS, Trial, choose_way
from datasets.reading.csv.layout.commented_names import find_commented_names
from datasets.reading.csv.layout.find_header import Header, find_header
from datasets.reading.csv.layout.short_header import ROW_NAMES
from datasets.reading.csv.text_file import TextFile
from datasets.reading.csv.way import Way
from datasets.reading.overrides import SPACES, Overrides

SAMPLE_CHARS = 256 * 1024
LINE_END = re.compile(r"\r\n|\r|\n")
LIKELY = 0.9
"""Share of rows that have the usual number of cells, above which the delimiter is likely right."""
NAMED_DELIMITER = re.compile(r'"?sep=([\t !#-/:-@\[-`{-~])"?[ \t]*\r?\n', re.IGNORECASE)
"""Excel's first line: the delimiter of all others."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How to read the file: its dialect, its columns' names, and the line on which its first row ends.

    Lines in `dropped` hold no row of the table; `header` are the cells of the row of names as they stand in the file.
    Where it comes again it is dropped only if `is_above_numbers`: words among words may be a row.
    """

    dialect: Dialect
    names: tuple[str, ...]
    first_line: int
    warnings: tuple[DataWarning, ...]
    way: Way = field(default_factory=lambda: Way(delimiter=","))
    dropped: frozenset[int] = frozenset()
    header: tuple[str, ...] | None = None
    is_above_numbers: bool = False
    looks_for_footers: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names)

    @property
    def is_plain(self) -> bool:
        """Whether any reader of CSV sees the table in the file as it is."""
        is_short = self.header is not None and len(self.header) < self.width
        return self.way.is_plain and not self.dropped and not is_short


def sniff(source: TextFile, limits: Limits, overrides: Overrides = Overrides()) -> Layout:  # noqa: B008  # frozen
    """Find out how the file is written; raises when its first row alone shows that it is no table."""
    text, is_whole = _sample(source, limits)
    above = _lines_above(text, overrides)
    if above and (named := NAMED_DELIMITER.match(text)) and overrides.delimiter is None:
        overrides = replace(overrides, delimiter=named[1])
    text = _without_lines(text, above)
    if not text.strip():
        raise EmptyFile("The file holds nothing but blank lines.", found="no text", expected="a header and rows")
    _check_first_line(text, is_whole=is_whole, limits=limits)
    told, commented = overrides, find_commented_names(text, overrides)
    if commented is not None:
        above = commented.line - 1
        overrides = replace(overrides, delimiter=commented.delimiter, header=commented.line)
        text = _without_lines(commented.text, above)
    trial = choose_way(text, overrides, limits, cleans=source.has_invisible)
    header = find_header(trial.records, overrides, delimiter=trial.way.delimiter)
    layout = _layout(source, limits, overrides, trial, header, frozenset(range(1, above + 1)))
    if commented is None:
        return layout
    dialect = replace(layout.dialect, sureness=_sureness(told, trial, header))
    return replace(layout, dialect=dialect, warnings=(commented.warning, *layout.warnings))


def _layout(
    source: TextFile, limits: Limits, overrides: Overrides, trial: Trial, header: Header, above: frozenset[int]
) -> Layout:
    first = trial.records[header.first]
    _check_width(len(first.cells), limits)
    has_header, is_alone = header.row is not None, first is trial.records[-1]
    is_told = overrides.header is False
    names, warnings = name_columns(
        first.cells, limits, line=first.line, has_header=has_header, is_alone=is_alone, is_told=is_told
    )
    if header.is_short:
        names = (free_name(ROW_NAMES, names), *names)
    way = trial.way
    dialect = Dialect(
        delimiter=way.delimiter,
        encoding=source.encoding.removesuffix("-sig"),
        has_header=header.row is not None,
        quote=way.quote,
        escape=way.escape,
        comment=way.comment,
        header_line=None if header.row is None else first.line,
        sureness=_sureness(overrides, trial, header),
    )
    return Layout(
        dialect=dialect,
        names=names,
        first_line=first.last_line,
        warnings=(*_about_way(trial, overrides), *doubt_delimiter(trial, overrides), *header.warnings, *warnings),
        way=way,
        dropped=above | header.dropped,
        header=None if header.row is None else tuple(first.cells),
        is_above_numbers=header.is_above_numbers,
        looks_for_footers=overrides.comment is None and len(names) > 1,
    )


def _sureness(overrides: Overrides, trial: Trial, header: Header) -> Mapping[str, str]:
    """Say of each thing that was found out how sure it is: told, certain, likely or doubtful."""
    facts = {
        "delimiter": (overrides.delimiter, trial.way.is_plain and trial.is_table, trial.agreement_below >= LIKELY),
        "quote": (overrides.quote, trial.way.quote == '"' and trial.fault is None, trial.is_table),
        "header": (overrides.header, header.is_sure, header.row is not None),
    }
    return {
        name: "told" if told is not None else "certain" if certain else "likely" if likely else "doubtful"
        for name, (told, certain, likely) in facts.items()
    }


def _about_way(trial: Trial, overrides: Overrides) -> tuple[DataWarning, ...]:
    """Warn of an unusual way of quoting or cutting that was found and not told."""
    way = trial.way
    found: list[tuple[str, str, dict[str, str]]] = []
    if way.delimiter == SPACES and overrides.delimiter is None:
        found.append(("data.delimiter_spaces", "its columns are told apart by runs of blanks", {"delimiter": ","}))
    if way.escape and overrides.escape is None:
        found.append(
            ("data.quotes_escaped", f"`{way.escape}` stands before quotes inside of cells", {"escape": way.escape})
        )
    if way.trims_behind:
        found.append(("data.quotes_padded", "the blanks behind closing quotes are not there", {}))
    if way.drawing:
        found.append(("data.table_drawn", "its lines of dashes and the bars around its rows are not there", {}))
    elif way.quote != '"' and overrides.quote is None:
        found.append(("data.quote_guessed", f"its cells are quoted by `{way.quote}`", {"quote": '"'}))
    if way.comment and overrides.comment is None:
        found.append(
            ("data.comments_skipped", f"lines that begin with `{way.comment}` are comments", {"comment": way.comment})
        )
    return tuple(
        DataWarning(code=code, message=f"The file is read as if {what}.", patch=patch or None)
        for code, what, patch in found
    )


def _sample(source: TextFile, limits: Limits) -> tuple[str, bool]:
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read(SAMPLE_CHARS)
        if len(text) < SAMPLE_CHARS:
            return text, True
        return text + file.readline(limits.max_line_chars + 1), False


def _lines_above(text: str, overrides: Overrides) -> int:
    """Return how many lines at the top are not to be read."""
    if overrides.skip_rows is not None:
        lines = overrides.skip_rows
    elif isinstance(overrides.header, int) and not isinstance(overrides.header, bool):
        lines = overrides.header - 1
    else:
        return 1 if NAMED_DELIMITER.match(text) else 0
    there = len(LINE_END.findall(text)) + (not text.endswith(("\n", "\r")))
    if lines >= max(1, there):
        name = "skip_rows" if overrides.skip_rows is not None else "header"
        raise BadOverride(
            f"`{name}` leaves nothing: the first part of the file has {there} lines.",
            found=overrides.skip_rows if name == "skip_rows" else overrides.header,
            expected=f"less than {there}" if name == "skip_rows" else f"at most {there}",
        )
    return lines


def _without_lines(text: str, count: int) -> str:
    """Empty the first lines; those below keep their numbers."""
    return "\n" * count + LINE_END.split(text, count)[-1] if count else text


def _check_first_line(text: str, *, is_whole: bool, limits: Limits) -> None:
    first = text.lstrip("\r\n").partition("\n")[0]
    if is_whole or len(first) <= limits.max_line_chars:
        return
    cells = max(first.count(delimiter) for delimiter in DELIMITERS) + 1
    _check_width(cells, limits)
    raise LineTooLong(
        f"Line 1 has more than {limits.max_line_chars} characters.",
        position=FilePosition(line=1),
        expected=limits.max_line_chars,
    )


def _check_width(cells: int, limits: Limits) -> None:
    if cells > limits.max_columns:
        raise TooManyColumns(
            f"The first row has {cells} or more cells; the limit is {limits.max_columns} columns.",
            position=FilePosition(line=1),
            found=cells,
            expected=limits.max_columns,
        )
