"""What `tracking.layer_health` costs: the bare loop with and without looks at the layers.

    ./chainrule bench health [--rounds 9] [--seconds 0.4]

Each network trains for about the same time without looks and with one every 100, 10 and 1 steps, in turn, on one
thread; the medians of the ratios are printed. Rows: those of the network's usual use, so short epochs count too, of
which the first step is always looked at.
"""

import argparse
import statistics
import time
from dataclasses import dataclass, replace

import numpy as np

import neural
from neural import vocabulary
from neural.layers import Conv2D, Flatten

EVERY = (100, 10, 1)


@dataclass(frozen=True)
class Case:
    """A network with rows of noise; arithmetic does not care."""

    name: str
    network: neural.Network
    rows: int
    batch_size: int


def dense(*units: int, inputs: int) -> neural.Network:
    """Make a network of dense layers."""
    hidden = tuple(neural.Dense(units=count, activation="relu") for count in units[:-1])
    return neural.Network(layers=(*hidden, neural.Dense(units=units[-1])), input_shape=(inputs,))


def images() -> neural.Network:
    """Make a small convolutional network."""
    layers = (Conv2D(filters=8, kernel_size=3, activation="relu"), Flatten(), neural.Dense(units=10))
    return neural.Network(layers=layers, input_shape=(8, 8, 1))


CASES = (
    Case("iris, 4 steps an epoch", dense(16, 3, inputs=4), 120, 32),
    Case("digits, 45 steps an epoch", dense(64, 10, inputs=64), 1440, 32),
    Case("200 weights, 200 steps", dense(16, 3, inputs=8), 6400, 32),
    Case("80,000 weights, 200 steps", dense(256, 64, 10, inputs=256), 12800, 64),
    Case("convolution, 100 steps", images(), 3200, 32),
)


def seconds(case: Case, plan: neural.TrainingPlan, rows: neural.Examples) -> float:
    """Train, and time it from the first report on."""
    loop = neural.train(case.network, plan, rows, None)
    next(loop)
    began = time.perf_counter()
    for _ in loop:
        pass
    return time.perf_counter() - began


def ratios(case: Case, rounds: int, at_least: float) -> dict[int, float]:
    """Return the median ratio of the time with looks to the time without, by the steps between looks."""
    generator = np.random.default_rng(1)
    x = generator.standard_normal((case.rows, *case.network.input_shape))
    rows = neural.Examples(x, generator.integers(0, case.network.output_shape[0], case.rows))
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "sparse_categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", "adam"),
        epochs=2, batch_size=case.batch_size, seed=1,
    )  # fmt: skip
    once = seconds(case, replace(plan, epochs=4), rows) / 4
    plan = replace(plan, epochs=2 + int(at_least / once))
    found: dict[int, list[float]] = {every: [] for every in EVERY}
    for _ in range(rounds):
        bare = seconds(case, plan, rows)
        for every in EVERY:
            found[every].append(seconds(case, replace(plan, health_every=every), rows) / bare)
    return {every: statistics.median(values) for every, values in found.items()}


def main(rounds: int, at_least: float) -> None:
    """Print the table."""
    print(f"{'':28}" + "".join(f"{f'every {every}':>12}" for every in EVERY))
    for case in CASES:
        shown = ratios(case, rounds, at_least)
        print(f"{case.name:28}" + "".join(f"{value:>11.3f}x" for value in shown.values()), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.4)
    arguments = parser.parse_args()
    main(arguments.rounds, arguments.seconds)
