"""Bytes to columns to arrays: what a table holds, how it is split and encoded."""

from datasets.columns import Column, DataWarning, Kind
from datasets.examples import Fitted, Prepared, fit_examples, labelled_rows, prepare_examples
from datasets.fitting import ENCODINGS, FILLS, SCALINGS, TARGET_SCALINGS, TASKS, fit_preprocessing
from datasets.limits import Limits
from datasets.opening import FORMATS, parse_table
from datasets.overriding import CHOICES, read_as
from datasets.parsing import parse_csv
from datasets.prepared import digest_file, open_prepared, write_prepared
from datasets.prepared_file import Source, blocks_of, open_source
from datasets.preprocessing import Preprocessing
from datasets.row_files import RowFile, write_rows
from datasets.splits import Split, split
from datasets.table import Dialect, Table
from datasets.targets import suggest_target, target_candidates

__all__ = [
    "CHOICES",
    "ENCODINGS",
    "FILLS",
    "FORMATS",
    "SCALINGS",
    "TARGET_SCALINGS",
    "TASKS",
    "Column",
    "DataWarning",
    "Dialect",
    "Fitted",
    "Kind",
    "Limits",
    "Prepared",
    "Preprocessing",
    "RowFile",
    "Source",
    "Split",
    "Table",
    "blocks_of",
    "digest_file",
    "fit_examples",
    "fit_preprocessing",
    "labelled_rows",
    "open_prepared",
    "open_source",
    "parse_csv",
    "parse_table",
    "prepare_examples",
    "read_as",
    "split",
    "suggest_target",
    "target_candidates",
    "write_prepared",
    "write_rows",
]
