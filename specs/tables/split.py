"""The section `split` of a job body: which rows train, and which are held out to see how well that went."""

from datasets.recipe.split import SplitSpec
from specs.grammar.objects import Object
from specs.tables.declared import fields_of

VALIDATION_SPLIT = (
    "Keras holds out the last rows by it; here `split.validation_share` draws them at random, and `split.time_by` "
    "takes the latest."
)
SHARES = ("validation_share", "test_share")

_FIELDS = fields_of(
    SplitSpec,
    synonyms={
        "validation_share": ("validation_fraction", "validation_size"),
        "test_share": ("test_split", "test_fraction"),
        "seed": ("random_state",),
        "group_by": ("groups",),
        "time_by": ("order_by",),
        "validation_dataset_id": ("validation_dataset",),
    },
    spellings={},
)

SPLIT = Object(
    title="split",
    fields=tuple(sorted(_FIELDS, key=lambda field: field.name not in SHARES)),  # told first; stored specs keep theirs
    refused={
        "validation_split": VALIDATION_SPLIT,
        "test_size": "other tools mean either held-out part by it; use `validation_share`.",
        "train_size": "say how much is held out instead: `validation_share`.",
        "shuffle": "rows are always drawn at random, by `seed`.",
    },
)
