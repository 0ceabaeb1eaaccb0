"""The value of a Keras metric, measured by ours on the same rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from neural.metrics import METRICS, accumulator
from tools.oracle.verdicts import NotSaid, compared

NAMES: Mapping[str, str] = {
    "BinaryAccuracy": "accuracy", "CategoricalAccuracy": "accuracy", "SparseCategoricalAccuracy": "accuracy",
    "RootMeanSquaredError": "rmse", "MeanAbsoluteError": "mae", "MeanSquaredError": "mse",
    "MeanAbsolutePercentageError": "mape", "R2Score": "r2", "Precision": "precision", "Recall": "recall",
    "F1Score": "f1", "FBetaScore": "f1", "TopKCategoricalAccuracy": "top", "SparseTopKCategoricalAccuracy": "top",
}  # fmt: skip
F_BETA: Mapping[tuple[float, str], str] = {
    (1.0, "macro"): "f1", (1.0, "micro"): "f1_micro", (1.0, "weighted"): "f1_weighted", (2.0, "macro"): "f2",
    (0.5, "macro"): "f0_5",
}  # fmt: skip
IDLE = frozenset({"name", "dtype", "num_classes", "num_regressors", "beta", "k", "average", "from_sorted_ids"})
OF_CLASSES = frozenset({"CategoricalAccuracy", "TopKCategoricalAccuracy"})
NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "threshold": (0.5, None), "thresholds": (0.5, None),
    "class_aggregation": ("uniform_average",),
}  # fmt: skip
OF_YES_AND_NO = frozenset({"BinaryAccuracy", "Precision", "Recall"})


class Rows:
    """What a metric was shown since its last reset."""

    def __init__(self, metric: Any) -> None:
        self._name, self._config = type(metric).__name__, metric.get_config()
        self._shown: list[tuple[np.ndarray, np.ndarray]] = []
        self._reason: str | None = None

    def add(self, y_true: np.ndarray, y_pred: np.ndarray, weights: object) -> None:
        """Take in what `update_state` got."""
        if weights is not None:
            self._reason = "weights of rows"
        self._shown.append((np.asarray(y_true), np.asarray(y_pred)))

    def compare(self, result: Any) -> tuple[str, str]:
        """Measure here; raise NotSaid where it cannot be said."""
        name = self._key()
        for option, value in self._config.items():
            if option not in IDLE and value not in NEUTRAL.get(option, (None,)):
                raise NotSaid(f"`{option}` of a metric")
        if self._reason is not None:
            raise NotSaid(self._reason)
        if not self._shown:
            raise NotSaid("no rows")
        if name == "mape" and any((y_true == 0).any() for y_true, _ in self._shown):
            raise NotSaid("targets of 0, which are bounded as in scikit-learn")
        found = None
        for y_true, y_pred in self._shown:
            y, outputs = self._laid_out(y_true, y_pred)
            found = found or accumulator(name, classes=outputs.shape[1])
            found.add(outputs, y)
        return compared(0.0 if found is None else found.value(), result)

    def _key(self) -> str:
        """Name our metric."""
        name, config = self._name, self._config
        found = NAMES.get(name)
        if name == "AUC":
            raise NotSaid("Keras sums up over 200 thresholds; ours is exact")
        if name in {"F1Score", "FBetaScore"}:
            asked = float(config.get("beta", 1.0)), str(config["average"])
            found = F_BETA.get(asked)
            if found is None:
                raise NotSaid(f"F of beta {asked[0]:g}, average {asked[1]}")
        if found == "top":
            found = f"top_{config['k']}_accuracy"
        if found not in METRICS:
            raise NotSaid(f"no metric `{name}`" if found is None else f"no metric `{found}`")
        return str(found)

    def _laid_out(self, y_true: np.ndarray, y_pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give targets and outputs as rows."""
        if not y_pred.size or y_pred.dtype.kind not in "fiu":
            raise NotSaid("no rows of numbers")
        outputs = y_pred.astype(np.float64)
        if self._name in OF_YES_AND_NO:  # every place is a decision of its own
            if y_true.size != y_pred.size:
                raise NotSaid("targets of another shape than the outputs")
            return y_true.astype(np.float64).reshape(-1, 1), outputs.reshape(-1, 1)
        outputs = outputs.reshape(-1, outputs.shape[-1]) if outputs.ndim > 1 else outputs.reshape(-1, 1)
        if self._name in {"SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy"}:
            return y_true.reshape(-1).astype(int), outputs
        y = y_true.astype(np.float64).reshape(outputs.shape) if y_true.size == y_pred.size else None
        if y is None:
            raise NotSaid("targets of another shape than the outputs")
        is_of_classes = self._name in OF_CLASSES or ("F" in self._name[:1] and self._config.get("threshold") is None)
        return (y.argmax(axis=1) if is_of_classes else y), outputs
