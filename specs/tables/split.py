"""Which rows train, and which are held out to see how well that went."""

from specs.grammar.fields import AUTO, Field
from specs.grammar.numbers import SEED, Number, Range, Whole
from specs.grammar.objects import Object
from specs.grammar.scalars import Flag, Text

VALIDATION_SPLIT = (
    "Keras holds out the last rows by it; here `split.validation_share` draws them at random, and `split.time_by` "
    "takes the latest."
)

SPLIT = Object(
    title="split",
    fields=(
        Field(
            name="validation_share",
            type=Number(bounds=Range(above=0, below=1), typical=0.2),
            summary="Share of the rows that is held out.",
            default=0.2,
            can_be_auto=True,
            can_be_off=True,
            synonyms=("validation_fraction", "validation_size"),
        ),
        Field(
            name="test_share",
            type=Number(bounds=Range(minimum=0, below=1), typical=0.2),
            summary="Share of the rows that is looked at once, after the end.",
            default=0.0,
            can_be_auto=True,
            can_be_off=True,
            synonyms=("test_split", "test_fraction"),
        ),
        Field(
            name="stratify",
            type=Flag(),
            summary="Hold out the same share of every class.",
            default=AUTO,
            can_be_auto=True,
        ),
        Field(
            name="seed",
            type=Whole(bounds=SEED, typical=0),
            summary="Decides which rows are held out; the training's seed unless given.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("random_state",),
        ),
        Field(
            name="group_by",
            type=Text(max_length=200),
            summary="Column whose equal values are never split: all rows of one person, place or machine.",
            can_be_auto=True,
            can_be_off=True,
            synonyms=("groups",),
        ),
        Field(
            name="time_by",
            type=Text(max_length=200),
            summary="Column that orders the rows: the latest are held out.",
            can_be_auto=True,
            can_be_off=True,
            synonyms=("order_by",),
        ),
        Field(
            name="validation_dataset_id",
            type=Text(max_length=200),
            summary="A second dataset that is held out as a whole, in place of a share.",
            can_be_auto=True,
            can_be_off=True,
            synonyms=("validation_dataset",),
        ),
    ),
    refused={
        "validation_split": VALIDATION_SPLIT,
        "test_size": "other tools mean either held-out part by it; use `validation_share`.",
        "train_size": "say how much is held out instead: `validation_share`.",
        "shuffle": "rows are always drawn at random, by `seed`.",
    },
)
