"""The section `training` of a resolved spec: one frozen value that declares every option."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from datasets.recipe.options import AUTO, NOTHING, OptionType, option
from datasets.recipe.split import LARGEST_SEED
from neural import EarlyStopping, TrainingPlan
from neural.fields import parameters_of
from specs.values.component import Component

MOST_EPOCHS, MOST_MEMBERS = 1_000_000, 100
RECIPE_VERSION = 2  # 1: a small network of relu, Adam at a constant rate, patience 10; `fast` still is that
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "fast": {"recipe": 1, "summary": "One small network that stops early."},
    "default": {"recipe": RECIPE_VERSION, "summary": "Several wide networks as one model, at a rate that falls to 0."},
    "best": {"recipe": RECIPE_VERSION, "summary": "As the default, with twice the members for twice the epochs."},
}
_PLANNED = {info.name: info for info in parameters_of(TrainingPlan)}
_TYPES: Mapping[str, OptionType] = {"int": "whole", "float": "number", "choice": "choice"}


def _planned(name: str, default: Any = NOTHING, **more: Any) -> Any:
    """Declare an option of the neural training plan: type, summary, least value and default come from there.

    A default of its own has an option that the plan requires; one that is `told` follows from the data.
    """
    info = _PLANNED[name]
    if default is NOTHING and "told" not in more:
        default = info.default
    bounds = {} if info.minimum is None else {"minimum": info.minimum}
    return option(_TYPES[info.type], default, summary=info.summary, choices=info.choices, **bounds, **more)


def _limit(summary: str) -> Any:
    """Declare the limit of a length or size, off unless given."""
    return option("number", None, off=None, above=0, maximum=1e12, typical=1.0, summary=summary)


@dataclass(frozen=True, kw_only=True)
class Training:
    """Everything that decides the weights, next to network and data; None is off.

    `class_weight` holds a weight for every class, in no particular order.
    """

    epochs: int = _planned("epochs", 100, maximum=MOST_EPOCHS, typical=100)
    batch_size: int = _planned("batch_size", told=AUTO, maximum=1_000_000, typical=32)
    optimizer: Component = option("component", told="adam", summary="How weights follow the gradient.")
    learning_rate: float = option(
        "number", told=AUTO, above=0, maximum=100, typical=0.001, summary="How far a step goes."
    )
    loss: Component = option("component", told=AUTO, summary="What training makes small; follows the task.")
    class_weight: Mapping[str, float] | None = option(
        "other",
        None,
        off=None,
        minimum=0,
        maximum=1e6,
        typical=1.0,
        summary="How much each class counts; `balanced` gives every class the same say.",
    )
    l1: float = _planned("l1", off=0.0, maximum=1e6, typical=0.0001)
    l2: float = _planned("l2", off=0.0, maximum=1e6, typical=0.0001)
    clip_norm: float | None = _limit("Longest gradient, over all weights together.")
    clip_value: float | None = _limit("Largest entry of the gradient.")
    early_stopping: EarlyStopping | None = option(
        "other",
        None,
        told=AUTO,
        off=None,
        summary="Stop when held-out rows stop getting better, and keep the best weights.",
    )
    seed: int = _planned("seed", told=AUTO, maximum=LARGEST_SEED, typical=0)
    dtype: str = _planned("dtype", what="type of numbers")
    max_time_s: float | None = option(
        "number",
        None,
        off=None,
        above=0,
        maximum=2_592_000,
        typical=3600.0,
        summary="Seconds of training at most; the best weights until then are kept.",
    )
    gradient_check: bool = option(
        "flag", False, summary="Compare backpropagation with differences of the loss before the first step."
    )
    schedule: Component | None = option(
        "component", None, told=AUTO, off=None, summary="How the learning rate changes while training."
    )
    checkpoint_every_s: float | None = option(
        "number",
        None,
        off=None,
        above=0,
        maximum=86_400,
        typical=30.0,
        summary="Seconds between two saved states of the training; the service's setting unless given.",
    )
    gradient_accumulation_steps: int = _planned("gradient_accumulation_steps", maximum=1_000_000, typical=1)
    clip_parameter_norm: float | None = _limit("Longest gradient of each array of weights by itself.")
    max_norm: float | None = _limit("Longest column of a kernel after each step.")
    averaging: Component | None = option(
        "component",
        None,
        off=None,
        summary="An average of the weights that is validated and kept in their place.",
    )
    frozen: tuple[str, ...] = option("other", (), summary="Names of layers whose weights stay as they are.")
    learning_rate_factors: Mapping[str, float] = option(
        "other", {}, minimum=0, maximum=1e6, typical=1.0, summary="How much faster or slower single layers learn."
    )
    augmentation: Mapping[str, Any] | None = option(
        "other", None, off=None, summary="How training images are changed anew in every epoch; off unless given."
    )
    sample_weight: str | None = option(
        "text",
        None,
        off=None,
        summary="Column of numbers that say how much each row's loss counts in training; it is not learned from.",
    )
    init_from: str | None = option(
        "text",
        None,
        off=None,
        most_letters=64,
        example="mdl_…",
        summary="Model, job or checkpoint whose weights training starts from; its network must be the same.",
    )
    preset: str | None = option(
        "choice",
        None,
        told="default",
        off=None,
        what="preset",
        choices=tuple(PRESETS),
        summary="What fills open values where the network is left open, too: `fast` a small network that stops early, "
        "`default` the recipe for tables, `best` four times that work. Null with a network of one's own.",
    )
    members: int = _planned("members", told=AUTO, default=1, maximum=MOST_MEMBERS, typical=5)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
            "early_stopping": None if self.early_stopping is None else asdict(self.early_stopping),
            "optimizer": self.optimizer.to_json(),
            "loss": self.loss.to_json(),
            "schedule": None if self.schedule is None else self.schedule.to_json(),
            "averaging": None if self.averaging is None else self.averaging.to_json(),
            "frozen": list(self.frozen),
            "augmentation": None if self.augmentation is None else dict(self.augmentation),
            "learning_rate_factors": dict(self.learning_rate_factors),
            "class_weight": None if self.class_weight is None else dict(self.class_weight),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Training":
        """Read what `to_json` wrote."""
        rule = body["early_stopping"]
        optional = {key: body.get(key) for key in ("schedule", "averaging")}
        return cls(
            **{
                **body,
                "optimizer": Component.from_json(body["optimizer"]),
                "loss": Component.from_json(body["loss"]),
                **{key: None if found is None else Component.from_json(found) for key, found in optional.items()},
                "frozen": tuple(body.get("frozen", ())),
                "early_stopping": None if rule is None else EarlyStopping(**rule),
            }
        )
