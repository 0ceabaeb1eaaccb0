"""Which columns are learned from, and how they become numbers."""

from datasets import FILLS, SCALINGS
from specs.grammar.choices import Choice
from specs.grammar.containers import ListOf, MapOf
from specs.grammar.fields import AUTO, Field
from specs.grammar.numbers import Range, Whole
from specs.grammar.objects import Object
from specs.grammar.scalars import Text

MOST_COLUMNS = 10_000
KINDS = ("number", "category", "boolean")
COLUMN = Text(max_length=200)

SCALING_SPELLINGS = {
    "standardize": "standard",
    "standardise": "standard",
    "zscore": "standard",
    "z_score": "standard",
    "min_max": "minmax",
    "normalize": "minmax",
}
KIND_SPELLINGS = {
    "numeric": "number",
    "float": "number",
    "integer": "number",
    "int": "number",
    "categorical": "category",
    "bool": "boolean",
    "yes/no": "boolean",
}

FEATURES = Object(
    title="features",
    fields=(
        Field(
            name="include",
            type=ListOf(item=COLUMN, min_length=1, max_length=MOST_COLUMNS, is_set=True),
            summary="Columns to learn from; all useful ones unless named.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("columns",),
        ),
        Field(
            name="exclude",
            type=ListOf(item=COLUMN, max_length=MOST_COLUMNS, is_set=True),
            summary="Columns to leave out.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("drop", "ignore"),
        ),
        Field(
            name="kinds",
            type=MapOf(
                value=Choice(what="kind of column", names=KINDS, synonyms=KIND_SPELLINGS),
                keys="column names",
                max_length=MOST_COLUMNS,
            ),
            summary="How to read single columns, where that differs from what the dataset shows.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("types",),
        ),
        Field(
            name="scaling",
            type=Choice(what="scaling", names=tuple(SCALINGS), synonyms=SCALING_SPELLINGS),
            summary="What numbers are brought to: mean 0 and spread 1, the range 0 to 1, or nothing.",
            default="standard",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="missing",
            type=Choice(what="filling", names=tuple(FILLS)),
            summary="What stands in for a missing number; a second input says where it does.",
            default="median",
            can_be_auto=True,
            synonyms=("impute", "imputation"),
        ),
        Field(
            name="max_categories",
            type=Whole(bounds=Range(minimum=2, maximum=10_000), typical=50),
            summary="Inputs for one category column at most; rarer values share one.",
            default=50,
            can_be_auto=True,
        ),
    ),
)
