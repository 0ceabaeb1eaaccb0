"""Which columns are learned from, and how they become numbers."""

from datasets import ENCODINGS, FILLS, SCALINGS, TARGET_SCALINGS
from datasets.texts import UNITS
from specs.grammar.choices import Choice
from specs.grammar.containers import ListOf, MapOf
from specs.grammar.fields import AUTO, Field
from specs.grammar.numbers import Number, Range, Whole
from specs.grammar.objects import Object
from specs.grammar.scalars import Flag, Text
from specs.grammar.sizes import Sizes
from specs.tables.per_column import PerColumn

MOST_COLUMNS = 10_000
KINDS = ("number", "category", "boolean", "date", "vector", "image", "text")
COLUMN = Text(max_length=200)

SCALING_SPELLINGS = {
    "standardize": "standard",
    "standardise": "standard",
    "zscore": "standard",
    "z_score": "standard",
    "min_max": "minmax",
    "normalize": "minmax",
    "log_standardize": "log",
    "log1p": "log",
    "identity": "none",
}
ENCODING_SPELLINGS = {"onehot": "one_hot", "dummy": "one_hot", "label": "ordinal", "integer": "ordinal"}
FILL_SPELLINGS = {"mode": "most_frequent", "drop_rows": "drop", "dropna": "drop"}
KIND_SPELLINGS = {
    "numeric": "number",
    "float": "number",
    "integer": "number",
    "int": "number",
    "categorical": "category",
    "bool": "boolean",
    "yes/no": "boolean",
    "datetime": "date",
    "timestamp": "date",
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
            type=PerColumn(choice=Choice(what="scaling", names=tuple(SCALINGS), synonyms=SCALING_SPELLINGS)),
            summary="What numbers are brought to: mean 0 and spread 1, 0 to 1, median 0, logarithms, or nothing.",
            default="standard",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="missing",
            type=Choice(what="filling", names=tuple(FILLS), synonyms=FILL_SPELLINGS),
            summary="What stands in for a missing number; `drop` leaves out rows that miss any value.",
            default="median",
            can_be_auto=True,
            synonyms=("impute", "imputation"),
        ),
        Field(
            name="fill_value",
            type=Number(bounds=Range(minimum=-1e12, maximum=1e12), typical=0.0),
            summary="The number that stands in where `missing` is constant.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="indicators",
            type=Flag(),
            summary="Whether a second input says where a number is missing.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("missing_indicators", "add_indicator"),
        ),
        Field(
            name="encoding",
            type=PerColumn(choice=Choice(what="encoding", names=ENCODINGS, synonyms=ENCODING_SPELLINGS)),
            summary="What categories become: one input for each value, or one input with the value's place.",
            default="one_hot",
            can_be_auto=True,
        ),
        Field(
            name="max_categories",
            type=Whole(bounds=Range(minimum=2, maximum=10_000), typical=50),
            summary="Inputs for one category column at most; rarer values share one.",
            default=50,
            can_be_auto=True,
        ),
        Field(
            name="reshape",
            type=Sizes(size=Whole(bounds=Range(minimum=1, maximum=1_000_000), typical=8), axes=0, one=False),
            summary="Shape of a row: [height, width, channels] of an image, [time, features] of a sequence.",
            can_be_auto=True,
            can_be_off=True,
            synonyms=("input_shape",),
        ),
        Field(
            name="target_scaling",
            type=Choice(what="scaling of the target", names=TARGET_SCALINGS, synonyms=SCALING_SPELLINGS),
            summary="What a number to predict is brought to; answers and metrics stay in its own units.",
            default="standard",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="tokenizer",
            type=Choice(what="tokenizer", names=UNITS, synonyms={"words": "word", "char": "character"}),
            summary="What a text is cut into where texts are translated; follows the texts to write.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="max_vocabulary",
            type=Whole(bounds=Range(minimum=8, maximum=100_000), typical=20_000),
            summary="Tokens that are told apart where texts are translated; rarer ones are unknown.",
            can_be_auto=True,
            can_be_off=True,
            synonyms=("vocabulary_size", "max_tokens", "num_words"),
        ),
    ),
)
