"""Everything that can be wrong with a table, each with a stable code and the place where it was seen.

DatasetError
├── UnreadableFile
│   ├── EmptyFile            data.empty
│   ├── NoRows               data.no_rows
│   ├── BinaryFile           data.binary
│   ├── FormatUnsupported    data.format_unsupported
│   ├── BadEncoding          data.bad_encoding
│   ├── NulByte              data.nul_byte
│   ├── RaggedRow            data.ragged_row
│   ├── UnclosedQuote        data.unclosed_quote
│   ├── CellTooLong          data.cell_too_long
│   ├── LineTooLong          data.line_too_long
│   ├── TooManyColumns       data.too_many_columns
│   ├── TooManyRows          data.too_many_rows
│   ├── FileTooLarge         data.too_large
│   ├── BadJson              data.bad_json
│   ├── UnsupportedType      data.unsupported_type
│   ├── PickleForbidden      data.pickle_forbidden
│   ├── SizeMismatch         data.size_mismatch
│   ├── RaggedVector         data.ragged_vector
│   ├── BadArchive           data.archive_damaged
│   │   ├── ArchiveRatio     data.archive_ratio
│   │   ├── ArchivePath      data.archive_path
│   │   ├── ArchiveEntries   data.archive_entries
│   │   ├── ArchiveMethod    data.archive_method
│   │   └── ArchiveOverlap   data.archive_overlap
│   ├── BadImage             data.image_invalid
│   │   └── ImageTooLarge    data.image_too_large
│   └── Malformed            data.malformed
├── BadColumnName            data.bad_column_name
│   └── DuplicateColumn      data.duplicate_column
├── NonFinite                data.non_finite
├── NotNumeric               data.not_numeric
├── NotBoolean               data.not_boolean
├── UnusableTarget
│   ├── TargetSingleValue    data.target_single_value
│   ├── TargetMissing        data.target_missing
│   └── TooManyClasses       data.too_many_classes
├── TooFewRows               data.too_few_rows
├── NoFeatures               data.no_features
├── UnknownColumn            data.unknown_column
└── ColumnsChanged           data.columns_changed
"""

