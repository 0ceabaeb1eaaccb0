"""Which rows train, and which are held out to see how well that went."""

from specs.grammar.fields import AUTO, Field
from specs.grammar.numbers import SEED, Number, Range, Whole
from specs.grammar.objects import Object
from specs.grammar.scalars import Flag

SPLIT = Object(
    title="split",
    fields=(
        Field(
            name="validation_share",
            type=Number(bounds=Range(above=0, below=1), typical=0.2),
            summary="Share of the rows that is held out.",
            default=0.2,
            can_be_auto=True,
            synonyms=("validation_split", "validation_fraction", "validation_size"),
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
    ),
    later={
        "test_share": "a second held-out part",
        "group_by": "keeping groups of rows together",
        "time_by": "splitting by time",
        "validation_dataset_id": "validation on another dataset",
    },
    refused={
        "test_size": "other tools mean either held-out part by it; use `validation_share`.",
        "train_size": "say how much is held out instead: `validation_share`.",
        "shuffle": "rows are always drawn at random, by `seed`.",
    },
)
