"""The section `tracking` of a job body: metrics, epochs between lines of the history, reports on layer health."""

from neural import vocabulary
from specs.grammar.choices import Choice
from specs.grammar.containers import ListOf
from specs.grammar.fields import AUTO, Field
from specs.grammar.numbers import Range, Whole
from specs.grammar.objects import Object
from specs.grammar.spellings import CHOICES, LATER
from specs.grammar.switches import Switch

METRIC = Choice(
    what="metric",
    names=tuple(vocabulary.METRICS),
    known={f"val_{name}": name for name in vocabulary.METRICS},
    synonyms=CHOICES["metric"],
    later=LATER["metric"],
)

LOOKS_EVERY = 100  # steps; what a look costs is measured by `./chainrule bench health`
LAYER_HEALTH = Object(
    title="layer_health",
    fields=(
        Field(
            name="every",
            type=Whole(bounds=Range(minimum=1, maximum=1_000_000), typical=LOOKS_EVERY),
            summary="Steps between two looks; the first step of each epoch is always looked at.",
            default=LOOKS_EVERY,
            can_be_auto=True,
        ),
    ),
)

TRACKING = Object(
    title="tracking",
    fields=(
        Field(
            name="metrics",
            type=ListOf(item=METRIC, max_length=len(vocabulary.METRICS) * 2, is_set=True),
            summary="What is measured on training rows and, with the prefix `val_`, on held-out rows.",
            default=AUTO,
            can_be_auto=True,
        ),
        Field(
            name="every",
            type=Whole(bounds=Range(minimum=1, maximum=1_000_000), typical=1),
            summary="Epochs between two lines of the history.",
            default=1,
            can_be_auto=True,
        ),
        Field(
            name="layer_health",
            type=Switch(settings=LAYER_HEALTH, main="every"),
            summary="Each layer's gradient norm, update ratio, dead and saturated share: metrics `health/<layer>/…`.",
            can_be_auto=True,
            can_be_off=True,
            synonyms=("health_every",),
        ),
    ),
    later={
        "gradients": "statistics of gradients",
        "activations": "statistics of activations",
    },
)
