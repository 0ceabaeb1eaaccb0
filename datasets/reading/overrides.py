"""What the owner of a file says about how it is to be read, instead of what would be guessed from it."""

import codecs
import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from datasets.columns.column import Kind
from datasets.columns.forms.cell_forms import DECIMALS, THOUSANDS, CellForms
from datasets.columns.forms.date_form import pattern_of
from datasets.columns.forms.strptime_signs import written_out
from datasets.errors import BadOverride, shorten

SPACES = " "
"""As a delimiter: any run of spaces and tabs."""
NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "space": SPACES, "comma": ",", "semicolon": ";", "pipe": "|"}
TEXTS = frozenset({Kind.CATEGORY, Kind.BOOLEAN, Kind.ID})
OTHERS = ""
"""As a name beside those of columns: all other columns. No column is called so."""
OF_CELLS = ("decimal", "thousands", "missing_words", "date_format", "kinds")
"""What is said of cells, of which files of types have some as texts."""
Marks = str | Mapping[str, str] | None
"""A mark of all columns, or of columns by name."""


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """Everything that can be said of a file of text; what is None is found out.

    `header` is the line of the column names from 1, or False where there are none; `skip_rows` lines at the top are
    not read at all. An empty `quote` makes quotes plain characters. `missing_words` replace the usual ones; an empty
    cell is always missing. `date_format` (in the signs of strptime) and `kinds` name columns; `decimal` and `thousands`
    may, with OTHERS for the columns that they do not name.
    """

    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header: int | bool | None = None
    skip_rows: int | None = None
    comment: str | None = None
    encoding: str | None = None
    decimal: Marks = None
    thousands: Marks = None
    missing_words: tuple[str, ...] | None = None
    date_format: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Overrides":
        """Read what `to_json` wrote, or a body that says the same; null takes nothing over.

        Raises BadOverride, naming the field.
        """
        values = {name: value for name, value in said.items() if value is not None}
        if "delimiter" in values:
            values["delimiter"] = NAMED_DELIMITERS.get(values["delimiter"], values["delimiter"])
        if "encoding" in values:
            values["encoding"] = _encoding(values["encoding"])
        if "missing_words" in values:
            values["missing_words"] = tuple(dict.fromkeys(word.strip() for word in values["missing_words"]))
        if "date_format" in values:
            values["date_format"] = {name: written_out(said) for name, said in values["date_format"].items()}
        if "kinds" in values:
            values["kinds"] = {name: Kind(kind) for name, kind in values["kinds"].items()}
        overrides = cls(**values)
        overrides.check()
        return overrides

    def to_json(self) -> dict[str, Any]:
        """Return what was said, as plain JSON values."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        said |= {name: dict(mark) or None for name, mark in self._marks.items() if isinstance(mark, Mapping)}
        said["missing_words"] = None if self.missing_words is None else list(self.missing_words)
        said["date_format"] = dict(self.date_format) or None
        said["kinds"] = {name: str(kind) for name, kind in self.kinds.items()} or None
        return {name: value for name, value in said.items() if value is not None}

    @property
    def forms(self) -> CellForms:
        """What is said of cells; columns of texts are read as they are written, whatever their date format."""
        return CellForms(
            decimal=_of_others(self.decimal),
            thousands=_of_others(self.thousands),
            decimals=_of_columns(self.decimal),
            groups=_of_columns(self.thousands),
            missing_words=self.missing_words,
            date_formats=self.formats_of_dates,
            texts=self._told({*TEXTS}),
            dates=self._told({Kind.DATE}) - set(self.date_format),
            numbers=self._told({Kind.NUMBER}),
        )

    def _told(self, kinds: Collection[Kind]) -> frozenset[str]:
        return frozenset(name for name, kind in self.kinds.items() if kind in kinds)

    @property
    def _marks(self) -> dict[str, Marks]:
        return {"decimal": self.decimal, "thousands": self.thousands}

    @property
    def marked(self) -> tuple[str, ...]:
        """The names of the columns of which a mark is said, and that are not said to hold texts or dates."""
        named = itertools.chain(*(_of_columns(mark) for mark in self._marks.values()))
        return tuple(dict.fromkeys(name for name in named if self.kinds.get(name, Kind.NUMBER) is Kind.NUMBER))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns that something is said of."""
        of_marks = (_of_columns(mark) for mark in self._marks.values())
        return tuple(dict.fromkeys(itertools.chain(self.kinds, self.date_format, *of_marks)))

    @property
    def formats_of_dates(self) -> dict[str, str]:
        """The formats of the columns that are not said to be of another kind: the kind is the stronger word."""
        return {name: way for name, way in self.date_format.items() if self.kinds.get(name, Kind.DATE) is Kind.DATE}

    @property
    def of_text(self) -> tuple[str, ...]:
        """The names of what is said and can only be said of delimited text."""
        return tuple(name for name in self.to_json() if name not in OF_CELLS)

    def check(self) -> None:
        """Raise BadOverride where two of them contradict each other."""
        for name in SIGNS_OF_THEIR_OWN:
            _check_sign(name, getattr(self, name))
        for name, known in (("decimal", DECIMALS), ("thousands", THOUSANDS)):
            _check_marks(name, self._marks[name], known)
        signs = {name: value for name in SIGNS_OF_THEIR_OWN if (value := getattr(self, name))}
        for name, value in signs.items():
            other = next((each for each in signs if each != name and signs[each] == value), None)
            if other is not None:
                raise BadOverride(f"`{name}` and `{other}` are both `{value}`.", found=value, expected="two characters")
        for name, format_ in self.date_format.items():
            _check_format(name, format_)
        self._check_pairs()
        if self.header not in {None, False, True} and self.skip_rows and self.header <= self.skip_rows:
            raise BadOverride(
                f"`header` is line {self.header}, which is among the {self.skip_rows} lines of `skip_rows`.",
                found=self.header,
                expected=f"a line behind line {self.skip_rows}",
            )

    def _check_pairs(self) -> None:
        """Raise BadOverride where one mark would mean two things in a column."""
        forms = self.forms
        for name in (OTHERS, *forms.decimals, *forms.groups):
            said = forms.of(name)
            if said.decimal and said.decimal == said.thousands:
                where = f" of `{shorten(name)}`" if name else ""
                raise BadOverride(
                    f"`decimal` and `thousands`{where} are both `{said.decimal}`.",
                    found=said.thousands,
                    expected="two characters",
                )


