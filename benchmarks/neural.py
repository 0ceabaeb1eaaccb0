"""How fast training is, as ratios to scikit-learn measured side by side on one thread.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.neural [rounds]

Both train the same network on the same rows with the same optimizer, batch size and number of epochs, in float32;
runs alternate, so that a busy machine slows both. First weights and shuffling are each library's own, so the printed
last losses are near each other, not equal: they show that both learn, not that every step was the same. On W2
scikit-learn has one logistic output where ours has a softmax of two.
"""

import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
from sklearn.neural_network import MLPClassifier

import neural
from neural import vocabulary


@dataclass(frozen=True)
class Workload:
    """A network and the rows that it is trained on."""

    name: str
    rows: int
    inputs: int
    hidden: tuple[int, ...]
    classes: int
    activation: str
    output: str
    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int

    def examples(self) -> neural.Examples:
        """Draw rows whose class follows from a random linear map."""
        generator = np.random.default_rng(7)
        x = generator.standard_normal((self.rows, self.inputs)).astype(np.float32)
        scores = x @ generator.standard_normal((self.inputs, self.classes))
        return neural.Examples(x, scores.argmax(axis=1))


WORKLOADS = (
    Workload("W1", 4_000, 2, (8,), 2, "tanh", "sigmoid", "sgd", 0.01, 4, 3),
    Workload("W2", 20_000, 30, (64, 32), 2, "relu", "softmax", "adam", 0.001, 32, 3),
    Workload("W3", 5_120, 784, (512, 256), 10, "relu", "softmax", "adam", 0.001, 128, 2),
)


def ours(work: Workload, examples: neural.Examples) -> float:
    """Train with this project; returns the last epoch's loss."""
    binary = work.output == "sigmoid"
    last = neural.Dense(units=1 if binary else work.classes, activation=work.output)
    hidden = (neural.Dense(units=units, activation=work.activation) for units in work.hidden)
    network = neural.Network(layers=(*hidden, last), input_shape=(work.inputs,))
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "binary_crossentropy" if binary else "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", work.optimizer, learning_rate=work.learning_rate),
        epochs=work.epochs,
        batch_size=work.batch_size,
        seed=1,
    )
    loss = float("nan")
    for report in neural.train(network, plan, examples, None):
        loss = report.loss if isinstance(report, neural.BatchReport) else report.values["loss"]
    return loss


def theirs(work: Workload, examples: neural.Examples) -> float:
    """Train with scikit-learn; returns the last epoch's loss."""
    model = MLPClassifier(
        work.hidden,
        activation=work.activation,
        solver=work.optimizer,
        learning_rate_init=work.learning_rate,
        batch_size=work.batch_size,
        max_iter=work.epochs,
        momentum=0,
        alpha=0,
        tol=0,
        n_iter_no_change=work.epochs + 1,
        random_state=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged is wanted
        model.fit(examples.x, examples.y)
    return float(model.loss_)


def seconds(
    train: Callable[[Workload, neural.Examples], float], work: Workload, examples: neural.Examples
) -> tuple[float, float]:
    """Time one training; returns seconds and loss."""
    start = time.perf_counter()
    loss = train(work, examples)
    return time.perf_counter() - start, loss


def main(rounds: int) -> None:
    """Print one line for each workload."""
    assert os.environ.get("OPENBLAS_NUM_THREADS") == "1", "set OPENBLAS_NUM_THREADS=1 before Python starts"
    for work in WORKLOADS:
        examples = work.examples()
        times: dict[str, list[float]] = {"ours": [], "theirs": []}
        for _ in range(rounds):
            mine, loss = seconds(ours, work, examples)
            other, other_loss = seconds(theirs, work, examples)
            times["ours"].append(mine)
            times["theirs"].append(other)
        mine, other = median(times["ours"]), median(times["theirs"])
        steps = work.epochs * -(-work.rows // work.batch_size)
        print(
            f"{work.name}  {other / mine:6.2f} x scikit-learn   {mine / steps * 1e6:8.1f} against "
            f"{other / steps * 1e6:8.1f} us a step   loss {loss:.4f} against {other_loss:.4f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
