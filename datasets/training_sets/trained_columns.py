"""How the cells of a training's columns were read, and whether the description of another column says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from datasets.columns.cells import are_numbers, is_number
from datasets.columns.column import Column, Kind
from datasets.columns.forms.duration_form import DurationForm
from datasets.columns.forms.guess import AmountForm, amount_form
from datasets.columns.forms.missing_words import OF_NUMBERS, USUAL, MissingWords, words_of
from datasets.columns.forms.number_form import NumberForm
from datasets.preprocessing.date_encoding import STANDARD, DateEncoding
from datasets.preprocessing.encodings import (
    BooleanEncoding,
    CategoryEncoding,
    FeatureEncoding,
    NumberEncoding,
    OrdinalEncoding,
    TargetEncoding,
)

Reads = Literal["numbers", "dates", "texts"]
NAMES: Mapping[str, Reads] = {Kind.NUMBER: "numbers", Kind.DATE: "dates"}
WITHOUT_CELLS = frozenset({Kind.EMPTY, Kind.VECTOR, Kind.IMAGE})


@dataclass(frozen=True, kw_only=True)
class TrainedColumn:
    """How the cells of a column were read in training.

    `format` is that of dates where it is not ISO 8601; `values` are the texts that training has shown.
    """

    name: str
    reads: Reads
    form: AmountForm | None = None
    format: str = ""
    missing_words: tuple[str, ...] | None = None
    values: tuple[str, ...] = ()

    @property
    def words(self) -> MissingWords:
        """What says in training that there is no value."""
        return words_of(self.missing_words, USUAL if self.reads == "texts" else OF_NUMBERS)

    def __str__(self) -> str:
        """Name what cells are read as, with the form."""
        if self.reads == "texts":
            return "texts"
        if self.reads == "dates":
            return f"dates like `{self.format}`" if self.format else "dates in ISO 8601"
        if self.form is None or self.form == NumberForm():
            return "plain numbers"
        if isinstance(self.form, DurationForm):
            return f"times like `{self.form.duration}`"
        return f"numbers like `{self.form.example}`"


def column_of(encoding: FeatureEncoding | TargetEncoding) -> TrainedColumn | None:
    """Return how the cells of a fitted column were read; None for vectors, images and texts to be translated."""
    match encoding:
        case NumberEncoding():
            reads: Reads = "numbers"
        case TargetEncoding():
            reads = "numbers" if encoding.task == "regression" else "texts"
        case DateEncoding():
            reads = "dates"
        case CategoryEncoding() | BooleanEncoding() | OrdinalEncoding():
            reads = "texts"
        case _:
            return None
    values = encoding.classes if isinstance(encoding, TargetEncoding) else getattr(encoding, "values", ())
    return TrainedColumn(
        name=encoding.column,
        reads=reads,
        form=getattr(encoding, "form", None),
        format=getattr(encoding, "format", ""),
        missing_words=encoding.missing_words,
        values=values,
    )


def column_as(column: Column, kind: str, values: Sequence[str] = ()) -> TrainedColumn:
    """Return how the cells of a table's column are read where it is learned from, or predicted, as this kind."""
    told = column.statistics
    format_, words = told.get("format"), told.get("missing_words")
    is_date = isinstance(format_, str) and format_ not in STANDARD
    return TrainedColumn(
        name=column.name,
        reads=NAMES.get(stored_kind(column) if kind == Kind.CATEGORY and not column.numeric else kind, "texts"),
        form=amount_form(format_) if isinstance(format_, Mapping) and column.numeric else None,
        format=str(format_) if is_date else "",
        missing_words=None if words is None else tuple(words),
        values=tuple(values),
    )


def may_differ(trained: TrainedColumn, second: Column) -> bool:
    """Tell from the descriptions alone whether cells of a column have to be looked at."""
    if second.kind in WITHOUT_CELLS:
        return False
    own = column_as(second, stored_kind(second))
    lacks_words = not set(trained.missing_words or ()) <= set(own.missing_words or ())
    if trained.reads == "texts" and own.reads == "numbers" and own.form is None and are_numbers(trained.values):
        return lacks_words  # classes 0 and 1, numbers in both tables
    if own.reads != trained.reads or lacks_words:
        return True
    if trained.reads == "texts":
        is_of_numbers = bool(trained.values) and all(map(is_number, trained.values))
        return is_of_numbers or set(own.words.words) != set(trained.words.words)
    are_times = isinstance(own.form, DurationForm) and isinstance(trained.form, DurationForm)  # all of them are seconds
    return (own.form != trained.form and not are_times) or own.format not in {"", trained.format}


def stored_kind(column: Column) -> str:
    """Return as what the cells of a column are stored."""
    is_date = not column.numeric and isinstance(column.statistics.get("format"), str)
    return Kind.NUMBER if column.numeric else Kind.DATE if is_date else Kind.CATEGORY


def is_told(trained: TrainedColumn, said: Mapping[str, Any]) -> bool:
    """Whether an owner has said how a column of a table is written: `said` is as Overrides' `to_json` has it."""
    name = trained.name
    kind = (said.get("kinds") or {}).get(name)
    if trained.reads == "texts":
        return kind in {Kind.CATEGORY, Kind.BOOLEAN, Kind.ID}
    if trained.reads == "dates":
        return name in (said.get("date_format") or {})
    marks = (said.get("decimal"), said.get("thousands"))
    is_marked = any(isinstance(mark, str) or (isinstance(mark, Mapping) and name in mark) for mark in marks)
    return is_marked or kind == Kind.NUMBER
