"""Encodings of one column, as network inputs or as target: each a frozen value that is kept as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from datasets.columns.cells import meaning_of, order_yes_no
from datasets.columns.forms.guess import AmountForm, amount_form
from datasets.preprocessing.array_encoding import ArrayEncoding
from datasets.preprocessing.date_encoding import DateEncoding
from datasets.preprocessing.text_encoding import TextEncoding
from datasets.recipe.scalings import signed_log

TEXT, NUMBER, BOOLEAN = "text", "number", "boolean"
MISSING, UNSEEN = -1, -2
"""Codes of category cells that have no value, or one that training did not show."""


@dataclass(frozen=True, kw_only=True)
class NumberEncoding:
    """(value - mean) / scale; missing cells get `fill` first and, with `indicator`, a second column that says so.

    With `logarithmic` the value (and the fill) is replaced by sign(v)·log(1 + |v|) first. Texts in rows are read in
    the column's own form; `missing_words` are there where its owner has said them.
    """

    kind: ClassVar[str] = "number"
    column: str
    mean: float
    scale: float
    fill: float
    indicator: bool
    logarithmic: bool = False
    form: AmountForm | None = None
    missing_words: tuple[str, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs that this makes."""
        return (self.column, f"{self.column}=missing") if self.indicator else (self.column,)

    def write(self, numbers: np.ndarray, out: np.ndarray) -> None:
        """Fill `out` (rows, inputs) from float64 numbers with NaN for missing; `numbers` is overwritten."""
        missing = np.isnan(numbers)
        if self.indicator:
            out[:, 1] = missing
        numbers[missing] = self.fill
        if self.logarithmic:
            numbers[:] = signed_log(numbers)
        numbers -= self.mean
        numbers /= self.scale
        out[:, 0] = numbers


