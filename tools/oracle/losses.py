"""One call of a Keras loss, computed from logits by ours."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from neural import vocabulary
from tools.oracle.subjects import IMPOSSIBLE, Outside, check_width
from tools.oracle.verdicts import NotSaid, compared

SMALL = 1e-7  # Keras' bound of probabilities
NAMES: Mapping[str, str] = {
    "MeanSquaredError": "mean_squared_error", "MeanAbsoluteError": "mean_absolute_error", "Huber": "huber",
    "MeanAbsolutePercentageError": "mean_absolute_percentage_error", "LogCosh": "log_cosh", "Poisson": "poisson",
    "KLDivergence": "kl_divergence", "Hinge": "hinge", "SquaredHinge": "squared_hinge",
    "CategoricalHinge": "categorical_hinge", "BinaryCrossentropy": "binary_crossentropy",
    "BinaryFocalCrossentropy": "binary_focal_crossentropy", "CategoricalCrossentropy": "categorical_crossentropy",
    "CategoricalFocalCrossentropy": "categorical_focal_crossentropy",
    "SparseCategoricalCrossentropy": "categorical_crossentropy", "CosineSimilarity": "cosine_similarity",
    "MeanSquaredLogarithmicError": "mean_squared_logarithmic_error",
    "CategoricalGeneralizedCrossEntropy": "categorical_generalized_crossentropy",
}  # fmt: skip
OF_SIDES = frozenset({"Hinge", "SquaredHinge", "CategoricalHinge"})  # which work on the outputs themselves
OF_SHARES = frozenset({"KLDivergence"})  # which Keras does not bring to a sum of 1
UNBOUNDED = frozenset({"CategoricalGeneralizedCrossEntropy"})  # where a share may be 0
OF_IDS = frozenset({"SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy"})
OF_A_CLASS = frozenset({"ignore_class"})  # where 0 is one, too
IDLE = frozenset({"name", "reduction", "dtype", "from_logits", "axis"})


def compare(
    loss: Any, y_true: np.ndarray, y_pred: np.ndarray, weights: np.ndarray | None, result: Any
) -> tuple[str, str]:
    """Compute the loss here; raise NotSaid where it cannot be said, Outside where it is of another subject."""
    check_width(loss.dtype)
    config = loss.get_config()
    values = values_of(type(loss).__name__, config, y_true, y_pred)
    return compared(reduced(values, weights, str(config.get("reduction"))), result)


def values_of(name: str, config: Mapping[str, Any], y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Compute the loss of each example by ours."""
    if name not in NAMES:
        raise NotSaid(f"no loss `{name}`")
    if not y_pred.ndim or not y_pred.size or y_pred.dtype.kind not in "fiub":
        raise Outside(IMPOSSIBLE)
    if y_pred.dtype.kind == "f":
        check_width(y_pred.dtype)
    if config.get("axis", -1) not in {-1, y_pred.ndim - 1}:
        raise NotSaid("an axis that is not the last")
    ours = vocabulary.create("loss", NAMES[name], **_options(NAMES[name], config))
    if name in OF_SHARES and np.abs(y_pred.sum(axis=-1) - 1).max() > SMALL:
        raise Outside(IMPOSSIBLE)
    given = {**config, "from_logits": True} if name in OF_SIDES else config
    least = 1e-300 if name in UNBOUNDED else SMALL
    logits, targets = _laid_out(y_pred, ours, given, least=least), _targets(name, y_true, y_pred)
    return np.asarray(ours.values(logits, targets)).reshape(y_pred.shape[:-1])


def _options(key: str, config: Mapping[str, Any]) -> dict[str, Any]:
    known = {info.name for info in vocabulary.LOSSES[key].parameters}
    for option, value in config.items():
        if option not in known | IDLE and (value or (option in OF_A_CLASS and value is not None)):
            raise NotSaid(f"`{option}` of a loss")
    return {option: value for option, value in config.items() if option in known}


def _laid_out(y_pred: np.ndarray, ours: Any, config: Mapping[str, Any], *, least: float) -> np.ndarray:
    """Undo the link of what are no logits, and lay rows out as columns."""
    p = y_pred.astype(np.float64)
    if not config.get("from_logits"):
        links: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
            "softmax": partial(_log_of_shares, least=least),
            "sigmoid": _log_of_odds,
            "exponential": lambda p: np.log(p + SMALL),
            "linear": lambda p: p,
        }
        p = links[ours.link_name](p)
    return np.ascontiguousarray(p.reshape(-1, p.shape[-1]).T)[None]


def _log_of_odds(p: np.ndarray) -> np.ndarray:
    """Undo the sigmoid, bounded in float32 as Keras does: its 1 - 1e-7 is rounded."""
    small = np.float32(SMALL)
    bounded = np.clip(p.astype(np.float32), small, np.float32(1) - small).astype(np.float64)
    odds: np.ndarray = np.log(bounded / (1 - bounded))
    return odds


def _log_of_shares(p: np.ndarray, *, least: float) -> np.ndarray:
    shares: np.ndarray = np.log(np.clip(p / p.sum(axis=-1, keepdims=True), least, 1 - least))
    return shares


def _targets(name: str, y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    outputs = y_pred.shape[-1]
    if name in OF_IDS:
        y = np.eye(outputs)[y_true.reshape(y_pred.shape[:-1]).astype(int)]
    elif y_true.shape != y_pred.shape:
        raise NotSaid("targets of another shape than the outputs")
    else:
        y = y_true.astype(np.float64)
    if name in {"Hinge", "SquaredHinge"}:
        if not set(np.unique(y)) <= {-1.0, 0.0, 1.0} or {-1.0, 0.0} <= set(np.unique(y)):
            raise NotSaid("targets that are no yes and no")
        y = np.where(y > 0, 1.0, 0.0)
    return np.ascontiguousarray(y.reshape(-1, outputs).T)[None]


def reduced(values: np.ndarray, weights: np.ndarray | None, reduction: str) -> Any:
    """Bring the losses of examples to what a reduction of Keras gives."""
    if weights is not None:
        weights = np.asarray(weights, np.float64)
        if weights.ndim > values.ndim:
            weights = weights.reshape(values.shape) if weights.size == values.size else weights[..., 0]
        values = values * weights.reshape(weights.shape + (1,) * (values.ndim - weights.ndim))
    if reduction in {"none", "None"}:
        return values
    if reduction == "sum":
        return values.sum()
    if reduction == "mean_with_sample_weight":
        return values.sum() / (values.size if weights is None else np.broadcast_to(weights, values.shape).sum())
    if reduction == "sum_over_batch_size":
        return values.mean()
    raise NotSaid(f"reduction `{reduction}`")
