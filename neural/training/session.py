"""A training under way: its bound parts, and how they go one group of mini-batches further."""

import numpy as np

from neural.data.augmentation import Augmenter
from neural.data.examples import Examples, prepare
from neural.engine.arrays import Array
from neural.errors import Diverged
from neural.inference.evaluation import Scorer
from neural.network.batch_sizes import slots_for
from neural.network.frozen import frozen_network
from neural.network.logits import logits_network
from neural.network.network import Network
from neural.network.weights import initialize
from neural.randomness import streams
from neural.training.batch_steps import BatchSteps, Indices
from neural.training.best import Best
from neural.training.divergence import Rewind, faulty_layer, faulty_parameter
from neural.training.early_stopping import EarlyStopping
from neural.training.epoch_metrics import EpochMetrics
from neural.training.layer_health import Health, LayerHealth
from neural.training.plan import TrainingPlan
from neural.training.position import TrainingPosition
from neural.training.state import MEMORY, FixedArrays, Part, TrainingState, prefixed, snapshot
from neural.training.update.optimization import Optimization

DENORMAL_SWEEP_STEPS = 1024  # a mean that nothing is added to any more takes Adam 830 to become denormal


class Session:
    """Owns every part of one training; the training loop decides what happens next."""

    def __init__(
        self,
        network: Network,
        plan: TrainingPlan,
        training: Examples,
        validation: Examples | None,
        *,
        weights: Array | None = None,
        group_size: int | None = None,
        watched: EarlyStopping | None = None,
    ) -> None:
        """Check and prepare the data, draw the weights, bind everything.

        `watched` is what an ensemble watches in place of this member, which then does not end by itself.
        """
        self.network, self.plan = network, plan
        watched = watched or plan.watched(with_validation=validation is not None)
        generators = streams(plan.seed)
        self._logits_network = frozen_network(logits_network(network, plan.loss), plan.frozen)
        self._data = prepare(network, plan.loss, training, plan.dtype, class_weight=plan.class_weight)
        self.position = TrainingPosition(plan, self._data, generators)
        if weights is None:
            weights = initialize(network, generators.initialization, plan.dtype)
        steps = plan.epochs * self.position.updates
        self.optimization = Optimization(network, plan, weights, steps=steps, direction=watched.direction)
        self._batch_steps = self._bind_batch_steps(group_size)
        self._validation = None if validation is None else self._bind_validation(validation)
        self._augmenter = Augmenter(plan.augmentation, network.input_shape) if plan.augmentation else None
        self._health = self._make_health()
        self.health: tuple[LayerHealth, ...] = ()  # in the last epoch
        self.best = Best(plan, watched, self.optimization.vectors.parameters.copy())
        self.metrics = EpochMetrics(plan, network.output_shape[-1])
        samplers = (each.arrays() for each in (self._augmenter, self._health) if each)
        memory = FixedArrays({name: array for arrays in samplers for name, array in prefixed(MEMORY, arrays).items()})
        self._parts: tuple[Part, ...] = (self.optimization, memory, self.best, self.position, self.metrics)
        changing = [*self.optimization.arrays().values(), *memory.arrays().values()]
        self._rewind = Rewind(changing, self.optimization.optimizer, generators.dropout)

    @property
    def epoch(self) -> int:
        """The running epoch, 1-based."""
        return self.position.epoch

    @property
    def step(self) -> int:
        """Mini-batches done since the start."""
        return self.position.step

    @property
    def steps(self) -> int:
        """Mini-batches in all."""
        return self.position.batches * self.plan.epochs

    @property
    def is_epoch_done(self) -> bool:
        """Whether the epoch's last mini-batch is done."""
        return self.position.is_at_end

    @property
    def rows(self) -> int:
        """Training rows of one epoch."""
        return self.position.rows

    def weights(self) -> Array:
        """Copy the weights as they would be left now."""
        return self.optimization.evaluation_weights.copy()

    @property
    def mean_loss(self) -> float:
        """The loss over the rows of this epoch so far; NaN before the first."""
        rows = self.position.rows_done
        return self.metrics.loss_sum / rows if rows else float("nan")

    def start_epoch(self) -> None:
        """Shuffle the rows, unless a restored epoch is under way."""
        if self.position.start_epoch():
            if self._augmenter is not None:
                self._augmenter.start_epoch(self.position.streams.augmentation)
            self.metrics.start_epoch()

    def run_group(self) -> None:
        """Run the batches up to the next point where new ones are loaded."""
        position = self.position
        batch_steps, start, first, count = self._load()
        if self._rewind.is_due(position.batch):
            self._check_weights()
            self._rewind.keep(position.batch)
        self.optimization.learning_rate.seek(position.updates_done)
        with np.errstate(all="ignore"):  # what is not finite is found below, once for the group
            self._run(batch_steps, first, count)
            losses = batch_steps.losses(first, count)
        faults = np.flatnonzero(~np.isfinite(losses))
        if len(faults):
            fault = int(faults[0])
            raise self._diverged(self._first_fault(start + first + fault), position.step + fault + 1)
        if self.plan.metrics:
            self.metrics.add(*batch_steps.outputs(first, count))
        self.metrics.add_losses(losses.tolist())
        position.advance(count - first)
        if position.is_at_end:
            self.optimization.finish_epoch()

    def end_epoch(self) -> dict[str, float]:
        """Score the epoch, note whether it was the best, and make ready for the next one."""
        values = self.close_epoch()
        if self._validation is not None:
            scores = self._validation.score()
            values |= {f"val_{name}": value for name, value in scores.items()}
            if not np.isfinite(scores["loss"]):
                raise self._diverged(str(self.network.layers[-1].name), self.position.step)
        values["learning_rate"] = self.optimization.learning_rate.learning_rate
        watched = values[self.best.watched.metric]
        self.best.judge(self.position.epoch, watched, self.optimization.evaluation_weights.weights)
        self.turn_epoch(watched)
        return values

    def close_epoch(self) -> dict[str, float]:
        """Give the values over the epoch's training rows; the weights to evaluate are up to date then."""
        self._check_weights()
        self.optimization.evaluation_weights.end_epoch(self.position.epoch)
        self.health = self._health.end_epoch() if self._health else ()
        return {"loss": self.mean_loss} | self.metrics.values()

    def turn_epoch(self, watched: float) -> None:
        """Go to the next epoch, with what was watched in this one."""
        self.optimization.learning_rate.end_epoch(watched)
        self.position.end_epoch()

    def snapshot(self) -> TrainingState:
        """Copy everything that a continuation needs; raises Diverged rather than copying what is not finite."""
        self._check_weights()
        return snapshot(self._parts)

    def restore(self, state: TrainingState) -> None:
        """Go to where a snapshot was taken; raises ShapeError for one of another training."""
        self.optimization.check(state)
        state.check_names([name for part in self._parts for name in part.arrays()])
        self.position.check(state)
        for part in self._parts:
            part.restore(state)
        self.optimization.learning_rate.resume(self.position.updates_done)

    def _bind_batch_steps(self, group_size: int | None) -> tuple[BatchSteps, ...]:
        """Bind the steps of whole batches, and that of the smaller last batch."""
        rows = self.position.rows
        size = min(self.plan.batch_size, rows)
        whole, rest = divmod(rows, size)
        shapes = [(size, min(whole, group_size or slots_for(self.network, size))), *([(rest, 1)] if rest else [])]
        return tuple(
            BatchSteps(
                self._logits_network,
                self.plan.loss,
                self.optimization.vectors,
                batch_size=size,
                slots=slots,
                data=self._data,
                generator=self.position.streams.dropout,
                update=self.optimization.calls(size),
            )
            for size, slots in shapes
        )

    def _bind_validation(self, validation: Examples) -> Scorer:
        plan, weights = self.plan, self.optimization.evaluation_weights.weights
        prepared = prepare(self.network, plan.loss, validation, plan.dtype)
        return Scorer(self._logits_network, [weights], prepared, loss=plan.loss, metrics=plan.metrics, units=plan.units)

    def _make_health(self) -> Health | None:
        plan = self.plan
        if plan.health_every is None:
            return None
        vectors, batches = self.optimization.vectors, plan.gradient_accumulation_steps
        return Health(self._logits_network, vectors, every=plan.health_every, batches_per_step=batches)

    def _run(self, batch_steps: BatchSteps, first: int, last: int) -> None:
        """Run loaded batches; clear denormal numbers at fixed steps of the training, wherever groups begin."""
        step, position = self.position.step, self.position.batch
        while first < last:
            count = min(last - first, DENORMAL_SWEEP_STEPS - step % DENORMAL_SWEEP_STEPS)
            if self._health is None:
                batch_steps.run(first, first + count)
            else:
                self._health.run(batch_steps, first, first + count, position)
            step, position, first = step + count, position + count, first + count
            if step % DENORMAL_SWEEP_STEPS == 0:
                self.optimization.optimizer.drop_denormals()

    def _load(self) -> tuple[BatchSteps, int, int, int]:
        """Load the group at the current position: its steps, its first batch, the slots to run from and to."""
        batch_steps, start, rows = self._group()
        count, first = batch_steps.load(rows), self.position.batch - start
        if self._augmenter is not None:
            self._augmenter.apply(batch_steps.bound.inputs[first:count], self.position.batch)
        return batch_steps, start, first, count

    def _group(self) -> tuple[BatchSteps, int, Indices]:
        """Return the steps, the first batch and the rows of the group at the current position."""
        batch_steps = self._batch_steps[0]
        found = self.position.group(batch_steps.batch_size, batch_steps.slots)
        if found is None:
            return self._batch_steps[1], self.position.batch, self.position.rest(batch_steps.batch_size)
        return batch_steps, *found

    def _check_weights(self) -> None:
        layer = faulty_parameter(self.network, self.optimization.vectors.parameters)
        if layer:
            raise self._diverged(layer, self.position.step)

    def _first_fault(self, fault: int) -> str:
        """Run the epoch again from the kept point up to the batch whose loss was not finite; name the layer."""
        self.position.batch = self._rewind.restore()
        while True:
            batch_steps, start, first, count = self._load()
            self.optimization.learning_rate.seek(self.position.updates_done)
            with np.errstate(all="ignore"):
                batch_steps.run(first, min(count, fault - start))
            if fault < start + count:
                return faulty_layer(self._logits_network, batch_steps, fault - start)
            self.position.batch = start + count

    def _diverged(self, layer: str, step: int) -> Diverged:
        return Diverged(
            epoch=self.position.epoch,
            step=step,
            layer=layer,
            best_weights=self.best.weights.copy(),
            best_epoch=self.best.epoch,
        )
