"""Texts in files of types: dates among them are read as in delimited text, numbers where their owner says so."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import NUMBER
from datasets.columns.column import DataWarning
from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.forms.date_form import DateForm
from datasets.columns.forms.duration_form import DurationForm
from datasets.columns.forms.guess import AmountForm, Form
from datasets.columns.forms.missing_words import OF_NUMBERS
from datasets.columns.forms.values import Doubt
from datasets.columns.parse_numbers import DIGITS_AT_RISK, first_kept_as_text
from datasets.columns.scan import ColumnScan
from datasets.errors import BadOverride, shorten
from datasets.reading.csv.mixed_columns import about_scans
from datasets.reading.csv.odd_columns import Blocks, guess_forms, read_in_forms
from datasets.reading.overrides import Overrides

NONE = ""
"""As a delimiter: nothing stands between cells, so no mark within them can be one."""
Scans = Mapping[int, ColumnScan]


def decimals_of(name: str, forms: CellForms) -> str:
    """Return the decimal marks with which the texts of a column are tried as plain numbers; none unless told."""
    return forms.of(name).plain_decimals(delimiter=NONE) if are_numbers(name, forms) else ""


def are_numbers(name: str, forms: CellForms) -> bool:
    """Whether its owner says that a column of texts holds numbers: by its kind, or by how they are written."""
    return name in forms.numbers or (name not in forms.texts and forms.of(name).says_marks)


def read_texts(scans: Scans, blocks: Blocks, forms: CellForms) -> Scans:
    """Return the scans of columns of texts, each replaced by that of its form; what is doubtful is noted in them."""
    guesses: dict[int, Form] = {}
    for index, form in guess_forms(scans, forms, delimiter=NONE).items():
        if isinstance(form, DateForm) or are_numbers(scans[index].name, forms):
            guesses[index] = form
        else:
            scans[index].doubts = [_about(scans[index])] if _keeps_digits(scans[index], form) else []
    told = forms.texts | forms.dates | forms.date_formats.keys()
    for scan in scans.values():
        if not scan.doubts and scan.name not in told and not forms.only_plain and _are_plain_numbers(scan):
            scan.doubts.append(_about(scan))
    return read_in_forms(scans, blocks, forms, guesses)


def _keeps_digits(scan: ColumnScan, form: AmountForm) -> bool:
    """Whether all texts are numbers in this form, and would keep their digits as such."""
    values = scan.values.values
    known = values.filter(pc.invert(OF_NUMBERS.are_in(values)))
    fits = not form.parse(known).null_count
    return fits and (isinstance(form, DurationForm) or first_kept_as_text(form.digits(known)) is None)


def _are_plain_numbers(scan: ColumnScan) -> bool:
    """Whether texts are plain numbers throughout, and would keep their digits as such."""
    values = scan.values.values
    if scan.scans or not len(values) or not pa.types.is_string(values.type):
        return False
    known = values.filter(pc.invert(OF_NUMBERS.are_in(values)))
    fits = pc.match_substring_regex(known, NUMBER)
    kept = pc.match_substring_regex(known, DIGITS_AT_RISK)
    return bool(len(known) and np.asarray(fits).all() and not np.asarray(kept).any())


def _about(scan: ColumnScan) -> Doubt:
    """Say that all texts of a column are numbers, and stay texts as the file has them."""
    example = next(text for text in scan.values.values.to_pylist() if text not in OF_NUMBERS)
    return Doubt(
        code="data.numbers_as_text",
        words=f"has texts like `{shorten(example)}` that are numbers; they stay texts, as the file has them. To read "
        'them as numbers, send `kinds: "number"` for it.',
        told={"kinds": "number"},
    )


def about_texts(
    scans: Scans, names: Sequence[str], warnings: Iterable[DataWarning]
) -> tuple[tuple[DataWarning, ...], tuple[DataWarning, ...]]:
    """Return what is to be said of the texts, and what is left of what was said of the file before."""
    said = about_scans(scans, names)
    settled = {warning.column for warning in said} | {scan.name for scan in scans.values() if scan.numbers}
    left = (each for each in warnings if each.code != "data.mixed_column" or each.column not in settled)
    return said, tuple(left)


def refuse_what_is_for_texts(
    overrides: Overrides, schema: pa.Schema, names: Sequence[str], is_text: Iterable[bool]
) -> None:
    """Raise BadOverride where marks or formats are told of columns that hold no texts."""
    texts = {name for name, found in zip(names, is_text, strict=True) if found}
    kinds = {name: field.type for name, field in zip(names, schema, strict=True)}
    for option, said in (("decimal", overrides.decimal), ("thousands", overrides.thousands)):
        if said is not None and not texts:
            raise _not_of_texts(option, "the file has no texts", json.dumps(said, default=dict))
        for name, mark in said.items() if isinstance(said, Mapping) else ():
            if name in kinds and name not in texts:
                raise _not_of_texts(option, f"`{shorten(name)}` holds {kinds[name]}", mark)
    for name, format_ in overrides.date_format.items():
        if name in kinds and pa.types.is_temporal(kinds[name]):
            raise _not_of_texts("date_format", f"`{shorten(name)}` holds {kinds[name]}", format_)


def _not_of_texts(option: str, why: str, found: str) -> BadOverride:
    return BadOverride(
        f"`{option}` says how texts are read; {why}.",
        found=found,
        expected="a column of texts",
        hint="Leave it out: typed values are read as they are.",
    )


def forms_of(overrides: Overrides, forms: CellForms | None) -> CellForms:
    """Return what is said of cells; as it was before forms were known, where that is asked for."""
    return overrides.forms if forms is None else replace(forms, missing_words=overrides.missing_words)
