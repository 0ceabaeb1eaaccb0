"""Everything that can be wrong with a table, each with a stable code and the place where it was seen.

DatasetError                 data.invalid
├── UnreadableFile           data.unreadable
│   ├── EmptyFile            data.empty
│   ├── NoRows               data.no_rows
│   ├── BinaryFile           data.binary
│   ├── FormatUnsupported    data.format_unsupported
│   ├── BadEncoding          data.bad_encoding
│   ├── FileTooLarge         data.too_large
│   ├── SizeMismatch         data.size_mismatch
│   ├── Malformed            data.malformed
│   ├── BadArchive           data.archive_damaged
│   │   ├── ArchiveRatio     data.archive_ratio
│   │   ├── ArchivePath      data.archive_path
│   │   ├── ArchiveEntries   data.archive_entries
│   │   ├── ArchiveMethod    data.archive_method
│   │   └── ArchiveOverlap   data.archive_overlap
│   ├── BadImage             data.image_invalid
│   │   └── ImageTooLarge    data.image_too_large
│   ├── UnsupportedType      data.unsupported_type
│   ├── PickleForbidden      data.pickle_forbidden
│   ├── RaggedVector         data.ragged_vector
│   ├── NulByte              data.nul_byte
│   ├── RaggedRow            data.ragged_row
│   ├── UnclosedQuote        data.unclosed_quote
│   ├── TextAfterQuote       data.text_after_quote
│   ├── CellTooLong          data.cell_too_long
│   ├── LineTooLong          data.line_too_long
│   ├── TooManyColumns       data.too_many_columns
│   ├── TooManyRows          data.too_many_rows
│   └── BadJson              data.bad_json
├── BadOverride              data.bad_override
├── NonFinite                data.non_finite
├── NotNumeric               data.not_numeric
├── NotBoolean               data.not_boolean
├── NotDate                  data.not_date
├── BadColumnName            data.bad_column_name
│   └── DuplicateColumn      data.duplicate_column
├── UnknownColumn            data.unknown_column
├── ColumnsChanged           data.columns_changed
├── UnusableTarget           data.unusable_target
│   ├── TargetSingleValue    data.target_single_value
│   ├── TargetMissing        data.target_missing
│   └── TooManyClasses       data.too_many_classes
├── TooFewRows               data.too_few_rows
└── NoFeatures               data.no_features
"""

from datasets.errors.archives import (
    ArchiveEntries,
    ArchiveMethod,
    ArchiveOverlap,
    ArchivePath,
    ArchiveRatio,
    BadArchive,
    BadImage,
    ImageTooLarge,
)
from datasets.errors.arrays import PickleForbidden, RaggedVector, UnsupportedType
from datasets.errors.cells import NonFinite, NotBoolean, NotDate, NotNumeric
from datasets.errors.columns import BadColumnName, ColumnsChanged, DuplicateColumn, UnknownColumn
from datasets.errors.dataset_error import DatasetError, all_errors, shorten
from datasets.errors.file_position import FilePosition
from datasets.errors.files import (
    BadEncoding,
    BadOverride,
    BinaryFile,
    EmptyFile,
    FileTooLarge,
    FormatUnsupported,
    Malformed,
    NoRows,
    SizeMismatch,
    UnreadableFile,
)
from datasets.errors.lines import (
    BadJson,
    CellTooLong,
    LineTooLong,
    NulByte,
    RaggedRow,
    TextAfterQuote,
    TooManyColumns,
    TooManyRows,
    UnclosedQuote,
)
from datasets.errors.training_sets import (
    NoFeatures,
    TargetMissing,
    TargetSingleValue,
    TooFewRows,
    TooManyClasses,
    UnusableTarget,
)

__all__ = [
    "ArchiveEntries",
    "ArchiveMethod",
    "ArchiveOverlap",
    "ArchivePath",
    "ArchiveRatio",
    "BadArchive",
    "BadColumnName",
    "BadEncoding",
    "BadImage",
    "BadJson",
    "BadOverride",
    "BinaryFile",
    "CellTooLong",
    "ColumnsChanged",
    "DatasetError",
    "DuplicateColumn",
    "EmptyFile",
    "FilePosition",
    "FileTooLarge",
    "FormatUnsupported",
    "ImageTooLarge",
    "LineTooLong",
    "Malformed",
    "NoFeatures",
    "NoRows",
    "NonFinite",
    "NotBoolean",
    "NotDate",
    "NotNumeric",
    "NulByte",
    "PickleForbidden",
    "RaggedRow",
    "RaggedVector",
    "SizeMismatch",
    "TargetMissing",
    "TargetSingleValue",
    "TextAfterQuote",
    "TooFewRows",
    "TooManyClasses",
    "TooManyColumns",
    "TooManyRows",
    "UnclosedQuote",
    "UnknownColumn",
    "UnreadableFile",
    "UnsupportedType",
    "UnusableTarget",
    "all_errors",
    "shorten",
]
