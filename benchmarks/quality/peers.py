"""What others answer: scikit-learn's networks and linear models, gradient boosting, RealMLP where torch is there."""

import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

Frame = Any  # pandas is of the optional group
Answers = tuple[np.ndarray, tuple[str, ...], float]  # shares (rows, classes) or numbers (rows,); classes; seconds


def peers() -> dict[str, Callable[[bool, int], Any]]:
    """List them by name; each makes an untrained model for classes or numbers and a seed."""
    listed = {
        "linear": _linear,
        "mlp": lambda is_class, seed: _mlp(is_class, seed, early_stopping=False),
        "mlp_early": lambda is_class, seed: _mlp(is_class, seed, early_stopping=True),
        "hgb": _hist_gradient_boosting,
        "lightgbm": _lightgbm,
        "catboost": _catboost,
    }
    if find_spec("pytabkit") is not None:
        listed["realmlp_s"] = lambda is_class, seed: _realmlp(is_class, seed, "RealMLP_TD_S")
        listed["realmlp_ce"] = lambda is_class, seed: _realmlp(is_class, seed, "RealMLP_TD", **_CROSS_ENTROPY)
    return listed


_CROSS_ENTROPY = {"val_metric_name": "cross_entropy", "use_ls": False}


def answer(name: str, train: Frame, test: Frame, target: str, *, is_class: bool, seed: int) -> Answers:
    """Train a peer on some rows and answer others."""
    y = train[target].astype(str) if is_class else train[target].astype(float)
    x, unseen = train.drop(columns=[target]), test.drop(columns=[target])
    own = dict(_own_categories(name, x, unseen))
    model = peers()[name](is_class, seed)
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # iterations that end before convergence, unknown categories
        model.fit(own["x"], y, **own["fit"])
        seconds = time.process_time() - began
        if not is_class:
            return np.asarray(model.predict(own["unseen"]), float).ravel(), (), seconds
        return np.asarray(model.predict_proba(own["unseen"])), tuple(map(str, model.classes_)), seconds


def _own_categories(name: str, x: Frame, unseen: Frame) -> dict[str, Any]:
    """Hand categories over as each library wants them; what a row of training never had is missing."""
    import pandas as pd  # noqa: PLC0415  # of the optional group

    texts = [column for column in x if not pd.api.types.is_numeric_dtype(x[column])]
    if name == "catboost":
        x, unseen = (part.assign(**{c: part[c].astype(str) for c in texts}) for part in (x, unseen))
        return {"x": x, "unseen": unseen, "fit": {"cat_features": texts}}
    if name == "lightgbm":
        kinds = {c: pd.CategoricalDtype(x[c].dropna().astype(str).unique()) for c in texts}
        parts = [part.assign(**{c: part[c].astype(str).astype(kinds[c]) for c in texts}) for part in (x, unseen)]
        for part in parts:
            part.columns = [f"c{index}" for index in range(part.shape[1])]  # it refuses brackets in names
        return {"x": parts[0], "unseen": parts[1], "fit": {}}
    return {"x": x, "unseen": unseen, "fit": {}}


def _behind_pipeline(model: Any, *, is_dense: bool = False) -> Any:
    from sklearn.compose import make_column_selector, make_column_transformer  # noqa: PLC0415
    from sklearn.impute import SimpleImputer  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: PLC0415

    numbers = make_column_selector(dtype_include="number")
    others = make_column_selector(dtype_exclude="number")
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=not is_dense), others),
    )
    return make_pipeline(prepare, model)


def _linear(is_class: bool, _seed: int) -> Any:  # noqa: FBT001
    from sklearn.linear_model import LogisticRegression, Ridge  # noqa: PLC0415

    return _behind_pipeline(LogisticRegression(max_iter=2000) if is_class else Ridge())


def _mlp(is_class: bool, seed: int, *, early_stopping: bool) -> Any:  # noqa: FBT001
    from sklearn.compose import TransformedTargetRegressor  # noqa: PLC0415
    from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    options = {"random_state": seed, "early_stopping": early_stopping}
    if is_class:
        return _behind_pipeline(MLPClassifier(**options))
    network = TransformedTargetRegressor(MLPRegressor(**options), transformer=StandardScaler())
    return _behind_pipeline(network)


def _hist_gradient_boosting(is_class: bool, seed: int) -> Any:  # noqa: FBT001
    from sklearn.compose import make_column_selector, make_column_transformer  # noqa: PLC0415
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import OrdinalEncoder  # noqa: PLC0415

    others = make_column_selector(dtype_exclude="number")
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, max_categories=255)
    kind = HistGradientBoostingClassifier if is_class else HistGradientBoostingRegressor
    return make_pipeline(make_column_transformer((codes, others), remainder="passthrough"), kind(random_state=seed))


def _lightgbm(is_class: bool, seed: int) -> Any:  # noqa: FBT001
    from lightgbm import LGBMClassifier, LGBMRegressor  # noqa: PLC0415

    kind = LGBMClassifier if is_class else LGBMRegressor
    return kind(random_state=seed, n_jobs=1, verbose=-1)


def _catboost(is_class: bool, seed: int) -> Any:  # noqa: FBT001
    from catboost import CatBoostClassifier, CatBoostRegressor  # noqa: PLC0415

    kind = CatBoostClassifier if is_class else CatBoostRegressor
    return kind(random_seed=seed, thread_count=1, verbose=False, allow_writing_files=False)


def _realmlp(is_class: bool, seed: int, name: str, **options: Any) -> Any:  # noqa: FBT001
    import pytabkit  # noqa: PLC0415  # with torch, where somebody installed it

    kind = getattr(pytabkit, f"{name}_{'Classifier' if is_class else 'Regressor'}")
    given = {key: value for key, value in options.items() if is_class}
    return kind(random_state=seed, device="cpu", n_threads=1, **given)
