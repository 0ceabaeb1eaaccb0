"""Columns that are no plain numbers or dates, tried in the form of most of their cells, in a pass of their own."""

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.forms.codes import about_codes
from datasets.columns.forms.date_form import DateForm
from datasets.columns.forms.guess import Form, Guess, guess_form
from datasets.columns.forms.guess_date import about_order
from datasets.columns.forms.guess_number import about_marks
from datasets.columns.forms.missing_words import OF_NUMBERS, words_of
from datasets.columns.forms.number_form import NumberForm, grouped
from datasets.columns.scan import ColumnScan
from datasets.columns.set_dates import SetDates

Blocks = Callable[[], Iterator[list[pa.Array]]]
Scans = Mapping[int, ColumnScan]
"""Columns by their index in the table."""
LOOKED_AT = 1000


def read_odd_columns(scans: Scans, blocks: Blocks, forms: CellForms, *, delimiter: str) -> Scans:
    """Return the scans, each replaced by that of its form where all cells have one; what is doubtful is noted in them.

    Nothing is read again where no column looks like it.
    """
    return read_in_forms(scans, blocks, forms, guess_forms(scans, forms, delimiter=delimiter))


def read_in_forms(scans: Scans, blocks: Blocks, forms: CellForms, guesses: Mapping[int, Form]) -> Scans:
    """Return the scans, those of the guesses replaced by those of their forms where all cells have them."""
    if not guesses:
        return scans
    words = words_of(forms.missing_words, OF_NUMBERS)
    again = {
        index: ColumnScan(scans[index].name, width=len(scans), decimals="", words=words, form=form)
        for index, form in guesses.items()
    }
    for block in blocks():
        for index, scan in again.items():
            scan.add(block[index])
    return {index: _settled(scan, again.get(index), forms) for index, scan in scans.items()}


def guess_forms(scans: Scans, forms: CellForms, *, delimiter: str) -> dict[int, Form]:
    """Guess the forms of the columns that may have one, by their index; doubts are noted in the scans."""
    is_at_once = forms.is_guess and delimiter == ","
    candidates = {
        index: scan
        for index, scan in scans.items()
        if not (is_at_once and scan.at_once and scan.at_once.has_no_form) and _is_candidate(scan, forms)
    }
    elsewhere = _sure_mark(scans, delimiter)
    guesses = _guess_all(candidates, forms, delimiter, elsewhere)
    if delimiter != "," and elsewhere is None and _use_commas(guesses):
        elsewhere = ","
        guesses = _guess_all(candidates, forms, delimiter, elsewhere)
    guesses |= _review(scans, forms, delimiter, elsewhere)
    _doubt_codes(scans, forms)
    for index, guess in guesses.items():
        if guess.doubt is not None:
            scans[index].doubts.append(guess.doubt)
    return {
        index: guess.form
        for index, guess in guesses.items()
        if guess.form is not None and (index not in candidates or _fits_first(scans[index], guess.form, forms))
    }


def _guess_all(scans: Scans, forms: CellForms, delimiter: str, elsewhere: str | None) -> dict[int, Guess]:
    found = {}
    for index, scan in scans.items():
        values = scan.values.values.slice(0, LOOKED_AT).to_pylist()
        found[index] = guess_form(
            scan.name, values, scan.values.counts[: len(values)].tolist(),
            forms=forms, delimiter=delimiter, decimal_elsewhere=elsewhere,
        )  # fmt: skip
    return found


def _use_commas(guesses: Mapping[int, Guess]) -> bool:
    """Whether the columns whose form is beyond doubt have decimal commas, and none has a point."""
    sure = {guess.form.decimal for guess in guesses.values() if isinstance(guess.form, NumberForm) and not guess.doubt}
    return sure == {","}


def _fits_first(scan: ColumnScan, form: Form, forms: CellForms) -> bool:
    """Whether the first cell that is no plain number fits; where it does not, nothing has to be read again."""
    misfit = scan.scans[0].misfit if scan.scans else None
    if misfit is None or isinstance(form, DateForm):
        return True
    if misfit.text in words_of(forms.missing_words, OF_NUMBERS) or form.read(misfit.text) is not None:
        return True
    scan.nearly, scan.misfit = form, misfit
    return False


