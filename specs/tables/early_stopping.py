"""The section `training.early_stopping`: the fields of the neural rule, with what a job body says more narrowly."""

from dataclasses import replace
from typing import Any

from neural import EarlyStopping, vocabulary
from neural.fields import parameters_of
from specs.grammar.choices import Choice
from specs.grammar.components import fields_of
from specs.grammar.fields import AUTO, Field
from specs.grammar.numbers import Number, Range, Whole
from specs.grammar.objects import Object
from specs.grammar.spellings import CHOICES
from specs.values.training import MOST_EPOCHS

_INFOS = {info.name: info for info in parameters_of(EarlyStopping)}
_WORDS = {**CHOICES["metric"], **{name: name for name in ("loss", *vocabulary.METRICS)}}
_ELSEWHERE = {
    f"{part}_{word}": f"val_{name}" for part in ("val", "valid", "validation") for word, name in _WORDS.items()
}
"""Other tools' names of what is watched: `val_acc` is Keras' of old, `validation_loss` of others."""
_METRIC = Choice(what="value to watch", names=_INFOS["metric"].choices, synonyms={**CHOICES["metric"], **_ELSEWHERE})
_NARROWER: dict[str, dict[str, Any]] = {
    "metric": {"type": _METRIC, "synonyms": ("monitor",)},
    "direction": {"default": AUTO, "synonyms": ("mode",)},
    "patience": {"type": Whole(bounds=Range(minimum=0, maximum=MOST_EPOCHS), typical=EarlyStopping.patience)},
    "min_delta": {"type": Number(bounds=Range(minimum=0, maximum=1e12), typical=EarlyStopping.min_delta)},
    "restore_best": {"synonyms": ("restore_best_weights",)},
}
_BASELINE = Field(  # which the rule declares without a range: None is off
    name="baseline",
    type=Number(bounds=Range(minimum=-1e12, maximum=1e12)),
    summary="What has to be beaten before patience starts anew.",
    can_be_auto=True,
    can_be_off=True,
)
_FIELDS = tuple(replace(field, **_NARROWER.get(field.name, {})) for field in fields_of(EarlyStopping))

EARLY_STOPPING = Object(title="early_stopping", fields=(*_FIELDS[:-1], _BASELINE, _FIELDS[-1]))
