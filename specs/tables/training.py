"""How long and in which steps is trained, towards what."""

from typing import Any

from neural import vocabulary
from specs.grammar.choices import Choice
from specs.grammar.components import Component
from specs.grammar.containers import ListOf, MapOf
from specs.grammar.fields import AUTO, Field
from specs.grammar.numbers import SEED, Number, Range, Whole
from specs.grammar.objects import Object
from specs.grammar.reading import Place
from specs.grammar.scalars import Flag, Text
from specs.tables.augmentation import AUGMENTATION
from specs.tables.class_weight import ClassWeight
from specs.tables.split import VALIDATION_SPLIT

MOST_EPOCHS = 1_000_000
RATE = Range(above=0, maximum=100)
PENALTY = Number(bounds=Range(minimum=0, maximum=1e6), typical=0.0001)
CLIP = Number(bounds=Range(above=0, maximum=1e12), typical=1.0)
WATCHED = ("loss", *vocabulary.METRICS)

EARLY_STOPPING = Object(
    title="early_stopping",
    fields=(
        Field(
            name="metric",
            type=Choice(what="value to watch", names=(*(f"val_{name}" for name in WATCHED), *WATCHED)),
            summary="The value to watch; `val_` means on held-out rows.",
            default="val_loss",
            can_be_auto=True,
            synonyms=("monitor",),
        ),
        Field(
            name="direction",
            type=Choice(what="direction", names=("min", "max")),
            summary="Whether less or more is better; follows the metric.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("mode",),
        ),
        Field(
            name="patience",
            type=Whole(bounds=Range(minimum=1, maximum=MOST_EPOCHS), typical=10),
            summary="Epochs without improvement before stopping.",
            default=10,
            can_be_auto=True,
        ),
        Field(
            name="min_delta",
            type=Number(bounds=Range(minimum=0, maximum=1e12), typical=0.0),
            summary="Smallest change that counts as an improvement.",
            default=0.0,
            can_be_auto=True,
        ),
        Field(
            name="start_from_epoch",
            type=Whole(bounds=Range(minimum=0, maximum=MOST_EPOCHS), typical=0),
            summary="Epochs to let pass before anything is watched.",
            default=0,
            can_be_auto=True,
        ),
        Field(
            name="baseline",
            type=Number(bounds=Range(minimum=-1e12, maximum=1e12)),
            summary="What has to be beaten before patience starts anew.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="restore_best",
            type=Flag(),
            summary="End with the weights of the best epoch instead of the last.",
            default=True,
            can_be_auto=True,
            synonyms=("restore_best_weights",),
        ),
    ),
    refused={},
)

_PENALTY_WORD = "tools use it for different things; `training.l2` is a penalty in the loss, `adamw` has `weight_decay`."
_STOPPING = "write it as `training.early_stopping.patience`; elsewhere it also waits before lowering the learning rate."


def _move_learning_rate(read: dict[str, Any], place: Place) -> None:
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
        place.findings.origins["/training/learning_rate"] = "/training/optimizer/learning_rate"
        here.warn("`optimizer.learning_rate` was read as `training.learning_rate`.")
    read["learning_rate"] = inner


