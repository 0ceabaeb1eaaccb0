"""The section `training` of a job body: how long and in which steps is trained, towards what."""

from typing import Any

from datasets.recipe.options import options_of
from specs.grammar.containers import ListOf, MapOf
from specs.grammar.objects import Object
from specs.grammar.reading import Location
from specs.grammar.scalars import Text
from specs.tables.augmentation import AUGMENTATION
from specs.tables.batch_size import BatchSize
from specs.tables.class_weight import ClassWeight
from specs.tables.declared import fields_of, number_of, type_of
from specs.tables.early_stopping import EARLY_STOPPING
from specs.tables.split import VALIDATION_SPLIT
from specs.values import Training

MOST_LAYERS = 256
_OPTIONS = {option.name: option for option in options_of(Training)}
_NUMBERS = {name: number_of(option) for name, option in _OPTIONS.items()}

_PENALTY_WORD = "tools use it for different things; `training.l2` is a penalty in the loss, `adamw` has `weight_decay`."
_STOPPING = "write it as `training.early_stopping.patience`; elsewhere it also waits before lowering the learning rate."


def _move_learning_rate(read: dict[str, Any], place: Location) -> None:
    """Let `learning_rate` inside the optimizer stand for the training's own."""
    inner = read.get("optimizer", {}).pop("learning_rate", None)
    if inner is None:
        return
    here = place.child("optimizer").child("learning_rate")
    if read.get("learning_rate", inner) != inner:
        here.fault(
            "spec.conflict",
            f"`optimizer.learning_rate` is {inner:g}, and `training.learning_rate` is {read['learning_rate']:g}.",
            found=inner,
            hint="Keep `training.learning_rate`.",
            suggestion=read["learning_rate"],
        )
        return
    if "learning_rate" not in read:
        place.diagnostics.origins["/training/learning_rate"] = "/training/optimizer/learning_rate"
        here.warn("`optimizer.learning_rate` was read as `training.learning_rate`.")
    read["learning_rate"] = inner


TRAINING = Object(
    title="training",
    fields=fields_of(
        Training,
        synonyms={
            "epochs": ("n_epochs", "num_epochs", "max_epochs", "max_iter"),
            "optimizer": ("solver",),
            "learning_rate": ("lr", "learning_rate_init"),
            "seed": ("random_state", "random_seed"),
            "dtype": ("precision",),
            "schedule": ("lr_schedule", "learning_rate_schedule"),
            "augmentation": ("data_augmentation",),
            "sample_weight": ("weight_by", "sample_weights"),
        },
        spellings={"dtype": {"single": "float32", "double": "float64", "f32": "float32", "f64": "float64"}},
        later={"dtype": {"float16": "half precision", "bfloat16": "half precision"}},
        types={
            "class_weight": ClassWeight(
                weights=MapOf(value=_NUMBERS["class_weight"], keys="classes", max_length=10_000)
            ),
            "batch_size": BatchSize(type_of(_OPTIONS["batch_size"], {}, {})),
            "early_stopping": EARLY_STOPPING,
            "frozen": ListOf(item=Text(max_length=64), max_length=MOST_LAYERS, is_set=True),
            "learning_rate_factors": MapOf(
                value=_NUMBERS["learning_rate_factors"], keys="layers' names", max_length=MOST_LAYERS
            ),
            "augmentation": AUGMENTATION,
        },
    ),
    refused={
        "alpha": _PENALTY_WORD,
        "weight_decay": _PENALTY_WORD,
        "regularization": _PENALTY_WORD,
        "patience": _STOPPING,
        "n_iter_no_change": _STOPPING,
        "validation_split": VALIDATION_SPLIT,
        "validation_fraction": "write it as `split.validation_share`.",
        "tol": "write it as `training.early_stopping.min_delta`.",
        "momentum": 'it belongs to the optimizer: {"name": "sgd", "momentum": 0.9}.',
        "decay": "older tools lower the learning rate with it, others the weights.",
        "shuffle": "training rows are shuffled in every epoch, by `seed`.",
        "verbose": "progress is always reported; see `tracking`.",
    },
    finish=_move_learning_rate,
)
