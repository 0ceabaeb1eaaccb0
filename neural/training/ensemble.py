"""The training of an ensemble: members of the same network and rows, each with draws of its own, judged together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from neural.data.examples import Examples, prepare
from neural.engine.arrays import Array
from neural.errors import Diverged, ShapeError
from neural.inference.evaluation import Scorer
from neural.network.frozen import frozen_network
from neural.network.logits import logits_network
from neural.network.network import Network
from neural.network.weights import prefix_of, split_members
from neural.training.best import Best
from neural.training.layer_health import LayerHealth
from neural.training.plan import TrainingPlan
from neural.training.session import Session
from neural.training.state import Arrays, TrainingState, snapshot

TOGETHER = ("parameters", "permutation")  # arrays of a state that members have one after the other in one


def member_seed(seed: int, number: int) -> int:
    """Return the seed of a member, counted from 0: the first has the training's own."""
    if number == 0:
        return seed
    words = np.random.SeedSequence([seed, number]).generate_state(2, np.uint32)
    return int(words[0]) << 21 | int(words[1]) >> 11  # 53 bits, which every reader of JSON has exactly


class Ensemble:
    """Trains its members epoch by epoch; the mean of their outputs decides which epoch is best.

    A member draws its first weights, the order of its rows and its dropout from a seed of its own, and its numbers are
    those of a training alone with that seed. All are validated on the same rows, which none of them learns from.
    """

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
        """Prepare every member; `weights` to start from are one network's for all, or those of as many members."""
        self.network, self.plan = network, plan
        watched = plan.watched(with_validation=validation is not None)
        starts = [None] * plan.members if weights is None else _starts(network, weights, plan.members)
        self.members = [
            Session(
                network,
                replace(plan, members=1, seed=member_seed(plan.seed, number), early_stopping=None),
                training,
                None,
                weights=start,
                group_size=group_size,
                watched=watched,
            )
            for number, start in enumerate(starts)
        ]
        self.best = Best(plan, watched, self.weights())
        self.health: tuple[LayerHealth, ...] = ()
        self._validation = None if validation is None else self._bind_validation(validation)

    @property
    def epoch(self) -> int:
        """The running epoch, 1-based."""
        return self.members[0].epoch

    @property
    def step(self) -> int:
        """Mini-batches done since the start, by all members together."""
        return sum(member.step for member in self.members)

    @property
    def steps(self) -> int:
        """Mini-batches in all."""
        return sum(member.steps for member in self.members)

    @property
    def rows(self) -> int:
        """Training rows of one epoch."""
        return self.members[0].rows

    @property
    def is_epoch_done(self) -> bool:
        """Whether every member has done the epoch's last mini-batch."""
        return all(member.is_epoch_done for member in self.members)

    @property
    def mean_loss(self) -> float:
        """The loss over the rows of this epoch so far, the mean of the members that have begun it."""
        losses = [member.mean_loss for member in self.members if member.position.rows_done]
        return sum(losses) / len(losses) if losses else float("nan")

    def weights(self) -> Array:
        """Copy the weights as they would be left now, those of one member after the other."""
        return np.concatenate([member.weights() for member in self.members])

    def start_epoch(self) -> None:
        """Shuffle the rows for each member, unless its restored epoch is under way."""
        for member in self.members:
            member.start_epoch()

    def run_group(self) -> None:
        """Run a group of mini-batches of the first member whose epoch is not done."""
        number = next(number for number, member in enumerate(self.members) if not member.is_epoch_done)
        with self._named(number):
            self.members[number].run_group()

    def end_epoch(self) -> dict[str, float]:
        """Score the epoch: means of the members' values on training rows, and their mean outputs on held-out ones."""
        of_members = []
        for number, member in enumerate(self.members):
            with self._named(number):
                of_members.append(member.close_epoch())
        values = {name: sum(each[name] for each in of_members) / len(of_members) for name in of_members[0]}
        values |= self._validated() if self._validation is not None else {}
        values["learning_rate"] = self.members[0].optimization.learning_rate.learning_rate
        for number, each in enumerate(of_members):
            values[f"{self._prefix(number)}loss"] = each["loss"]
        self.health = tuple(
            replace(layer, layer=f"{self._prefix(number)}{layer.layer}")
            for number, member in enumerate(self.members)
            for layer in member.health
        )
        watched = values[self.best.watched.metric]
        evaluated = np.concatenate([member.optimization.evaluation_weights.weights for member in self.members])
        self.best.judge(self.epoch, watched, evaluated)
        for member in self.members:
            member.turn_epoch(watched)
        return values

    def snapshot(self) -> TrainingState:
        """Copy everything that a continuation needs; raises Diverged rather than copying what is not finite."""
        arrays: Arrays = {}
        scalars: list[dict[str, object]] = []
        states: list[TrainingState] = []
        for number, member in enumerate(self.members):
            with self._named(number):
                states.append(member.snapshot())
        for number, state in enumerate(states):
            prefix = self._prefix(number)
            own = {name: array for name, array in state.arrays.items() if name not in {*TOGETHER, "best_weights"}}
            arrays |= {f"{prefix}{name}": array for name, array in own.items()}
            scalars.append(dict(state.scalars))
        arrays |= {name: np.concatenate([state.arrays[name] for state in states]) for name in TOGETHER}
        best = snapshot([self.best])
        told = {"epoch": self.epoch, "step": self.step, "members": scalars}
        return TrainingState(arrays={**arrays, **best.arrays}, scalars={**best.scalars, **told})

    def restore(self, state: TrainingState) -> None:
        """Go to where a snapshot was taken; raises ShapeError for one of another training."""
        scalars = state.scalars.get("members", ())
        if len(scalars) != len(self.members):
            raise ShapeError("state.members", got=len(scalars) or 1, needed=len(self.members))
        parts = {name: np.split(state.arrays[name], len(self.members)) for name in TOGETHER}
        for number, member in enumerate(self.members):
            prefix = self._prefix(number)
            own = {name.removeprefix(prefix): a for name, a in state.arrays.items() if name.startswith(prefix)}
            together = {name: arrays[number] for name, arrays in parts.items()}
            arrays = {**own, **together, "best_weights": together["parameters"]}
            member.restore(TrainingState(arrays=arrays, scalars=scalars[number]))
        self.best.restore(state)

    def _bind_validation(self, validation: Examples) -> Scorer:
        plan, network = self.plan, self.network
        weights = [member.optimization.evaluation_weights.weights for member in self.members]
        prepared = prepare(network, plan.loss, validation, plan.dtype)
        bound = frozen_network(logits_network(network, plan.loss), plan.frozen)
        return Scorer(bound, weights, prepared, loss=plan.loss, metrics=plan.metrics, units=plan.units)

    def _validated(self) -> dict[str, float]:
        assert self._validation is not None  # noqa: S101 - asked before
        scores = self._validation.score()
        losses = self._validation.member_losses()
        for number, loss in enumerate(losses):
            if not np.isfinite(loss):
                member = self.members[number]
                raise self._diverged(f"{self._prefix(number)}{self.network.layers[-1].name}", member.step)
        values = {f"val_{name}": value for name, value in scores.items()}
        return values | {f"{self._prefix(number)}val_loss": loss for number, loss in enumerate(losses)}

    def _prefix(self, number: int) -> str:
        return prefix_of(number, of=len(self.members))

    @contextmanager
    def _named(self, number: int) -> Iterator[None]:
        """Name the member in what it raises, and give the best weights of all."""
        try:
            yield
        except Diverged as error:
            raise self._diverged(f"{self._prefix(number)}{error.layer}", error.step) from error

    def _diverged(self, layer: str, step: int) -> Diverged:
        best = self.best
        return Diverged(
            epoch=self.epoch, step=step, layer=layer, best_weights=best.weights.copy(), best_epoch=best.epoch
        )


def _starts(network: Network, weights: Array, members: int) -> list[Array]:
    """Give each member the weights that it starts from."""
    parts = split_members(network, weights)
    if len(parts) not in {1, members}:
        raise ShapeError("weights", got=f"{len(parts)} members", needed=f"{members} members, or one for all")
    return parts * members if len(parts) == 1 else parts
