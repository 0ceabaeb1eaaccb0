"""The weights of a training with all that changes them: optimizer, learning rate, update, average."""

import numpy as np

from neural.engine.arrays import Array, Calls, aligned
from neural.network.network import Network
from neural.network.weights import check_flat
from neural.training.batch_steps import Vectors
from neural.training.plan import TrainingPlan
from neural.training.state import MEMORY, SLOT, Arrays, FixedArrays, Scalars, TrainingState, prefixed
from neural.training.update.evaluation_weights import EvaluationWeights
from neural.training.update.learning_rate import LearningRateFollower
from neural.training.update.update import Update


class Optimization:
    """Owns every array that a step of the optimizer changes."""

    def __init__(self, network: Network, plan: TrainingPlan, weights: Array, *, steps: int, direction: str) -> None:
        """Begin with weights; `steps` of the optimizer in all, and the direction, "min" or "max", of what is watched.

        Raises ShapeError for weights of another network, UnknownComponent for layers that it does not have.
        """
        check_flat(network, weights)
        trainable = network.trainable_count
        parameters = aligned(weights.size, plan.dtype)
        np.copyto(parameters, weights, casting="same_kind")
        self.vectors = Vectors(parameters, aligned(trainable, plan.dtype))
        self.evaluation_weights = EvaluationWeights(plan.averaging, parameters, trainable)
        self.optimizer = plan.optimizer.init(parameters[:trainable])
        self.optimizer.shapes = tuple(each.shape for each in network.parameters if each.trainable)
        self.learning_rate = LearningRateFollower(plan, self.optimizer, steps=steps, direction=direction)
        self._network = network
        self._update = Update(network, plan, self.vectors, self.optimizer, self.learning_rate, self.evaluation_weights)
        memory = self.evaluation_weights.arrays() | self._update.arrays()
        self._arrays = FixedArrays(
            {"parameters": parameters} | prefixed(SLOT, self.optimizer.slots) | prefixed(MEMORY, memory)
        )

    def calls(self, rows: int) -> Calls:
        """Give what follows the way back of a batch of so many rows."""
        return self._update.calls(rows)

    def finish_epoch(self) -> None:
        """Use the gradients that were gathered by the end of an epoch."""
        self._update.finish()

    def check(self, state: TrainingState) -> None:
        """Raise ShapeError for the state of another network."""
        check_flat(self._network, state.parameters)

    def arrays(self) -> Arrays:
        """Give weights, slots, averages and gathered gradients."""
        return self._arrays.arrays()

    def scalars(self) -> Scalars:
        """Give the optimizer's count of steps, and what the learning-rate schedule has seen."""
        return {"optimizer_step": self.optimizer.step, "pace": self.learning_rate.state()}

    def restore(self, state: TrainingState) -> None:
        """Become what a state holds."""
        self._arrays.restore(state)
        self.optimizer.step = state.scalars["optimizer_step"]
        self.learning_rate.restore(state.scalars.get("pace", {}))