from dataclasses import asdict, dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Position:
    """A place in a file: line 1 is the first line, data row 1 the first row below the header, column 1 the leftmost."""

    line: int | None = None
    row: int | None = None
    column: int | None = None
    name: str | None = None

    def __str__(self) -> str:
        """Say the place as a person would."""
        parts = []
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.row is not None:
            parts.append(f"data row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        place = ", ".join(parts)
        return f"{place} `{self.name}`".strip() if self.name is not None else place

    def to_json(self) -> dict[str, int | str]:
        """Only what is known."""
        return {key: value for key, value in asdict(self).items() if value is not None}


class DatasetError(Exception):
    """Something is wrong with the data."""

    code: ClassVar[str] = "data.invalid"
    usual_hint: ClassVar[str | None] = None
    """What mends it, unless whoever raises it knows better."""

    def __init__(
        self,
        message: str,
        *,
        position: Position | None = None,
        found: str | float | None = None,
        expected: str | float | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.found = shorten(found) if isinstance(found, str) else found
        self.expected = expected
        self.hint = hint or self.usual_hint

    def to_json(self) -> dict[str, object]:
        """Return the fault as problem answers show it: what is not known is left out."""
        fields: dict[str, object] = {
            "code": self.code,
            "message": self.message,
            "position": self.position.to_json() if self.position else None,
            "found": self.found,
            "expected": self.expected,
            "hint": self.hint,
        }
        return {key: value for key, value in fields.items() if value is not None}


class UnreadableFile(DatasetError):
    """The bytes are not a table."""

    code = "data.unreadable"


class EmptyFile(UnreadableFile):
    """The file holds no bytes, or nothing but blank lines."""

    code = "data.empty"
    usual_hint = "Was the upload complete?"


class NoRows(UnreadableFile):
    """There is a header and nothing below it."""

    code = "data.no_rows"
    usual_hint = "Was the upload complete, or does a filter leave no rows?"


class BinaryFile(UnreadableFile):
    """The bytes are not text."""

    code = "data.binary"


class FormatUnsupported(UnreadableFile):
    """The bytes are a known format that is not read here."""

    code = "data.format_unsupported"


class BadEncoding(UnreadableFile):
    """The bytes are not text in the encoding that they announce."""

    code = "data.bad_encoding"


class NulByte(UnreadableFile):
    """A NUL byte stands in otherwise readable text."""

    code = "data.nul_byte"


class RaggedRow(UnreadableFile):
    """A row has more or fewer cells than the first one."""

    code = "data.ragged_row"


class UnclosedQuote(UnreadableFile):
    """A quoted cell never ends."""

    code = "data.unclosed_quote"


class CellTooLong(UnreadableFile):
    """One cell holds more characters than the limit."""

    code = "data.cell_too_long"


class LineTooLong(UnreadableFile):
    """One row holds more characters than the limit."""

    code = "data.line_too_long"
    usual_hint = "Is this really a table with one row per line?"


class TooManyColumns(UnreadableFile):
    """The first row has more cells than the limit."""

    code = "data.too_many_columns"
    usual_hint = "If rows and columns are swapped, transpose the table."


class TooManyRows(UnreadableFile):
    """The file has more rows than the limit."""

    code = "data.too_many_rows"
    usual_hint = "Leave rows out."


class FileTooLarge(UnreadableFile):
    """The file has more bytes than the limit."""

    code = "data.too_large"
    usual_hint = "Leave rows or columns out."


class BadJson(UnreadableFile):
    """A line of JSON Lines is no JSON object, or holds what no table can hold."""

    code = "data.bad_json"
    usual_hint = "Write each object on a line of its own, as `json.dumps` writes it."


class UnsupportedType(UnreadableFile):
    """A column or an array holds values of a type that is not learned from."""

    code = "data.unsupported_type"


class PickleForbidden(UnreadableFile):
    """An array holds Python objects, which could run anything when they are read."""

    code = "data.pickle_forbidden"


class SizeMismatch(UnreadableFile):
    """A file announces another size than it has."""

    code = "data.size_mismatch"
    usual_hint = "Was the upload complete?"


class RaggedVector(UnreadableFile):
    """The vectors of a column, or the arrays of a file, do not have one length."""

    code = "data.ragged_vector"
    usual_hint = "Give every row a list of as many numbers."


class BadArchive(UnreadableFile):
    """A compressed file is damaged or cut off."""

    code = "data.archive_damaged"
    usual_hint = "Was the upload complete?"


class ArchiveRatio(BadArchive):
    """A compressed file grows out of all proportion."""

    code = "data.archive_ratio"


class ArchivePath(BadArchive):
    """An entry of an archive has a name that points out of the archive, or is no plain file."""

    code = "data.archive_path"
    usual_hint = "Pack plain files again, with names relative to one folder and without links."


class ArchiveEntries(BadArchive):
    """An archive has too many entries, or entries that do not belong together."""

    code = "data.archive_entries"
    usual_hint = "Pack fewer files, each in the folder of its class."


class ArchiveMethod(BadArchive):
    """An entry of an archive is encrypted, or compressed in a way that is not read."""

    code = "data.archive_method"
    usual_hint = "Pack the files again with ordinary zip compression, without a password."


class ArchiveOverlap(BadArchive):
    """Two entries of an archive share bytes."""

    code = "data.archive_overlap"
    usual_hint = "Pack the files again."


class BadImage(UnreadableFile):
    """A file in an archive of images is no whole PNG or JPEG of one frame."""

    code = "data.image_invalid"


class ImageTooLarge(BadImage):
    """An image has more pixels than the limit."""

    code = "data.image_too_large"


class Malformed(UnreadableFile):
    """The file cannot be read, for a reason that has no name of its own."""

    code = "data.malformed"
    usual_hint = "Was the upload complete? If it was, save the file again."


class BadColumnName(DatasetError):
    """A column name is not usable text."""

    code = "data.bad_column_name"
    usual_hint = "Rename the column."


class DuplicateColumn(BadColumnName):
    """Two columns have the same name."""

    code = "data.duplicate_column"


class NonFinite(DatasetError):
    """A number is infinite, or too large for a float."""

    code = "data.non_finite"
    usual_hint = "Write null, or leave the cell empty, if the value is missing."


class NotNumeric(DatasetError):
    """Numbers are needed and a value is none."""

    code = "data.not_numeric"


class NotBoolean(DatasetError):
    """A column that is to be yes/no has more or fewer than two values."""

    code = "data.not_boolean"


class UnusableTarget(DatasetError):
    """The target column cannot be learned."""

    code = "data.unusable_target"


class TargetSingleValue(UnusableTarget):
    """All rows have the same target value."""

    code = "data.target_single_value"


class TargetMissing(UnusableTarget):
    """No row has a target value."""

    code = "data.target_missing"


class TooManyClasses(UnusableTarget):
    """The target has other than two values where two are needed, or so many that it is no classification."""

    code = "data.too_many_classes"


class TooFewRows(DatasetError):
    """There are not enough rows to train and to validate."""

    code = "data.too_few_rows"


class NoFeatures(DatasetError):
    """No column is left to learn from."""

    code = "data.no_features"


class UnknownColumn(DatasetError):
    """A column was named that the table does not have."""

    code = "data.unknown_column"


class ColumnsChanged(DatasetError):
    """Rows do not have the columns, or the kinds of values, that the preprocessing was fitted on."""

    code = "data.columns_changed"


def shorten(text: str, length: int = 60) -> str:
    """Cut a value down to what a message can show."""
    return text if len(text) <= length else text[: length - 1] + "…"
