"""The value of a Keras metric, measured by ours on the same rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from neural.metrics import METRICS, accumulator
from neural.scoring.classes import confusion_matrix
from tools.oracle.losses import reduced, values_of
from tools.oracle.subjects import CODE, CUT, IMPOSSIBLE, SEVERAL, WEIGHED, Outside, check_width
from tools.oracle.verdicts import NotSaid, compared

NAMES: Mapping[str, str] = {
    "Accuracy": "accuracy", "BinaryAccuracy": "accuracy", "CategoricalAccuracy": "accuracy",
    "SparseCategoricalAccuracy": "accuracy", "RootMeanSquaredError": "rmse", "MeanAbsoluteError": "mae",
    "MeanSquaredError": "mse", "MeanAbsolutePercentageError": "mape", "R2Score": "r2", "Precision": "precision",
    "Recall": "recall", "F1Score": "f1", "FBetaScore": "f1", "TopKCategoricalAccuracy": "top",
    "SparseTopKCategoricalAccuracy": "top", "MeanIoU": "mean_iou", "IoU": "mean_iou", "BinaryIoU": "mean_iou",
    "OneHotIoU": "mean_iou", "OneHotMeanIoU": "mean_iou",
}  # fmt: skip
LOSSES: Mapping[str, str] = {  # whose mean a metric is
    "LogCoshError": "LogCosh", **{name: name for name in (
        "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy", "Hinge", "SquaredHinge",
        "CategoricalHinge", "KLDivergence", "Poisson", "MeanSquaredLogarithmicError", "CosineSimilarity",
    )},
}  # fmt: skip
COUNTS: Mapping[str, tuple[int, int]] = {  # by what is true, then what is answered
    "TruePositives": (1, 1), "TrueNegatives": (0, 0), "FalsePositives": (0, 1), "FalseNegatives": (1, 0),
}  # fmt: skip
F_BETA: Mapping[float, str] = {1.0: "f1", 2.0: "f2", 0.5: "f0_5"}
OF_AVERAGE: Mapping[str, str] = {"macro": "", "micro": "_micro", "weighted": "_weighted"}
IDLE = frozenset({"name", "dtype", "num_classes", "num_regressors", "beta", "k", "average", "sparse_y_true",
                  "sparse_y_pred", "target_class_ids", "axis", "summation_method"})  # fmt: skip
OF_CLASSES = frozenset({"CategoricalAccuracy", "TopKCategoricalAccuracy"})
NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "threshold": (0.5, None), "thresholds": (0.5, None, [0.5]),
    "class_aggregation": ("uniform_average", "variance_weighted_average"),
    "from_sorted_ids": (False,), "num_regressors": (0,),
}  # fmt: skip
OF_YES_AND_NO = frozenset({"BinaryAccuracy", "Precision", "Recall", "BinaryIoU", *COUNTS})
OF_IDS = frozenset({"Accuracy", "MeanIoU", "IoU", "OneHotIoU", "OneHotMeanIoU"})  # what is answered is a class


class Rows:
    """What a metric was shown since its last reset."""

    def __init__(self, metric: Any) -> None:
        self._name, self._config = type(metric).__name__, metric.get_config()
        self._shown: list[tuple[np.ndarray, np.ndarray, Any]] = []
        self._dtype = metric.dtype

    def add(self, y_true: np.ndarray, y_pred: np.ndarray, weights: object) -> None:
        """Take in what `update_state` got."""
        self._shown.append((np.asarray(y_true), np.asarray(y_pred), weights))

    def compare(self, result: Any) -> tuple[str, str]:
        """Measure here; raise NotSaid where it cannot be said, Outside where it is of another subject."""
        self._check()
        if self._name in LOSSES:
            return compared(self._mean_loss(), result)
        key = self._key()
        if any(weights is not None for _, _, weights in self._shown):
            raise Outside(WEIGHED)
        if self._name in COUNTS:
            return compared(self._count(), result)
        if key == "mape" and any((y_true == 0).any() for y_true, _, _ in self._shown):
            raise NotSaid("targets of 0, which are bounded as in scikit-learn")
        found = None
        for y_true, y_pred, _ in self._shown:
            y, outputs = self._laid_out(y_true, y_pred)
            found = found or accumulator(key, classes=outputs.shape[1])
            found.add(outputs, y)
        return compared(0.0 if found is None else found.value(), result)

    def _check(self) -> None:
        """Raise where it is of another subject, or has an option that there is not."""
        config = self._config
        check_width(self._dtype)
        if not self._shown:
            raise Outside(IMPOSSIBLE)
        if self._name == "AUC":
            raise Outside(CUT)
        if self._name == "MeanMetricWrapper":
            raise Outside(CODE)
        thresholds = config.get("thresholds")
        if isinstance(thresholds, list | tuple) and len(thresholds) > 1:
            raise Outside(SEVERAL)
        if config.get("average", "") is None or config.get("class_aggregation", "") is None:
            raise Outside(SEVERAL)
        if self._name not in {*NAMES, *LOSSES, *COUNTS}:
            raise NotSaid(f"no metric `{self._name}`")
        for option, value in config.items():
            if self._name not in LOSSES and option not in IDLE and value not in NEUTRAL.get(option, (None,)):
                raise NotSaid(f"`{option}` of a metric")
        if config.get("num_regressors"):
            raise NotSaid("`num_regressors` of a metric")

    def _mean_loss(self) -> float:
        """Average the losses of all rows, by their weights."""
        sums, name = np.zeros(2), LOSSES[self._name]
        for y_true, y_pred, weights in self._shown:
            values = values_of(name, self._config, y_true, y_pred)
            ones = np.ones_like(values)
            sums += [float(reduced(each, weights, "sum")) for each in (values, ones)]
        mean = float(sums[0] / sums[1])
        return -mean if self._name == "CosineSimilarity" else mean  # the loss is minus the cosine

    def _count(self) -> float:
        rows = [self._laid_out(y_true, y_pred) for y_true, y_pred, _ in self._shown]
        true, answered = (np.concatenate([each[side].ravel() > 0.5 for each in rows]).astype(int) for side in (0, 1))
        return float(confusion_matrix(true, answered, 2)[COUNTS[self._name]])

    def _key(self) -> str:
        """Name our metric."""
        name, config = self._name, self._config
        found = "counts" if name in COUNTS else NAMES.get(name)
        if name in {"F1Score", "FBetaScore"}:
            beta, average = float(config.get("beta", 1.0)), str(config["average"])
            found = F_BETA.get(beta, f"f of beta {beta:g}") + OF_AVERAGE[average]
        if found == "top":
            found = "accuracy" if config["k"] == 1 else f"top_{config['k']}_accuracy"
        if found == "r2" and config["class_aggregation"] == "variance_weighted_average":
            found = "r2_weighted"
        if found == "mean_iou":
            ids, classes = config.get("target_class_ids"), config.get("num_classes", 2)
            if ids is not None and sorted(ids) != list(range(classes)):
                raise NotSaid("some classes of all")
        if found not in METRICS and found != "counts":
            raise NotSaid(f"no metric `{name}`" if found is None else f"no metric `{found}`")
        return str(found)

    def _laid_out(self, y_true: np.ndarray, y_pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give targets and outputs as rows."""
        if not y_pred.size or y_pred.dtype.kind not in "fiub":
            raise Outside(IMPOSSIBLE)
        if self._name in OF_IDS:
            return self._of_ids(y_true, y_pred)
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

    def _of_ids(self, y_true: np.ndarray, y_pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Read ids, or what has a column for each class, as a share of 1 for the class that is answered."""
        is_id = {side: self._config.get(f"sparse_{side}", "OneHot" not in self._name) for side in ("y_true", "y_pred")}
        given = {"y_true": y_true, "y_pred": y_pred}
        axis = self._config.get("axis", -1)
        true, answered = (
            (given[side] if is_id[side] else given[side].argmax(axis=axis)).ravel() for side in ("y_true", "y_pred")
        )
        if true.shape != answered.shape or (np.asarray([*true, *answered]) % 1).any():
            raise NotSaid("answers that are no classes")
        classes = max(int(self._config.get("num_classes") or 0), int(true.max()) + 1, int(answered.max()) + 1, 2)
        return true.astype(int), np.eye(classes)[answered.astype(int)]
