"""How the network is trained."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from specs.values.component import Component


@dataclass(frozen=True, kw_only=True)
class StoppingRule:
    """When training stops early."""

    metric: str
    direction: str
    patience: int
    min_delta: float
    start_from_epoch: int = 0
    baseline: float | None = None
    restore_best: bool = True


@dataclass(frozen=True, kw_only=True)
class Training:
    """Everything that decides the weights, next to network and data; None is off.

    `class_weight` holds a weight for every class, in no particular order.
    """

    epochs: int
    batch_size: int
    optimizer: Component
    learning_rate: float
    loss: Component
    class_weight: Mapping[str, float] | None
    l1: float
    l2: float
    clip_norm: float | None
    clip_value: float | None
    early_stopping: StoppingRule | None
    seed: int
    dtype: str
    max_time_s: float | None
    gradient_check: bool
    schedule: Component | None = None
    checkpoint_every_s: float | None = None
    gradient_accumulation_steps: int = 1
    clip_parameter_norm: float | None = None
    max_norm: float | None = None
    averaging: Component | None = None
    frozen: tuple[str, ...] = ()
    learning_rate_factors: Mapping[str, float] = field(default_factory=dict)
    augmentation: Mapping[str, Any] | None = None
    sample_weight: str | None = None
    init_from: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            **asdict(self),
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
                "early_stopping": None if rule is None else StoppingRule(**rule),
            }
        )
