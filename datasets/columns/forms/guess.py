"""How a column that might hold numbers or dates is written, guessed from its values; a whole pass confirms it."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.forms.date_form import DateForm
from datasets.columns.forms.duration_form import DurationForm
from datasets.columns.forms.guess_date import COMPACT, guess_date, may_be_date
from datasets.columns.forms.guess_duration import guess_duration, may_be_duration
from datasets.columns.forms.guess_number import guess_number
from datasets.columns.forms.missing_words import OF_NUMBERS, words_of
from datasets.columns.forms.number_form import NumberForm
from datasets.columns.forms.number_parts import take_apart
from datasets.columns.forms.values import Doubt, Values

AmountForm: TypeAlias = NumberForm | DurationForm
"""Forms whose values are numbers."""
Form: TypeAlias = AmountForm | DateForm
FIRST, GLANCE = 3, 8
LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Guess:
    """The form that most values of a column have, if there is one, and what is doubtful about it."""

    form: Form | None = None
    doubt: Doubt | None = None


NOTHING = Guess()


def amount_form(body: Mapping[str, Any] | None) -> AmountForm | None:
    """Read the form of numbers that a column states as its `format`; None for plain ones."""
    if not body:
        return None
    return DurationForm.from_json(body) if "duration" in body else NumberForm.from_json(body)


def guess_form(
    name: str,
    texts: Sequence[str],
    counts: Sequence[int],
    *,
    forms: CellForms,
    delimiter: str,
    decimal_elsewhere: str | None = None,
) -> Guess:
    """Guess from different values, with how often each is there; `decimal_elsewhere` is the mark of other columns."""
    forms, words = forms.of(name), words_of(forms.missing_words, OF_NUMBERS)
    shown = tuple(itertools.islice((text for text in texts if text not in words), GLANCE))
    if name in forms.date_formats:
        return Guess(form=DateForm(forms.date_formats[name])) if shown else NOTHING
    if name in forms.dates:
        date, doubt = guess_date(Values.of(texts, counts, words), also=COMPACT)
        return Guess(form=date, doubt=doubt)
    if name in forms.texts or forms.only_plain or not _may_be(shown):
        return NOTHING
    values = Values.of(texts, counts, words)
    date, doubt = guess_date(values)
    if date is not None:
        return Guess(form=date, doubt=doubt)
    duration = guess_duration(values)
    if duration is not None:
        return Guess(form=duration)
    number, doubt = guess_number(values, forms=forms, delimiter=delimiter, decimal_elsewhere=decimal_elsewhere)
    return Guess(form=number, doubt=doubt)


def _may_be(texts: Sequence[str]) -> bool:
    """Tell at a glance that a column holds words: thousands of columns are looked at."""
    return any(map(_may_be_one, texts[:FIRST])) and 2 * sum(map(_may_be_one, texts)) > len(texts)


def _may_be_one(text: str) -> bool:
    if len(text) > LONGEST or not any(map(str.isdigit, text)):
        return False
    return take_apart(text) is not None or may_be_date(text) or may_be_duration(text)
