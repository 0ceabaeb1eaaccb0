"""The steps of a Keras optimizer, done by ours on the same gradients."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from neural import vocabulary
from neural.training.update.accumulation import Accumulation
from neural.training.update.regularization import decoupled_decay
from tools.oracle.subjects import BESIDE, FEW_BITS, Outside
from tools.oracle.verdicts import NotSaid, compared

NAMES: Mapping[str, str] = {
    "SGD": "sgd", "RMSprop": "rmsprop", "Adam": "adam", "AdamW": "adamw", "Adamax": "adamax", "Nadam": "nadam",
    "Adagrad": "adagrad", "Adadelta": "adadelta", "Lion": "lion", "Ftrl": "ftrl", "Lamb": "lamb",
    "Adafactor": "adafactor",
}  # fmt: skip
LIMITS = ("clipnorm", "clipvalue", "global_clipnorm", "use_ema", "loss_scale_factor")


class Twin:
    """An optimizer of ours that goes along with one of Keras."""

    def __init__(self, optimizer: Any) -> None:
        name, config = type(optimizer).__name__, optimizer.get_config()
        if isinstance(config.get("learning_rate"), dict) or any(config.get(option) for option in LIMITS):
            raise Outside(BESIDE)
        if name == "LossScaleOptimizer":
            raise Outside(FEW_BITS)
        if name not in NAMES:
            raise NotSaid(f"no optimizer `{name}`")
        known = {info.name for info in vocabulary.OPTIMIZERS[NAMES[name]].parameters}
        if any(getattr(optimizer, f"_exclude_from_weight_decay{kind}", None) for kind in ("", "_pattern")):
            raise NotSaid("variables left out of the decay")
        if int(np.asarray(optimizer.iterations)) > 1:
            raise NotSaid("steps whose beginning was not seen")
        self._decay = 0.0 if "weight_decay" in known else float(config.get("weight_decay") or 0)
        self._batches = int(config.get("gradient_accumulation_steps") or 1)
        options = {key: value for key, value in config.items() if key in known and value is not None}
        self._rule = vocabulary.create("optimizer", NAMES[name], **options)
        self._state: Any = None
        self._parameters = self._gradients = np.zeros(0)
        self._calls: list[Any] = []

    def step(self, before: list[np.ndarray], gradients: list[np.ndarray], after: list[np.ndarray]) -> tuple[str, str]:
        """Do the step from where Keras was, and compare where it leads."""
        flat, wanted = (
            np.concatenate([each.ravel() for each in arrays]).astype(np.float64) for arrays in (before, after)
        )
        if self._state is None:
            self._parameters, self._gradients = flat.copy(), np.zeros_like(flat)
            self._state = self._rule.init(self._parameters)
            self._state.shapes = tuple(each.shape for each in before)
            descent = [
                *decoupled_decay(self._decay, self._parameters, self._state),
                *self._rule.update(self._parameters, self._gradients, self._state),
            ]
            gathering = Accumulation(self._batches, self._gradients, descent)
            self._calls = descent if self._batches == 1 else gathering.calls(1)
        if flat.size != self._parameters.size:
            raise NotSaid("other variables than before")
        self._parameters[:] = flat
        self._gradients[:] = np.concatenate([each.ravel() for each in gradients])
        for call in self._calls:
            call()
        return compared(self._parameters, wanted)