@dataclass(frozen=True, kw_only=True)
class CategoryEncoding:
    """One input per value; rare and unseen values share `other`, missing cells have `missing`, where these exist.

    What has no input of its own is all zeros.
    """

    kind: ClassVar[str] = "category"
    column: str
    values: tuple[str, ...]
    other: bool
    missing: bool
    missing_words: tuple[str, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs that this makes."""
        extra = ["other"] * self.other + ["missing"] * self.missing
        return tuple(f"{self.column}={value}" for value in [*self.values, *extra])

    def write(self, codes: np.ndarray, out: np.ndarray) -> None:
        """Fill `out` (rows, inputs) from indices into `values`, MISSING or UNSEEN."""
        out[:] = 0.0
        known = np.flatnonzero(codes >= 0)
        out[known, codes[known]] = 1.0
        if self.other:
            out[codes == UNSEEN, len(self.values)] = 1.0
        if self.missing:
            out[codes == MISSING, -1] = 1.0


@dataclass(frozen=True, kw_only=True)
class BooleanEncoding:
    """One input: 0 for the first value, 1 for the second; with `missing` a second one for cells without a value.

    Where training showed none, a cell without a value is taken for value number `fill`: the more frequent one, or the
    first for what was fitted before there was a choice.
    """

    kind: ClassVar[str] = "boolean"
    column: str
    values: tuple[str, ...]
    missing: bool
    fill: int = 0
    missing_words: tuple[str, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs that this makes."""
        return (self.column, f"{self.column}=missing") if self.missing else (self.column,)

    def write(self, codes: np.ndarray, out: np.ndarray) -> None:
        """Fill `out` (rows, inputs) from indices into `values` or MISSING."""
        out[:, 0] = np.where(codes == MISSING, self.fill, codes == 1)
        if self.missing:
            out[:, 1] = codes == MISSING

    def code_of(self, text: str) -> int:
        """Return the index of a value; a pair of yes and no is known by every spelling of them. UNSEEN for others."""
        return code_of_yes_no(text, self.values)


@dataclass(frozen=True, kw_only=True)
class OrdinalEncoding:
    """One input: (place - mean) / scale, where values have the places 1, 2, … and what is missing or unseen has 0."""

    kind: ClassVar[str] = "ordinal"
    column: str
    values: tuple[str, ...]
    mean: float = 0.0
    scale: float = 1.0
    missing_words: tuple[str, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs that this makes."""
        return (self.column,)

    def write(self, codes: np.ndarray, out: np.ndarray) -> None:
        """Fill `out` (rows, 1) from indices into `values`, MISSING or UNSEEN."""
        out[:, 0] = (np.maximum(codes + 1, 0) - self.mean) / self.scale


FeatureEncoding = (
    NumberEncoding | CategoryEncoding | BooleanEncoding | OrdinalEncoding | DateEncoding | ArrayEncoding | TextEncoding
)
ENCODINGS: dict[str, type[FeatureEncoding]] = {
    encoding.kind: encoding
    for encoding in (
        NumberEncoding,
        CategoryEncoding,
        BooleanEncoding,
        OrdinalEncoding,
        DateEncoding,
        ArrayEncoding,
        TextEncoding,
    )
}


@dataclass(frozen=True, kw_only=True)
class TargetEncoding:
    """What is learned: class numbers into `classes`, or (value - mean) / scale.

    `label_type` is what the labels were in the file: text, number or boolean. With `bounds`, answers stay within the
    smallest and the largest number that training showed.
    `form` is that of the numbers in the file where it is not plain, `missing_words` are there where its owner has said
    them: what other tables say of the target is held against them.
    """

    column: str
    task: str
    classes: tuple[str, ...] = ()
    mean: float = 0.0
    scale: float = 1.0
    bounds: tuple[float, float] | None = None
    form: AmountForm | None = None
    missing_words: tuple[str, ...] | None = None
    label_type: str = field(default=TEXT, compare=False)  # models of earlier versions say text of all

    @cached_property
    def labels(self) -> tuple[Any, ...]:
        """The classes in the type that they had in the file."""
        return tuple(_typed(text, self.label_type) for text in self.classes)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are predicted."""
        return (self.column,)

    @property
    def units(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """What an error of 1 of each output amounts to, and what 0 stands for, for numbers."""
        return ((self.scale,), (self.mean,)) if self.task == "regression" else ((), ())

    @property
    def output_width(self) -> int:
        """How many outputs the network has: one per class, one for yes/no and for a number."""
        return len(self.classes) if self.task == "multiclass" else 1

    def numbers(self, outputs: np.ndarray) -> np.ndarray:
        """Tell float64 outputs (rows, outputs ≥ 1) of a regression as numbers (rows,) in the units of the file."""
        values: np.ndarray = outputs[:, 0] * self.scale + self.mean
        return values if self.bounds is None else np.clip(values, *self.bounds)

    def decode(self, outputs: np.ndarray) -> list[dict[str, Any]]:
        """Network outputs (rows, outputs), probabilities or a scaled number, in the words of the file."""
        outputs = np.asarray(outputs, np.float64).reshape(len(outputs), -1)
        if self.task == "regression":
            return [{"value": value} for value in self.numbers(outputs).tolist()]
        shares = np.hstack([1.0 - outputs, outputs]) if self.task == "binary" else outputs
        return [
            {"label": self.labels[best], "probabilities": dict(zip(self.classes, row, strict=True))}
            for best, row in zip(shares.argmax(axis=1).tolist(), shares.tolist(), strict=True)
        ]


def _typed(text: str, kind: str) -> Any:
    if kind == BOOLEAN:
        return text.lower() == "true"
    if kind == NUMBER:
        number = float(text)
        return int(text) if text.lstrip("-").isdigit() else number
    return text


def encoding_to_json(encoding: FeatureEncoding) -> dict[str, Any]:
    """Plain JSON values; how cells are written is left out where it is plain."""
    fields = {key: value for key, value in asdict(encoding).items() if key not in _OF_CELLS or value}
    if "form" in fields and isinstance(encoding, NumberEncoding) and encoding.form is not None:
        fields["format"] = encoding.form.to_json()
        del fields["form"]
    return {"kind": encoding.kind, **_listed(fields)}


def encoding_from_json(body: Mapping[str, Any]) -> FeatureEncoding:
    """Read what `encoding_to_json` wrote."""
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in body.items() if key != "kind"
    }
    if body["kind"] == NumberEncoding.kind and "format" in fields:
        fields["form"] = amount_form(fields.pop("format"))
    return ENCODINGS[body["kind"]](**fields)


_OF_CELLS = frozenset({"form", "format", "missing_words", "padded"})


def _listed(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()}


def code_of_yes_no(text: str, values: tuple[str, ...]) -> int:
    """Return the index of a text among (no, yes), by whatever words; among others by its own alone, UNSEEN for none."""
    if text in values:
        return values.index(text)
    meaning = meaning_of(text) if order_yes_no(values) == values else None
    return UNSEEN if meaning is None else int(meaning)


def codes_of(texts: Sequence[str | None], values: tuple[str, ...]) -> np.ndarray:
    """Return indices of texts in `values`, MISSING for None, UNSEEN for others."""
    index: dict[str | None, int] = {value: i for i, value in enumerate(values)}
    index[None] = MISSING
    return np.fromiter((index.get(text, UNSEEN) for text in texts), np.int64, len(texts))
