"""The update of each step: from a mini-batch's gradient to the new weights."""

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Calls
from neural.network.network import Network
from neural.optimizers import OptimizerState
from neural.training.batch_steps import Vectors
from neural.training.plan import TrainingPlan
from neural.training.update.accumulation import Accumulation
from neural.training.update.constraints import held, max_norm
from neural.training.update.evaluation_weights import EvaluationWeights
from neural.training.update.layer_rates import factors, scaled, silence, trained_names
from neural.training.update.learning_rate import LearningRateFollower
from neural.training.update.regularization import clipping, decoupled_decay, penalties


class Update:
    """Penalties, accumulation, frozen layers, clipping, decay, optimizer, factors, constraints, average: in order."""

    def __init__(
        self,
        network: Network,
        plan: TrainingPlan,
        vectors: Vectors,
        optimizer: OptimizerState,
        learning_rate: LearningRateFollower,
        evaluation_weights: EvaluationWeights,
    ) -> None:
        """Prepare everything; raises UnknownComponent for layers that the network does not have."""
        trained, gradients = vectors.parameters[: network.trainable_count], vectors.gradients
        found = factors(network, plan)
        names = trained_names(network, found)
        descent = [
            *decoupled_decay(plan.weight_decay, trained, optimizer),
            *plan.optimizer.update(trained, gradients, optimizer),
        ]
        self._penalties = penalties(network, plan, trained, gradients)
        self._update = [
            *learning_rate.calls(),
            *silence(network, found, gradients),
            *clipping(network, plan, gradients),
            *scaled(network, found, trained, descent),
            *held(network, trained, names),
            *max_norm(network, plan.max_norm, trained, names),
            *evaluation_weights.after_step(),
        ]
        steps = plan.gradient_accumulation_steps
        self._accumulation = Accumulation(steps, gradients, self._update) if steps > 1 else None

    def calls(self, rows: int) -> Calls:
        """Give what follows the way back of a batch of so many rows."""
        return [*self._penalties, *(self._accumulation.calls(rows) if self._accumulation else self._update)]

    def finish(self) -> None:
        """Use what was gathered by the end of an epoch."""
        if self._accumulation:
            self._accumulation.finish()

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Everything of its own that changes, for the training's state."""
        return self._accumulation.arrays() if self._accumulation else {}
