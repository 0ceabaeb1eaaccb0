"""scikit-learn's multilayer perceptron; its first weights and shuffling are its own, and two classes are one output."""

import warnings

from sklearn.neural_network import MLPClassifier

from benchmarks.neural.workloads import Workload

NAME = "scikit-learn"


def can_run(work: Workload) -> bool:
    """Tell whether the network is made of fully connected layers."""
    return {layer.key for layer in work.network.layers} == {"dense"}


class Trainer:
    """Trains a workload anew at every call."""

    def __init__(self, work: Workload) -> None:
        self._work = work
        *hidden, _ = work.network.layers
        self._options = {
            "hidden_layer_sizes": [layer.units for layer in hidden],
            "activation": hidden[0].activation,
            "solver": work.optimizer,
            "learning_rate_init": work.learning_rate,
            "batch_size": work.batch_size,
            "max_iter": work.epochs,
            "momentum": work.momentum,
            "nesterovs_momentum": False,
            "alpha": 0,
            "tol": 0,
            "n_iter_no_change": work.epochs + 1,
            "random_state": 1,
        }

    def __call__(self) -> float:
        """Train; give the mean loss of the first epoch."""
        model = MLPClassifier(**self._options)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has not converged is wanted
            model.fit(self._work.examples.x, self._work.examples.y)
        return float(model.loss_curve_[0])
