"""Warnings about columns that are not all of one kind or read two ways, with the line of the first such cell."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow.compute as pc

from datasets.columns.cells import MISSING_MARKS, NUMBER
from datasets.columns.column import DataWarning
from datasets.columns.forms.guess import Form
from datasets.columns.forms.missing_words import OF_NUMBERS
from datasets.columns.number_scan import FirstPlace
from datasets.columns.scan import ColumnScan
from datasets.columns.set_dates import SetDates
from datasets.errors import FilePosition, shorten
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.locate_fault import find_lines
from datasets.reading.csv.text_file import TextFile

MOST_WORDS = 5
"""Different words that are believed to say that there is no value."""
OF_COLUMNS = frozenset({"date_format", "decimal", "thousands", "kinds"})
"""What a patch says of the column alone, so that the patches of several columns can be merged."""
HAS_DIGIT = re.compile(r"\d")
"""Of a cell that has a value, if in another form."""


@dataclass(frozen=True, kw_only=True)
class _Finding:
    """What is to be said of a column; `{place}` in the words stands for the first such cell.

    `missing` are words that would have to mean no value.
    """

    index: int
    code: str
    words: str
    place: FirstPlace | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def about_mixed_columns(
    scans: Mapping[int, ColumnScan], source: TextFile, layout: Layout, limits: Limits
) -> tuple[DataWarning, ...]:
    """Columns that would be numbers or dates but for a few cells, or for digits that no number keeps; by index."""
    return about_scans(scans, layout.names, lambda rows: find_lines(source, layout, limits, rows))


def about_scans(
    scans: Mapping[int, ColumnScan], names: Sequence[str], lines_of: Callable[[set[int]], dict[int, int]] | None = None
) -> tuple[DataWarning, ...]:
    """The same of any file; `lines_of` finds the lines of data rows, where the file has lines."""
    found = [finding for index, scan in scans.items() for finding in _findings(index, scan)]
    found = _with_all_words(found, scans)
    rows = {finding.place.row for finding in found if finding.place}
    lines = lines_of(rows) if rows and lines_of is not None else {}
    return tuple(_warning(finding, names[finding.index], lines) for finding in found)


def _with_all_words(found: list[_Finding], scans: Mapping[int, ColumnScan]) -> list[_Finding]:
    """Have each patch say the words of all columns beside those that hold already: merged, none takes another back."""
    added = [word for finding in found for word in finding.missing]
    patched = []
    for finding in found:
        said = scans[finding.index].words.said
        words = dict.fromkeys((*(MISSING_MARKS[1:] if said is None else said), *added))
        patched.append(replace(finding, told={"missing_words": list(words)}) if finding.missing else finding)
    return patched


def _findings(index: int, scan: ColumnScan) -> Iterator[_Finding]:
    place = None if scan.doubts else scan.mostly_numbers or scan.misfit
    if (kept := scan.kept_as_text) is not None:
        words = "A number would not keep the digits of {place}, so {name} is read as text."
        yield _Finding(index=index, code="data.digits_kept", words=words, place=kept)
    elif place is not None:
        most = "numbers" if scan.mostly_numbers else scan.most_are
        words = f"Most cells of {{name}} are {most}, but {{place}} is not, so the column is read as text."
        missing = tuple(_words_that_spoil(scan, place))
        yield _Finding(index=index, code="data.mixed_column", words=words, place=place, missing=missing)
    elif isinstance(scan.dates, SetDates) and scan.dates.first_bad is not None:
        cells = f"{scan.dates.bad} of {scan.dates.good + scan.dates.bad} cells"
        are = "is no date" if scan.dates.bad == 1 else "are no dates"
        words = f"{cells} of {{name}} {are} like `{scan.dates.form.format}`: {{place}}. They count as missing."
        yield _Finding(index=index, code="data.bad_dates", words=words, place=scan.dates.first_bad)
    for doubt in scan.doubts:
        yield _Finding(index=index, code=doubt.code, words=f"{{name}} {doubt.words}", told=doubt.told)


def _form(scan: ColumnScan) -> Form | None:
    """Return the form that most cells have; None where they are plain numbers."""
    return None if scan.mostly_numbers else scan.nearly


def _words_that_spoil(scan: ColumnScan, place: FirstPlace) -> list[str]:
    """Return the few words without which all cells have one form; none where it takes more than to leave words out."""
    if HAS_DIGIT.search(place.text):
        return []
    values = scan.values.values
    values = values.filter(pc.invert(OF_NUMBERS.are_in(values)))
    if (form := _form(scan)) is None:
        decimal = next(each.decimal for each in scan.scans if each.misfit == place)
        fits = pc.match_substring_regex(pc.replace_substring(values, decimal, "."), NUMBER)
    else:
        fits = form.parse(values).is_valid()
    words = list(dict.fromkeys([place.text, *values.filter(pc.invert(fits)).to_pylist()]))
    return words if len(words) <= MOST_WORDS and not any(HAS_DIGIT.search(word) for word in words) else []


def _warning(finding: _Finding, name: str, lines: dict[int, int]) -> DataWarning:
    place, where, position = finding.place, "", None
    if place is not None:
        line = lines.get(place.row)
        where = f"`{shorten(place.text)}` " + (
            f"in data row {place.row}" if line is None else f"on line {line} (data row {place.row})"
        )
        position = FilePosition(line=line, row=place.row, column=finding.index + 1, name=name)
    message = finding.words.replace("{name}", f"`{name}`").replace("{place}", where)
    told = {option: {name: said} if option in OF_COLUMNS else said for option, said in finding.told.items()}
    return DataWarning(code=finding.code, message=message, column=name, position=position, patch=told or None)
