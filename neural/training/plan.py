"""The hyperparameters of a training: loss, optimizer, lengths, seed, limits on the gradient, when to stop."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from neural.data.augmentation import Augmentation
from neural.errors import ParameterOutOfRange, UnknownComponent
from neural.fields import check, choice, integer, real
from neural.losses import Loss
from neural.metrics import AS_THEY_ARE, METRICS, Units
from neural.optimizers import Optimizer
from neural.schedules import Schedule
from neural.training.averaging import Averaging
from neural.training.early_stopping import EarlyStopping


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """Everything that decides the weights, next to the network and the data.

    The reported losses are the data's alone: `l1` and `l2` (on kernels, as Keras' regularizers: l1·Σ|w| + l2·Σw²)
    act through the gradient; `weight_decay` acts beside it, on all weights. Limits act on what the optimizer gets:
    `clip_value` on each value, then `clip_parameter_norm` on each array of parameters (Keras' `clipnorm`), then
    `clip_norm` on all of them together (Keras' `global_clipnorm`). `max_norm` holds for kernels after each step.
    `gradient_accumulation_steps` batches are one step, and what is left at an epoch's end is one of its own.
    With `averaging`, the average is what is validated, kept and returned; training goes on with the weights themselves.
    `units` say what the outputs stand for where targets are scaled: rmse, mae and the like are told in these.
    `frozen` layers keep their weights; `learning_rate_factors` scale the steps of layers, both by the layers' names.
    """

    key = "training"

    loss: Loss
    optimizer: Optimizer
    members: int = integer(1, minimum=1, summary="Networks that are trained side by side and answer on average.")
    epochs: int = integer(minimum=1, summary="Passes over the training rows at most.")
    batch_size: int = integer(minimum=1, summary="Rows in one step.")
    seed: int = integer(minimum=0, summary="Where every random draw comes from; the same seed gives the same weights.")
    dtype: str = choice(
        "float32", lambda: {"float32": None, "float64": None}, summary="Type of all numbers in the network."
    )
    schedule: Schedule | None = None  # how the learning rate changes
    metrics: tuple[str, ...] = ()
    units: Units = AS_THEY_ARE
    class_weight: tuple[float, ...] | None = None
    early_stopping: EarlyStopping | None = None
    l1: float = real(0.0, minimum=0, summary="Penalty on the kernels' absolute values.")
    l2: float = real(0.0, minimum=0, summary="Penalty on the kernels' squares.")
    weight_decay: float = real(0.0, minimum=0, summary="Share of all weights that a step of rate 1 takes away.")
    clip_norm: float | None = None
    clip_value: float | None = None
    clip_parameter_norm: float | None = None
    max_norm: float | None = None
    gradient_accumulation_steps: int = integer(1, minimum=1, summary="Batches whose gradients make one step together.")
    averaging: Averaging | None = None
    augmentation: Augmentation | None = None
    health_every: int | None = None  # steps between two looks at the layers' health
    frozen: tuple[str, ...] = ()
    learning_rate_factors: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check(self)
        if self.dtype not in {"float32", "float64"}:
            raise ParameterOutOfRange(self.key, "dtype", self.dtype, expected="float32 or float64")
        for name in self.metrics:
            if name not in METRICS:
                raise UnknownComponent("metric", name, tuple(METRICS))
        if self.weight_decay and self.optimizer.key == "adamw":
            expected = "0, since `adamw` has a weight_decay of its own"
            raise ParameterOutOfRange(self.key, "weight_decay", self.weight_decay, expected=expected)
        if self.class_weight is not None and any(not weight >= 0 for weight in self.class_weight):
            raise ParameterOutOfRange(self.key, "class_weight", self.class_weight, expected="numbers of at least 0")
        self._check_limits()

    def _check_limits(self) -> None:
        for name in ("clip_norm", "clip_value", "clip_parameter_norm", "max_norm"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ParameterOutOfRange(self.key, name, value, expected="a number above 0, or null")
        if self.health_every is not None and self.health_every < 1:
            raise ParameterOutOfRange(self.key, "health_every", self.health_every, expected="at least 1, or null")
        for layer, factor in self.learning_rate_factors.items():
            if not 0 <= factor < float("inf"):
                expected = "a number of at least 0"
                raise ParameterOutOfRange(self.key, f"learning_rate_factors.{layer}", factor, expected=expected)

    @property
    def restores_best(self) -> bool:
        """Tell whether a training ends with the weights of its best epoch instead of its last."""
        return self.early_stopping is not None and self.early_stopping.restore_best

    def watched(self, *, with_validation: bool) -> EarlyStopping:
        """Return what decides which epoch is best: the early stopping's value, else the (validation) loss."""
        watched = self.early_stopping or EarlyStopping(metric="val_loss" if with_validation else "loss")
        names = [*(("loss", *self.metrics)), *(f"val_{name}" for name in ("loss", *self.metrics) if with_validation)]
        if watched.metric not in names:
            raise UnknownComponent("early stopping metric", watched.metric, names)
        return watched


__all__ = ["EarlyStopping", "TrainingPlan"]
