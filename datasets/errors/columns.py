"""Errors of columns: their names, and whether the table has those that are needed."""

from datasets.errors.dataset_error import DatasetError


class BadColumnName(DatasetError):
    """A column name is too long, or holds characters that cannot be shown."""

    code = "data.bad_column_name"
    title = "A column name cannot be used"
    fix = usual_hint = "Rename the column."
    example = "The name of column 3 cannot be used."


class DuplicateColumn(BadColumnName):
    """Two columns have the same name."""

    code = "data.duplicate_column"
    title = "Two columns have one name"
    explanation = "Columns are told apart by their names."
    fix = "Rename one of them."
    example = "Columns 2 and 5 are both called `age`."


class UnknownColumn(DatasetError):
    """A column was named that the table does not have."""

    code = "data.unknown_column"
    title = "There is no such column"
    fix = "See `suggestion` in the answer."
    example = "There is no column `speces`."


class ColumnsChanged(DatasetError):
    """Rows do not have the columns, or the kinds of values, that the preprocessing was fitted on."""

    code = "data.columns_changed"
    title = "The rows do not have the columns of the training"
    explanation = "A model takes rows with the columns, and the kinds of values, that it was trained on."
    fix = "`GET /v1/models/{id}` lists them as `features`."
    example = "Row 1 has no `petal_width`."
