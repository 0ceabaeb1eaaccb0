"""A training under way: what is bound, where it stands, and how it goes one group of batches further."""

from typing import Any

import numpy as np
import numpy.typing as npt

from neural.arrays import Array, aligned
from neural.augmentation import Augmenter
from neural.averaging import Kept
from neural.divergence import Rewind, faulty_layer, faulty_parameter
from neural.errors import Diverged, ShapeError
from neural.evaluation import Scorer
from neural.examples import Examples, prepare
from neural.health import Health, LayerHealth
from neural.links import without_link
from neural.metrics import accumulator
from neural.network import Network
from neural.pace import Pace
from neural.plan import TrainingPlan
from neural.randomness import streams
from neural.stage import Indices, Stage, Vectors, slots_for
from neural.state import TrainingState
from neural.stored_rows import order_of
from neural.update import Update
from neural.weights import check_flat, initialize

TIDY = 1024  # steps; a mean that nothing is added to any more takes Adam 830 to become denormal


class Session:
    """Owns every array of one training; the loop in `training` decides what happens next."""

    def __init__(
        self,
        network: Network,
        plan: TrainingPlan,
        training: Examples,
        validation: Examples | None,
        *,
        weights: Array | None = None,
        group_size: int | None = None,
    ) -> None:
        """Check and prepare the data, draw the weights, bind everything."""
        self.network, self.plan = network, plan
        self.watched = plan.watched(with_validation=validation is not None)
        self.streams = streams(plan.seed)
        self._logits_network = without_link(network, plan.loss)
        self._data = prepare(network, plan.loss, training, plan.dtype, class_weight=plan.class_weight)
        self.rows = len(self._data)
        self.vectors = self._vectors(weights)
        self.kept = Kept(plan.averaging, self.vectors.parameters, network.trainable_count)
        self.optimizer_state = plan.optimizer.init(self.vectors.parameters[: network.trainable_count])
        self._pace = Pace(
            plan, self.optimizer_state, steps=plan.epochs * self.updates, direction=self.watched.direction
        )
        self._update = Update(network, plan, self.vectors, self.optimizer_state, self._pace, self.kept)
        self._stages = self._bind_stages(group_size)
        self._validation = None if validation is None else self._bind_validation(validation)
        self._augmenter = Augmenter(plan.augmentation, network.input_shape) if plan.augmentation else None
        self._memory: dict[str, npt.NDArray[Any]] = self.kept.arrays() | self._update.arrays()
        self._health = self._make_health()
        for rememberer in (self._augmenter, self._health):
            self._memory |= rememberer.arrays() if rememberer else {}
        changing = [self.vectors.parameters, *self.optimizer_state.slots.values(), *self._memory.values()]
        self._rewind = Rewind(changing, self.optimizer_state, self.streams.dropout)

        self.health: tuple[LayerHealth, ...] = ()  # in the last epoch
        self.epoch, self.position, self.step = 1, 0, 0
        self.stop_reason: str | None = None
        self.best_value: float | None = None
        self.best_epoch, self.epochs_without_improvement = 0, 0
        self.best_weights = self.vectors.parameters.copy()
        self.permutation: Indices = np.empty(0, np.int64)
        self._shuffled: dict[str, Any] | None = None  # the generator behind the order of stored rows, for later
        self._start_sums()

    @property
    def batches(self) -> int:
        """Batches in one epoch."""
        return -(-self.rows // self.plan.batch_size)

    @property
    def updates(self) -> int:
        """Steps of the optimizer in one epoch."""
        return -(-self.batches // self.plan.gradient_accumulation_steps)

    @property
    def mean_loss(self) -> float:
        """The loss over the rows of this epoch so far; NaN before the first."""
        rows = min(self.position * self.plan.batch_size, self.rows)
        return self._loss_sum / rows if rows else float("nan")

    def _updates_before(self, position: int) -> int:
        done = self.updates if position == self.batches else position // self.plan.gradient_accumulation_steps
        return (self.epoch - 1) * self.updates + done

    def start_epoch(self) -> None:
        """Shuffle the rows, unless a restored epoch is under way."""
        if not len(self.permutation):
            self._draw_order()
            if self._augmenter is not None:
                self._augmenter.start_epoch(self.streams.augmentation)
            self._start_sums()

    def _draw_order(self) -> None:
        self.permutation, self._shuffled = order_of(self._data.x, self.streams.shuffling)

    def run_group(self) -> None:
        """Run the batches up to the next point where new ones are loaded."""
        stage, start, first, count = self._load()
        if self._rewind.is_due(self.position):
            self._check_weights()
            self._rewind.keep(self.position)
        self._pace.seek(self._updates_before(self.position))
        with np.errstate(all="ignore"):  # what is not finite is found below, once for the group
            self._run(stage, first, count)
            losses = stage.losses(first, count)
        faults = np.flatnonzero(~np.isfinite(losses))
        if len(faults):
            raise self._diverged(self._first_fault(start + first + int(faults[0])), self.step + int(faults[0]) + 1)
        for metric in self._metrics.values():
            metric.add(*stage.outputs(first, count))
        for loss in losses.tolist():
            self._loss_sum += loss  # one by one: the sum must not depend on where a resumed group began
        self.position += count - first
        self.step += count - first
        if self.position == self.batches:
            self._update.finish()

    def end_epoch(self) -> dict[str, float]:
        """Score the epoch, note whether it was the best, and make ready for the next one."""
        self._check_weights()
        self.kept.end_epoch(self.epoch)
        values = {"loss": self.mean_loss} | {name: metric.value() for name, metric in self._metrics.items()}
        if self._validation is not None:
            scores = self._validation.score()
            values |= {f"val_{name}": value for name, value in scores.items()}
            if not np.isfinite(scores["loss"]):
                raise self._diverged(str(self.network.layers[-1].name), self.step)
        self.health = self._health.end_epoch() if self._health else ()
        values["learning_rate"] = self._pace.learning_rate
        self._judge(values[self.watched.metric])
        self._pace.end_epoch(values[self.watched.metric])
        self.epoch, self.position = self.epoch + 1, 0
        self.permutation = self.permutation[:0]
        if self._shuffled is not None:
            self.streams.shuffling.bit_generator.state = self._shuffled
        return values

    def snapshot(self) -> TrainingState:
        """Copy everything that a continuation needs; raises Diverged rather than copying what is not finite."""
        self._check_weights()
        return TrainingState(
            parameters=self.vectors.parameters.copy(),
            best_weights=self.best_weights.copy(),
            permutation=self.permutation[:0] if self._shuffled is not None else self.permutation.copy(),
            slots={name: slot.copy() for name, slot in self.optimizer_state.slots.items()},
            optimizer_step=self.optimizer_state.step,
            epoch=self.epoch,
            position=self.position,
            step=self.step,
            loss_sum=self._loss_sum,
            best_value=self.best_value,
            best_epoch=self.best_epoch,
            epochs_without_improvement=self.epochs_without_improvement,
            stop_reason=self.stop_reason,
            generators=self.streams.states(),
            pace=self._pace.state(),
            metrics={name: metric.to_arrays() for name, metric in self._metrics.items()},
            memory={name: array.copy() for name, array in self._memory.items()},
        )

    def restore(self, state: TrainingState) -> None:
        """Go to where a snapshot was taken."""
        check_flat(self.network, state.parameters)
        if set(state.slots) != set(self.optimizer_state.slots):
            raise ShapeError("state.slots", got=sorted(state.slots), needed=sorted(self.optimizer_state.slots))
        if set(state.memory) != set(self._memory):
            raise ShapeError("state.memory", got=sorted(state.memory), needed=sorted(self._memory))
        if len(state.permutation) not in {0, self.rows}:
            raise ShapeError("state.permutation", got=state.permutation.shape, needed=(self.rows,))
        np.copyto(self.vectors.parameters, state.parameters)
        np.copyto(self.best_weights, state.best_weights)
        for name, slot in self.optimizer_state.slots.items():
            np.copyto(slot, state.slots[name])
        for name, array in self._memory.items():
            np.copyto(array, state.memory[name])
        self.optimizer_state.step = state.optimizer_step
        self.permutation = state.permutation.copy()
        self.epoch, self.position, self.step = state.epoch, state.position, state.step
        self.best_value, self.best_epoch = state.best_value, state.best_epoch
        self.epochs_without_improvement, self.stop_reason = state.epochs_without_improvement, state.stop_reason
        self.streams.restore_in_place(state.generators)
        if self.position and not len(self.permutation):
            self._draw_order()  # of stored rows: again, from where it was drawn
        self._pace.restore(state.pace)
        self._pace.resume(self._updates_before(self.position))
        self._start_sums()
        self._loss_sum = state.loss_sum
        for name, metric in self._metrics.items():
            metric.restore_in_place(state.metrics.get(name, {}))

    def _vectors(self, weights: Array | None) -> Vectors:
        if weights is None:
            weights = initialize(self.network, self.streams.initialization, self.plan.dtype)
        check_flat(self.network, weights)
        parameters = aligned(weights.size, self.plan.dtype)
        np.copyto(parameters, weights, casting="same_kind")
        return Vectors(parameters, aligned(self.network.trainable_count, self.plan.dtype))

    def _bind_stages(self, group_size: int | None) -> tuple[Stage, ...]:
        """Bind one stage for whole batches, and one for the smaller last batch."""
        size = min(self.plan.batch_size, self.rows)
        whole, rest = divmod(self.rows, size)
        shapes = [(size, min(whole, group_size or slots_for(self.network, size))), *([(rest, 1)] if rest else [])]
        return tuple(
            Stage(
                self._logits_network,
                self.plan.loss,
                self.vectors,
                batch_size=size,
                slots=slots,
                data=self._data,
                generator=self.streams.dropout,
                update=self._update.calls(size),
            )
            for size, slots in shapes
        )

    def _bind_validation(self, validation: Examples) -> Scorer:
        prepared = prepare(self.network, self.plan.loss, validation, self.plan.dtype)
        plan = self.plan
        return Scorer(
            self._logits_network, self.kept.weights, prepared, loss=plan.loss, metrics=plan.metrics, units=plan.units
        )

    def _start_sums(self) -> None:
        self._loss_sum = 0.0
        outputs, units = self.network.output_shape[-1], self.plan.units
        self._metrics = {name: accumulator(name, classes=outputs, units=units) for name in self.plan.metrics}

    def _group(self) -> tuple[Stage, int, Indices]:
        """Return the stage, the first batch and the rows of the group at the current position.

        Groups begin at multiples of the stage's slots, also after a resume in the middle of one, so that every batch
        always sits in the same slot.
        """
        stage = self._stages[0]
        whole = self.rows // stage.batch_size
        if self.position >= whole:
            return self._stages[1], self.position, self.permutation[whole * stage.batch_size :]
        start = self.position - self.position % stage.slots
        stop = min(start + stage.slots, whole)
        return stage, start, self.permutation[start * stage.batch_size : stop * stage.batch_size]

    def _make_health(self) -> Health | None:
        plan = self.plan
        if plan.health_every is None:
            return None
        batches = plan.gradient_accumulation_steps
        return Health(self._logits_network, self.vectors, every=plan.health_every, batches_per_step=batches)

    def _run(self, stage: Stage, first: int, last: int) -> None:
        """Run loaded batches; clear denormal numbers after each TIDY steps of the training, wherever groups begin."""
        step, position = self.step, self.position
        while first < last:
            count = min(last - first, TIDY - step % TIDY)
            if self._health is None:
                stage.run(first, first + count)
            else:
                self._health.run(stage, first, first + count, position)
            step, position, first = step + count, position + count, first + count
            if step % TIDY == 0:
                self.optimizer_state.drop_denormals()

    def _load(self) -> tuple[Stage, int, int, int]:
        """Load the group at the current position: its stage, its first batch, the slots to run from and to."""
        stage, start, rows = self._group()
        count, first = stage.load(rows), self.position - start
        if self._augmenter is not None:
            self._augmenter.apply(stage.bound.inputs[first:count], self.position)
        return stage, start, first, count

    def _judge(self, value: float) -> None:
        is_watching = self.watched.is_watching(self.epoch)
        is_better = self.watched.is_better(value, self.best_value)
        self.epochs_without_improvement += is_watching
        if not is_watching:
            self._keep_as_best(None)  # until an epoch counts, the last one is the best there is
        elif is_better:
            self._keep_as_best(value)
            if self.watched.is_renewed(value):
                self.epochs_without_improvement = 0
        if self.epoch >= self.plan.epochs:
            self.stop_reason = "completed"
        elif self.plan.early_stopping and not is_better and self.watched.is_over(self.epochs_without_improvement):
            self.stop_reason = "early_stopped"

    def _keep_as_best(self, value: float | None) -> None:
        self.best_value, self.best_epoch = value, self.epoch
        np.copyto(self.best_weights, self.kept.weights)

    def _check_weights(self) -> None:
        layer = faulty_parameter(self.network, self.vectors.parameters)
        if layer:
            raise self._diverged(layer, self.step)

    def _first_fault(self, fault: int) -> str:
        """Run the epoch again from the kept point up to the batch whose loss was not finite; name the layer."""
        self.position = self._rewind.restore()
        while True:
            stage, start, first, count = self._load()
            self._pace.seek(self._updates_before(self.position))
            with np.errstate(all="ignore"):
                stage.run(first, min(count, fault - start))
            if fault < start + count:
                return faulty_layer(self._logits_network, stage, fault - start)
            self.position = start + count

    def _diverged(self, layer: str, step: int) -> Diverged:
        return Diverged(
            epoch=self.epoch,
            step=step,
            layer=layer,
            best_weights=self.best_weights.copy(),
            best_epoch=self.best_epoch,
        )
