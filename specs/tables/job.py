"""The whole job body."""

from functools import cache

from datasets import TASKS
from specs.grammar.choices import Choice
from specs.grammar.containers import FreeJson, ListOf
from specs.grammar.fields import AUTO, Field
from specs.grammar.numbers import Range, Whole
from specs.grammar.objects import Object
from specs.grammar.scalars import Text
from specs.tables.features import FEATURES
from specs.tables.network import NETWORK
from specs.tables.split import SPLIT
from specs.tables.target import TargetName
from specs.tables.tracking import TRACKING
from specs.tables.training import TRAINING


@cache
def _homes() -> dict[str, tuple[str, ...]]:
    """Return where each name belongs that exactly one object knows."""
    places: dict[str, list[tuple[str, ...]]] = {}
    for part in (FEATURES, SPLIT, NETWORK, TRAINING, TRACKING):
        for field in part.fields:
            for name in (field.name, *field.synonyms):
                places.setdefault(name, []).append((part.title, field.name))
    for field in JOB.fields:
        places.setdefault(field.name, []).append((field.name,))
    return {name: found[0] for name, found in places.items() if len(found) == 1}


def _part(part: Object, summary: str) -> Field:
    return Field(
        name=part.title,
        type=Object(
            title=part.title,
            fields=part.fields,
            later=part.later,
            refused=part.refused,
            exclusions=part.exclusions,
            homes=_homes,
            reinterpret=part.reinterpret,
            finish=part.finish,
        ),
        summary=summary,
        default=AUTO,
        can_be_auto=True,
    )


JOB = Object(
    title="job",
    homes=_homes,
    fields=(
        Field(
            name="dataset_id",
            type=Text(max_length=200),
            summary="The dataset to learn from.",
            required=True,
            synonyms=("dataset",),
            example="ds_…",
        ),
        Field(
            name="target",
            type=TargetName(max_length=200),
            summary="The column to predict, or a list of columns to predict together; may be left out if exactly one "
            "is called target, label, class or y.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("target_column", "label_column"),
        ),
        Field(
            name="task",
            type=Choice(
                what="task",
                names=TASKS,
                synonyms={
                    "binary_classification": "binary",
                    "multiclass_classification": "multiclass",
                    "multi_label": "multilabel",
                    "multilabel_classification": "multilabel",
                },
            ),
            summary="What kind of answer is learned; follows the target.",
            default=AUTO,
            can_be_auto=True,
        ),
        _part(FEATURES, "Which columns are learned from."),
        _part(SPLIT, "Which rows are held out."),
        _part(NETWORK, "The layers."),
        _part(TRAINING, "How it is trained."),
        _part(TRACKING, "What is written down."),
        Field(name="name", type=Text(max_length=200, is_free=True), summary="A name for people.", can_be_off=True),
        Field(
            name="tags",
            type=ListOf(item=Text(max_length=64, is_free=True), max_length=32, is_set=True),
            summary="Words to find the job by.",
            default=(),
        ),
        Field(name="metadata", type=FreeJson(), summary="Anything that should stay with the job.", default={}),
        Field(
            name="priority",
            type=Whole(bounds=Range(minimum=-100, maximum=100), typical=0),
            summary="Jobs with a higher number start first.",
            default=0,
        ),
    ),
    later={"webhook": "telling another address what happens"},
)
