"""What others answer on the same rows: the trivial guess, and scikit-learn's MLP behind its usual pipeline."""

import warnings
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def trivial(known: Sequence[str], count: int, *, is_number: bool) -> list[str]:
    """Answer every row with the mean, or with the commonest class."""
    if is_number:
        return [str(float(np.mean([float(answer) for answer in known])))] * count
    return [max(sorted(set(known)), key=known.count)] * count


def scikit_learn(
    features: pa.Table, training: np.ndarray, known: Sequence[str], held_out: np.ndarray, *, is_number: bool
) -> list[str]:
    """Median, indicator and scaling for numbers, one-hot for the rest, then the MLP with its defaults."""
    from sklearn.compose import make_column_transformer  # noqa: PLC0415  # a peer, installed for benchmarks only
    from sklearn.impute import SimpleImputer  # noqa: PLC0415
    from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: PLC0415

    numbers, texts = numeric_parts(features), text_parts(features)
    count = numbers.shape[1]
    cells = np.hstack([numbers.astype(object), texts])
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), list(range(count))),
        (OneHotEncoder(handle_unknown="ignore"), list(range(count, cells.shape[1]))),
    )
    network = MLPRegressor(random_state=0) if is_number else MLPClassifier(random_state=0)
    target = [float(answer) for answer in known] if is_number else list(known)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns when its 200 iterations end before it has converged
        fitted = make_pipeline(prepare, network).fit(cells[training], target)
        return [str(answer) for answer in fitted.predict(cells[held_out]).tolist()]


def numeric_parts(features: pa.Table) -> np.ndarray:
    """Numbers as they are, dates as a time with month, weekday and hour, and the numbers of vectors and images."""
    parts = [np.empty((features.num_rows, 0))]
    for column in features.columns:
        if pa.types.is_floating(column.type):
            parts.append(np.array(column.to_numpy(), np.float64)[:, None])
        elif pa.types.is_timestamp(column.type):
            parts.append(_parts_of_dates(column))
        elif pa.types.is_fixed_size_list(column.type):
            flat = np.concatenate([np.asarray(chunk.flatten()) for chunk in column.chunks])
            parts.append(flat.reshape(features.num_rows, -1).astype(np.float64))
    return np.hstack(parts)


def _parts_of_dates(column: pa.ChunkedArray) -> np.ndarray:
    days = np.array(pc.cast(pc.cast(column, pa.int64()), pa.float64()).to_numpy()) / 86_400_000
    others = [np.array(part(column).to_numpy(), np.float64) for part in (pc.month, pc.day_of_week, pc.hour)]
    return np.column_stack([days, *others])


def text_parts(features: pa.Table) -> np.ndarray:
    """Categories as text, without those that name nearly every row."""
    columns = [
        np.array(column.cast(pa.string()).fill_null("").to_pylist(), object)
        for column in features.columns
        if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type)
    ]
    kept = [column for column in columns if len(set(column)) <= len(column) / 2]
    return np.column_stack(kept) if kept else np.empty((features.num_rows, 0), object)


def balanced_accuracy(truth: Sequence[str], said: Sequence[str]) -> float:
    """Average over classes the share that was recognised."""
    shares = []
    for name in sorted(set(truth)):
        of_class = [answer == name for answer, true in zip(said, truth, strict=True) if true == name]
        shares.append(sum(of_class) / len(of_class))
    return float(np.mean(shares))


def r_squared(truth: Sequence[str], said: Sequence[str]) -> float:
    """One minus the share of the variance that is left."""
    y, answer = np.array([float(t) for t in truth]), np.array([float(s) for s in said])
    return float(1 - ((y - answer) ** 2).sum() / ((y - y.mean()) ** 2).sum())
