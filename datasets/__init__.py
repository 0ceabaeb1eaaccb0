"""Bytes to columns to arrays: what a table holds, how it is split and encoded."""

from datasets.columns import Column, DataWarning, Kind
from datasets.examples import Prepared, labelled_rows, prepare_examples
from datasets.fitting import ENCODINGS, FILLS, SCALINGS, TARGET_SCALINGS, TASKS, fit_preprocessing
from datasets.limits import Limits
from datasets.opening import FORMATS, parse_table
from datasets.overriding import CHOICES, read_as
from datasets.parsing import parse_csv
from datasets.prepared import digest_file, open_prepared, write_prepared
from datasets.preprocessing import Preprocessing
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
    "Kind",
    "Limits",
    "Prepared",
    "Preprocessing",
    "Split",
    "Table",
    "digest_file",
    "fit_preprocessing",
    "labelled_rows",
    "open_prepared",
    "parse_csv",
    "parse_table",
    "prepare_examples",
    "read_as",
    "split",
    "suggest_target",
    "target_candidates",
    "write_prepared",
]