def _is_candidate(scan: ColumnScan, forms: CellForms) -> bool:
    """Whether a column is text so far; one whose dates read both ways is told so."""
    if scan.name in forms.date_formats or (scan.name in forms.dates and not scan.dates.format):
        return scan.missing < scan.rows
    if scan.missing == scan.rows or scan.numbers or scan.kept_as_text or forms.only_plain:
        return False
    if scan.dates.format:
        if scan.dates.other:
            scan.doubts.append(about_order(scan.dates.format, [scan.dates.other], scan.values.values[0].as_py()))
        return False
    return bool(pa.types.is_string(scan.values.values.type))


def _sure_mark(scans: Scans, delimiter: str) -> str | None:
    """Return the decimal mark of the columns of plain numbers that read one way only; None for both or neither."""
    if delimiter == ",":
        return None
    marked = [scan for scan in scans.values() if scan.numbers and _has_decimals(scan) and not _reads_both_ways(scan)]
    sure = {scan.numbers.decimal for scan in marked if scan.numbers}
    return sure.pop() if len(sure) == 1 else None


def _review(scans: Scans, forms: CellForms, delimiter: str, elsewhere: str | None) -> dict[int, Guess]:
    """Find plain decimals that may be thousands, `1.234`.

    Beside a column of decimal commas a point is read as standing between thousands; alone it stays the decimal mark,
    which is doubtful between semicolons, where decimal commas are usual.
    """
    if delimiter == "," or forms.only_plain:
        return {}
    found = {}
    for index, scan in scans.items():
        if (
            scan.numbers is None
            or forms.of(scan.name).says_marks
            or scan.name in forms.dates
            or not _has_decimals(scan)
            or not _reads_both_ways(scan)
        ):
            continue
        mark, other = (".", ",") if scan.numbers.decimal == "." else (",", ".")
        is_grouped = elsewhere == other
        if mark == elsewhere or not (is_grouped or delimiter == ";"):
            continue
        marks = (other, mark) if is_grouped else (mark, "")
        form = NumberForm(decimal=other, thousands=mark) if is_grouped else None
        found[index] = Guess(form=form, doubt=about_marks(marks, mark, _first_with(scan, mark)))
    return found


def _doubt_codes(scans: Scans, forms: CellForms) -> None:
    """Note where different texts are one number, and may be codes, unless they are said to be numbers."""
    for scan in scans.values():
        if scan.numbers is None or scan.name in forms.numbers | forms.dates or not scan.values.is_exact:
            continue
        if forms.only_plain or not pa.types.is_string(scan.values.values.type):
            continue
        doubt = about_codes(scan.values.values, scan.distinct())
        scan.doubts += [] if doubt is None else [doubt]


def _has_decimals(scan: ColumnScan) -> bool:
    mark = scan.numbers.decimal if scan.numbers else "."
    is_text = pa.types.is_string(scan.values.values.type)
    return is_text and bool(pc.any(pc.match_substring(scan.values.values, mark)).as_py())


def _reads_both_ways(scan: ColumnScan) -> bool:
    """Whether every decimal mark has three digits behind it, and could stand between thousands."""
    mark = scan.numbers.decimal if scan.numbers else "."
    values = scan.values.values
    marked = values.filter(pc.match_substring(values, mark))
    return bool(pc.all(pc.match_substring_regex(marked, f"^[+-]?{grouped(mark)}$")).as_py())


def _first_with(scan: ColumnScan, mark: str) -> str:
    return next(str(text) for text in scan.values.values.to_pylist() if mark in text)


def _settled(plain: ColumnScan, formed: ColumnScan | None, forms: CellForms) -> ColumnScan:
    if formed is None:
        return plain
    if isinstance(formed.dates, SetDates):
        plain.most_are = f"dates like `{formed.dates.form.format}`"
        is_read = formed.dates.is_sure or (plain.name in forms.date_formats and formed.dates.good > 0)
        misfit = formed.dates.first_swapped or formed.dates.first_bad
    else:
        is_read, misfit = formed.numbers is not None, formed.scans[0].misfit or formed.scans[0].kept
    if is_read:
        formed.doubts = plain.doubts
        return formed
    plain.nearly = formed.dates.form if isinstance(formed.dates, SetDates) else formed.scans[0].form
    plain.misfit, plain.doubts = misfit, []
    return plain
