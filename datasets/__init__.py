"""Bytes to columns to arrays: what a table holds, how it is split and encoded."""

from datasets.columns.column import Column, DataWarning, Kind
from datasets.columns.column_store import ColumnStore, blocks_of, open_column_store
from datasets.columns.forms.cell_forms import PLAIN, CellForms
from datasets.columns.prepared_table import digest_file, open_prepared, write_prepared
from datasets.columns.table import Dialect, Table
from datasets.columns.targets import suggest_target, target_candidates
from datasets.limits import Limits
from datasets.preprocessing.fit import fit_preprocessing
from datasets.preprocessing.fit_target import TASKS
from datasets.preprocessing.preprocessing import Preprocessing
from datasets.reading.csv.parse_csv import parse_csv
from datasets.reading.open_table import FORMATS, parse_table
from datasets.reading.overrides import Overrides
from datasets.reading.read_as import CHOICES
from datasets.recipe.features import Features
from datasets.recipe.recipe import Recipe
from datasets.recipe.split import SplitSpec
from datasets.training_sets.judging import encode_answers, encode_inputs, input_blocks
from datasets.training_sets.row_files import RowFile, write_rows
from datasets.training_sets.splits import Split, split
from datasets.training_sets.tabular import Fitted, TrainingArrays, fit_examples, labelled_rows, prepare_examples

__all__ = [
    "CHOICES",
    "FORMATS",
    "PLAIN",
    "TASKS",
    "CellForms",
    "Column",
    "ColumnStore",
    "DataWarning",
    "Dialect",
    "Features",
    "Fitted",
    "Kind",
    "Limits",
    "Overrides",
    "Preprocessing",
    "Recipe",
    "RowFile",
    "Split",
    "SplitSpec",
    "Table",
    "TrainingArrays",
    "blocks_of",
    "digest_file",
    "encode_answers",
    "encode_inputs",
    "fit_examples",
    "fit_preprocessing",
    "input_blocks",
    "labelled_rows",
    "open_column_store",
    "open_prepared",
    "parse_csv",
    "parse_table",
    "prepare_examples",
    "split",
    "suggest_target",
    "target_candidates",
    "write_prepared",
    "write_rows",
]