TRAINING = Object(
    title="training",
    fields=(
        Field(
            name="epochs",
            type=Whole(bounds=Range(minimum=1, maximum=MOST_EPOCHS), typical=100),
            summary="Passes over the training rows at most.",
            default=100,
            can_be_auto=True,
            synonyms=("n_epochs", "num_epochs", "max_epochs", "max_iter"),
        ),
        Field(
            name="batch_size",
            type=Whole(bounds=Range(minimum=1, maximum=1_000_000), typical=32),
            summary="Rows in one step.",
            default=AUTO,
            can_be_auto=True,
        ),
        Field(
            name="optimizer",
            type=Component("optimizer"),
            summary="How weights follow the gradient.",
            default="adam",
            can_be_auto=True,
            synonyms=("solver",),
        ),
        Field(
            name="learning_rate",
            type=Number(bounds=RATE, typical=0.001),
            summary="How far a step goes.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("lr", "learning_rate_init"),
        ),
        Field(
            name="loss",
            type=Component("loss"),
            summary="What training makes small; follows the task.",
            default=AUTO,
            can_be_auto=True,
        ),
        Field(
            name="class_weight",
            type=ClassWeight(
                weights=MapOf(
                    value=Number(bounds=Range(minimum=0, maximum=1e6), typical=1.0),
                    keys="classes",
                    max_length=10_000,
                )
            ),
            summary="How much each class counts; `balanced` gives every class the same say.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="l1",
            type=PENALTY,
            summary="Penalty on the kernels' absolute values.",
            default=0.0,
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="l2",
            type=PENALTY,
            summary="Penalty on the kernels' squares.",
            default=0.0,
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="clip_norm",
            type=CLIP,
            summary="Longest gradient, over all weights together.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="clip_value",
            type=CLIP,
            summary="Largest entry of the gradient.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="early_stopping",
            type=EARLY_STOPPING,
            summary="Stop when held-out rows stop getting better, and keep the best weights.",
            default=AUTO,
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="seed",
            type=Whole(bounds=SEED, typical=0),
            summary="Where every random draw comes from; the same seed gives the same weights.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("random_state", "random_seed"),
        ),
        Field(
            name="dtype",
            type=Choice(
                what="type of numbers",
                names=("float32", "float64"),
                synonyms={"single": "float32", "double": "float64", "f32": "float32", "f64": "float64"},
                later={"float16": "half precision", "bfloat16": "half precision"},
            ),
            summary="Type of all numbers in the network.",
            default="float32",
            can_be_auto=True,
            synonyms=("precision",),
        ),
        Field(
            name="max_time_s",
            type=Number(bounds=Range(above=0, maximum=2_592_000), typical=3600.0),
            summary="Seconds of training at most; the best weights until then are kept.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="gradient_check",
            type=Flag(),
            summary="Compare backpropagation with differences of the loss before the first step.",
            default=False,
            can_be_auto=True,
        ),
        Field(
            name="schedule",
            type=Component("schedule"),
            summary="How the learning rate changes while training.",
            can_be_auto=True,
            can_be_off=True,
            synonyms=("lr_schedule", "learning_rate_schedule"),
        ),
        Field(
            name="checkpoint_every_s",
            type=Number(bounds=Range(above=0, maximum=86_400), typical=30.0),
            summary="Seconds between two saved states of the training; the service's setting unless given.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="gradient_accumulation_steps",
            type=Whole(bounds=Range(minimum=1, maximum=1_000_000), typical=1),
            summary="Batches whose gradients make one step together.",
            default=1,
            can_be_auto=True,
        ),
        Field(
            name="clip_parameter_norm",
            type=CLIP,
            summary="Longest gradient of each array of weights by itself.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="max_norm",
            type=CLIP,
            summary="Longest column of a kernel after each step.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="averaging",
            type=Component("averaging"),
            summary="An average of the weights that is validated and kept in their place.",
            can_be_auto=True,
            can_be_off=True,
        ),
        Field(
            name="frozen",
            type=ListOf(item=Text(max_length=64), max_length=256, is_set=True),
            summary="Names of layers whose weights stay as they are.",
            default=(),
            can_be_auto=True,
        ),
        Field(
            name="learning_rate_factors",
            type=MapOf(
                value=Number(bounds=Range(minimum=0, maximum=1e6), typical=1.0), keys="layers' names", max_length=256
            ),
            summary="How much faster or slower single layers learn.",
            default={},
            can_be_auto=True,
        ),
        Field(
            name="augmentation",
            type=AUGMENTATION,
            summary="How training images are changed anew in every epoch; off unless given.",
            can_be_auto=True,
            can_be_off=True,
            synonyms=("data_augmentation",),
        ),
        Field(
            name="sample_weight",
            type=Text(max_length=200),
            summary="Column of numbers that say how much each row's loss counts in training; it is not learned from.",
            can_be_auto=True,
            can_be_off=True,
            synonyms=("weight_by", "sample_weights"),
        ),
        Field(
            name="init_from",
            type=Text(max_length=64),
            summary="Model, job or checkpoint whose weights training starts from; its network must be the same.",
            can_be_auto=True,
            can_be_off=True,
            example="mdl_…",
        ),
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
