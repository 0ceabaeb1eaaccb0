"""Errors of tables that nothing can be learned from: their targets, rows and features."""

from datasets.errors.dataset_error import DatasetError


class UnusableTarget(DatasetError):
    """Something about the target column prevents learning."""

    code = "data.unusable_target"
    title = "The target cannot be learned"
    fix = "Choose another target."
    example = "The target cannot be learned."


class TargetSingleValue(UnusableTarget):
    """There is nothing to tell apart when every row has the same target value."""

    code = "data.target_single_value"
    title = "All rows have the same answer"
    fix = "Choose another target."
    example = "`churned` is `no` in all 120 rows."


class TargetMissing(UnusableTarget):
    """The target column is empty."""

    code = "data.target_missing"
    title = "No row has an answer"
    fix = "Choose another target."
    example = "`churned` has no value in any row."


class TooManyClasses(UnusableTarget):
    """The target has other than two values where two are needed, or so many that it is no classification."""

    code = "data.too_many_classes"
    title = "The number of classes does not fit"
    fix = "Choose another task or target."
    example = "`price` has 4000 different values."


class TooFewRows(DatasetError):
    """There are not enough rows to train and to validate."""

    code = "data.too_few_rows"
    title = "There are too few rows"
    explanation = "There must be rows to train with and rows to validate with."
    fix = "Add rows."
    example = "There is 1 row."


class NoFeatures(DatasetError):
    """No column is left to learn from."""

    code = "data.no_features"
    title = "No column is left to learn from"
    explanation = "Constant, empty and identifier-like columns are left out unless they are included by name."
    fix = "Name columns in `features.include`."
    example = "No column is left to learn from."
