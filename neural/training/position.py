"""The position of a training: its epoch, its mini-batch, the order of the epoch's rows, and its random generators."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neural.data.examples import PreparedExamples
from neural.engine.stored_rows import order_of
from neural.errors import ShapeError
from neural.randomness import Streams
from neural.training.batch_steps import Indices
from neural.training.plan import TrainingPlan
from neural.training.state import Arrays, Scalars, TrainingState, restore_scalars, stored, stored_scalars


@dataclass
class TrainingPosition:
    """Counts mini-batches through shuffled epochs."""

    plan: TrainingPlan
    data: PreparedExamples
    streams: Streams
    epoch: int = stored("epoch", 1)  # running, 1-based
    batch: int = stored("position", 0)  # so many of the epoch's are done
    step: int = stored("step", 0)  # batches done since the start

    def __post_init__(self) -> None:
        self.rows = len(self.data)
        self.permutation: Indices = np.empty(0, np.int64)  # of the running epoch; empty between epochs
        self._shuffled: dict[str, Any] | None = None  # the generator behind the order of stored rows, for later

    @property
    def batches(self) -> int:
        """Batches in one epoch."""
        return -(-self.rows // self.plan.batch_size)

    @property
    def updates(self) -> int:
        """Steps of the optimizer in one epoch."""
        return -(-self.batches // self.plan.gradient_accumulation_steps)

    @property
    def updates_done(self) -> int:
        """Steps of the optimizer since the start, as far as they are complete."""
        done = self.updates if self.is_at_end else self.batch // self.plan.gradient_accumulation_steps
        return (self.epoch - 1) * self.updates + done

    @property
    def rows_done(self) -> int:
        """Rows of the running epoch that are done."""
        return min(self.batch * self.plan.batch_size, self.rows)

    @property
    def is_at_end(self) -> bool:
        """Whether the epoch's last batch is done."""
        return self.batch == self.batches

    def start_epoch(self) -> bool:
        """Shuffle the rows; returns False for a restored epoch that is under way."""
        if len(self.permutation):
            return False
        self._draw_order()
        return True

    def advance(self, batches: int) -> None:
        """Count batches that are done."""
        self.batch += batches
        self.step += batches

    def end_epoch(self) -> None:
        """Go to the start of the next epoch."""
        self.epoch, self.batch = self.epoch + 1, 0
        self.permutation = self.permutation[:0]
        if self._shuffled is not None:
            self.streams.shuffling.bit_generator.state = self._shuffled

    def group(self, batch_size: int, slots: int) -> tuple[int, Indices] | None:
        """Return the first batch and the rows of the group of whole batches at hand; None if only the rest is left.

        Groups begin at multiples of `slots`, also after a resume in the middle of one, so that every batch always sits
        in the same slot.
        """
        whole = self.rows // batch_size
        if self.batch >= whole:
            return None
        start = self.batch - self.batch % slots
        stop = min(start + slots, whole)
        return start, self.permutation[start * batch_size : stop * batch_size]

    def rest(self, batch_size: int) -> Indices:
        """Return the rows of the smaller last batch."""
        return self.permutation[self.rows // batch_size * batch_size :]

    def _draw_order(self) -> None:
        self.permutation, self._shuffled = order_of(self.data.x, self.streams.shuffling)

    def arrays(self) -> Arrays:
        """Give the order of rows; of stored ones, which is drawn again, none."""
        return {"permutation": self.permutation[:0] if self._shuffled is not None else self.permutation}

    def scalars(self) -> Scalars:
        """Give the counts of epochs, batches and steps, and the states of the generators."""
        return stored_scalars(self) | {"generators": self.streams.states()}

    def check(self, state: TrainingState) -> None:
        """Raise ShapeError for the state of a training on other rows."""
        shape = state.arrays["permutation"].shape
        if shape[0] not in {0, self.rows}:
            raise ShapeError("state.permutation", got=shape, needed=(self.rows,))

    def restore(self, state: TrainingState) -> None:
        """Become what a state holds."""
        restore_scalars(self, state)
        self.streams.restore_in_place(state.scalars["generators"])
        self.permutation = state.arrays["permutation"].copy()
        if self.batch and not len(self.permutation):
            self._draw_order()  # of stored rows: again, from where it was drawn