def _of_others(mark: Marks) -> str | None:
    return mark.get(OTHERS) if isinstance(mark, Mapping) else mark


def _of_columns(mark: Marks) -> dict[str, str]:
    return {name: one for name, one in mark.items() if name != OTHERS} if isinstance(mark, Mapping) else {}


def _check_marks(name: str, marks: Marks, known: Collection[str]) -> None:
    """Hold marks to those that are known."""
    for column, mark in (marks if isinstance(marks, Mapping) else {OTHERS: marks}).items():
        if mark is not None and mark not in known:
            where = f" of `{shorten(column)}`" if column else ""
            raise BadOverride(
                f"`{name}`{where} is {shorten(repr(mark))}; it must be one of {', '.join(map(repr, known))}.",
                found=mark,
                expected=", ".join(map(repr, known)),
            )


LONGEST_COMMENT = 10
"""Characters of what lines begin with that hold no row."""
SIGNS_OF_THEIR_OWN = ("delimiter", "quote", "escape", "comment")


def _check_sign(name: str, value: str | None) -> None:
    """Hold a sign to one character that lines do not consist of."""
    if value is None or (name == "quote" and not value):
        return
    if name == "comment":
        is_good = 0 < len(value) <= LONGEST_COMMENT and value.isprintable() and not value.isspace()
    else:
        is_good = len(value) == 1 and (value == "\t" or value.isprintable()) and not value.isalnum()
    if name == "delimiter" and not value.isascii():
        raise BadOverride(
            f"`delimiter` is {value!r}; it must be a character of ASCII, as `,`, `;`, `|` or a tab.",
            found=value,
            expected="one character of ASCII",
        )
    if not is_good:
        raise BadOverride(
            f"`{name}` is {value!r}; it must be one character that is no letter, digit or line break.",
            found=value,
            expected="one character",
        )


def _check_format(name: str, format_: str) -> None:
    """Hold a format of dates to signs that are known and give a day."""
    try:
        pattern_of(format_)
    except ValueError as error:
        raise BadOverride(
            f"`date_format` of `{shorten(name)}` is `{shorten(format_)}`, which cannot be used: {error}.",
            found=format_,
            expected="%d/%m/%Y, %Y-%m-%d %H:%M …",
        ) from error


def _encoding(given: str) -> str:
    """Return Python's name of an encoding of text."""
    try:
        info = codecs.lookup(given.strip())
    except (LookupError, ValueError) as error:
        raise _unknown_encoding(given) from error
    if not info._is_text_encoding or info.name in {"idna", "punycode", "unicode_escape", "raw_unicode_escape"}:  # noqa: SLF001 - the one way to tell
        raise _unknown_encoding(given)
    return info.name


def _unknown_encoding(given: str) -> BadOverride:
    return BadOverride(
        f"`encoding` is `{given[:60]}`, which names no encoding of text.",
        found=given[:60],
        expected="utf-8, cp1252, iso8859-1, shift_jis, gb18030 …",
    )
