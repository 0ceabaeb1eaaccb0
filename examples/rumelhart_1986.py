"""The problems with which back-propagation was shown in 1986, solved again: XOR, parity, encoder, symmetry, families.

    python examples/rumelhart_1986.py [--plot examples/rumelhart_1986.svg]

Sources: D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by back-propagating errors",
Nature 323 (1986), for symmetry and families; the same authors' chapter 8 of "Parallel Distributed Processing", volume 1
(1986), for XOR, parity and the encoder. As there: logistic units, E = ½ Σ (y - d)² summed over all cases and outputs,
one update after each sweep through all cases, Δw(t) = -ε ∂E/∂w + α Δw(t-1), and small random first weights.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np

import neural
from neural import vocabulary

Array = np.ndarray


@dataclass(frozen=True)
class Problem:
    """Cases to learn, a network, and the ε and α of the paper."""

    name: str
    x: Array
    d: Array
    layers: tuple[neural.layers.Layer, ...]
    rate: float  # ε
    momentum: float  # α
    sweeps: int
    spread: float = 0.3
    seed: int = 1
    inputs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def network(self) -> neural.Network:
        """The network for these cases."""
        return neural.Network(layers=self.layers, input_shape=(self.x.shape[1],), inputs=self.inputs)


@dataclass(frozen=True)
class Solution:
    """What a network learnt."""

    problem: Problem
    weights: Array
    errors: list[float]  # E after each sweep
    outputs: Array

    @property
    def is_solved(self) -> bool:
        """Whether every output is on the right side of one half."""
        return bool(((self.outputs > 0.5) == (self.problem.d > 0.5)).all())

    def array(self, name: str) -> Array:
        """Give learnt weights by name."""
        return neural.named_arrays(self.problem.network, self.weights)[name]


def logistic(units: int, name: str | None = None) -> neural.Dense:
    """A layer of logistic units."""
    return neural.Dense(units=units, activation="sigmoid", name=name)


def xor() -> Problem:
    """Two inputs, one output that is on when exactly one input is."""
    x = np.array(list(product((0, 1), repeat=2)), float)
    return Problem("XOR", x, (x.sum(axis=1) % 2)[:, None], (logistic(2), logistic(1)), 0.5, 0.9, 1_000, 1.0, seed=3)


def parity(inputs: int = 4) -> Problem:
    """Whether an odd number of inputs is on; as many hidden units as inputs."""
    x = np.array(list(product((0, 1), repeat=inputs)), float)
    d = (x.sum(axis=1) % 2)[:, None]
    return Problem("parity", x, d, (logistic(inputs), logistic(1)), 0.3, 0.9, 6_000, 1.0, seed=3)


def encoder(inputs: int = 8, hidden: int = 3) -> Problem:
    """Each of eight patterns must be told from the others by three hidden units: they learn a code."""
    return Problem(
        "encoder", np.eye(inputs), np.eye(inputs), (logistic(hidden), logistic(inputs)), 0.1, 0.9, 5_000, 1.0
    )


def symmetry(inputs: int = 6) -> Problem:
    """Whether a row of inputs is its own mirror image; two hidden units are enough."""
    x = np.array(list(product((0, 1), repeat=inputs)), float)
    d = (x == x[:, ::-1]).all(axis=1).astype(float)[:, None]
    return Problem("symmetry", x, d, (logistic(2, "hidden"), logistic(1)), 0.1, 0.9, 4_000, seed=1)


def solve(problem: Problem) -> Solution:
    """Train as the paper did: our mean squared error is E · 2 / (cases · outputs), so ε grows by the inverse."""
    network, cases = problem.network, len(problem.x)
    rate = problem.rate * cases * problem.d.shape[1] / 2
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "mean_squared_error"),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=rate, momentum=problem.momentum),
        epochs=problem.sweeps,
        batch_size=cases,
        seed=problem.seed,
        dtype="float64",
    )
    generator = np.random.default_rng(problem.seed)
    first = generator.uniform(-problem.spread, problem.spread, network.parameter_count)
    examples = neural.Examples(problem.x, problem.d)
    errors, weights = [], first
    for report in neural.train(network, plan, examples, None, weights=first):
        if isinstance(report, neural.EpochReport):
            errors.append(report.values["loss"] * cases * problem.d.shape[1] / 2)
            weights = report.result.weights if report.result else weights
    outputs = neural.predict(network, weights, problem.x, loss="mean_squared_error")
    return Solution(problem, weights, errors, outputs)


ENGLISH = ("Christopher", "Penelope", "Andrew", "Christine", "Margaret", "Arthur", "Victoria", "James", "Jennifer",
           "Charles", "Colin", "Charlotte")  # fmt: skip
ITALIAN = ("Roberto", "Maria", "Pierro", "Francesca", "Gina", "Emilio", "Lucia", "Marco", "Angela", "Tomaso", "Alfonso",
           "Sophia")  # fmt: skip
PEOPLE = ENGLISH + ITALIAN
RELATIONS = ("father", "mother", "husband", "wife", "son", "daughter", "uncle", "aunt", "brother", "sister", "nephew",
             "niece")  # fmt: skip
# The paper's figure 2, by place in either list: couples, then children of couples; men stand at these places.
MEN = {0, 2, 5, 7, 9, 10}
COUPLES = ((0, 1), (2, 3), (4, 5), (6, 7), (8, 9))
CHILDREN = {(0, 1): (5, 6), (2, 3): (7, 8), (6, 7): (10, 11)}
HELD_OUT = 4
Fact = tuple[int, int, frozenset[int]]  # person, relation, people


def families() -> Problem:
    """Who is whose what, in an English and an Italian family of the same tree; four facts are kept for the test.

    The paper counts an output beyond 0.8 or below 0.2 as right and lets weights decay by 0.2 % in each sweep; here the
    outputs simply aim at 0.9 and 0.1, nothing decays, ε is twice the paper's, and more sweeps are needed.
    """
    x, d = coded(divided_facts()[0])
    layers = (
        neural.layers.Slice(start=0, stop=24, name="person"),
        neural.layers.Slice(start=24, stop=36, name="relation"),
        logistic(6, "person_code"),
        logistic(6, "relation_code"),
        neural.layers.Concatenate(name="both"),
        logistic(12, "hidden"),
        logistic(6, "answer_code"),
        logistic(24, "answer"),
    )
    inputs = {
        "relation": ("input",),
        "person_code": ("person",),
        "relation_code": ("relation",),
        "both": ("person_code", "relation_code"),
    }
    return Problem("families", x, d, layers, 0.02, 0.9, 20_000, 1.0, seed=3, inputs=inputs)


def divided_facts() -> tuple[list[Fact], list[Fact]]:
    """Draw the facts to learn and those that are kept back."""
    facts = family_facts()
    order = np.random.default_rng(7).permutation(len(facts))
    return [facts[i] for i in order[HELD_OUT:]], [facts[i] for i in order[:HELD_OUT]]


def family_facts() -> list[Fact]:
    """List (person, relation, people): 52 facts in each family."""
    facts = []
    for first in (0, len(ENGLISH)):
        for person in range(len(ENGLISH)):
            for relation, name in enumerate(RELATIONS):
                people = related(person, name)
                if people:
                    facts.append((first + person, relation, frozenset(first + other for other in people)))
    return facts


def related(person: int, relation: str) -> set[int]:
    """Follow the tree from a person."""
    parents = next((set(couple) for couple, children in CHILDREN.items() if person in children), set())
    partner = {other for couple in COUPLES if person in couple for other in couple} - {person}
    siblings = _siblings(person)
    children = set(next((found for couple, found in CHILDREN.items() if person in couple), ()))
    parents_siblings = {sibling for parent in parents for sibling in _siblings(parent)}
    elders = parents_siblings | {spouse for sibling in parents_siblings for spouse in _partner(sibling)}
    siblings_children = {
        child
        for sibling in siblings | {other for spouse in partner for other in _siblings(spouse)}
        for couple, found in CHILDREN.items()
        if sibling in couple
        for child in found
    }
    found = {
        "father": parents, "mother": parents, "husband": partner, "wife": partner,
        "son": children, "daughter": children,
        "uncle": elders, "aunt": elders, "brother": siblings, "sister": siblings,
        "nephew": siblings_children, "niece": siblings_children,
    }[relation]  # fmt: skip
    is_male = relation in {"father", "husband", "son", "uncle", "brother", "nephew"}
    return {other for other in found if (other in MEN) is is_male}


def _siblings(person: int) -> set[int]:
    return next((set(children) for children in CHILDREN.values() if person in children), set()) - {person}


def _partner(person: int) -> set[int]:
    return {other for couple in COUPLES if person in couple for other in couple} - {person}


def coded(facts: list[Fact]) -> tuple[Array, Array]:
    """One unit for each person and relation; the outputs aim at 0.9 for the people asked for, and at 0.1."""
    x, d = np.zeros((len(facts), 36)), np.full((len(facts), 24), 0.1)
    for row, (person, relation, people) in enumerate(facts):
        x[row, person] = x[row, 24 + relation] = 1
        d[row, sorted(people)] = 0.9
    return x, d


def answered(solution: Solution, facts: list[Fact]) -> int:
    """Count the facts of which a network that learnt families names exactly the right people."""
    x, d = coded(facts)
    outputs = neural.predict(solution.problem.network, solution.weights, x, loss="mean_squared_error")
    return int(((outputs > 0.5) == (d > 0.5)).all(axis=1).sum())


def plot(solutions: list[Solution]) -> str:
    """Draw the error of each problem over the sweeps, both on logarithmic axes, as SVG."""
    width, height, left, top = 640, 400, 60, 20
    sweeps = max(len(solution.errors) for solution in solutions)
    low, high = -3.0, 2.5  # decades of E

    def point(sweep: float, error: float) -> str:
        x = left + (width - left - 20) * np.log10(sweep) / np.log10(sweeps)
        y = top + (height - top - 40) * (high - np.clip(np.log10(error), low, high)) / (high - low)
        return f"{x:.1f},{y:.1f}"

    colours = ("#1b6ca8", "#c0392b", "#1e8449", "#8e44ad", "#b9770e")
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif" font-size="12">'
        )
    ]
    parts.append(f'<rect width="{width}" height="{height}" fill="white"/>')
    for decade in range(-3, 3):
        x, y = point(1, 10.0**decade).split(",")
        parts.append(f'<line x1="{x}" y1="{y}" x2="{width - 20}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{float(y) + 4}" text-anchor="end">{10.0**decade:g}</text>')
    for decade in range(int(np.log10(sweeps)) + 1):
        x = point(10**decade, 1).split(",")[0]
        parts.append(f'<text x="{x}" y="{height - 22}" text-anchor="middle">{10**decade}</text>')
    for number, (solution, colour) in enumerate(zip(solutions, colours, strict=True)):
        marks = np.unique(np.geomspace(1, len(solution.errors), 160).astype(int))
        line = " ".join(point(mark, solution.errors[mark - 1]) for mark in marks)
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{line}"/>')
        parts.append(
            f'<text x="{left + 12}" y="{height - 130 + 16 * number}" fill="{colour}">{solution.problem.name}</text>'
        )
    parts.append(f'<text x="{width / 2}" y="{height - 6}" text-anchor="middle">sweeps through all cases</text>')
    parts.append(
        f'<text x="14" y="{height / 2}" transform="rotate(-90 14 {height / 2})" text-anchor="middle">error E</text>'
    )
    return "\n".join([*parts, "</svg>", ""])


PROBLEMS: dict[str, Callable[[], Problem]] = {
    "XOR": xor,
    "parity": parity,
    "encoder": encoder,
    "symmetry": symmetry,
    "families": families,
}


def main() -> None:
    """Solve everything, say what was learnt, and draw it if asked."""
    parser = argparse.ArgumentParser(description="Solve the problems of 1986.")
    parser.add_argument("--plot", type=Path, help="where to write the learning curves as SVG")
    given = parser.parse_args()
    solutions = {name: solve(make()) for name, make in PROBLEMS.items()}
    for name, solution in solutions.items():
        said = "solved" if solution.is_solved else "NOT solved"
        print(
            f"{name:9} {said} in {len(solution.errors):6} sweeps, "
            f"E from {solution.errors[0]:7.3f} to {solution.errors[-1]:.4f}"
        )
    print("\nThe encoder's code, one line for each pattern:")
    encoding = solutions["encoder"]
    hidden = 1 / (1 + np.exp(-encoding.array("dense_1.kernel") - encoding.array("dense_1.bias")))
    print("\n".join("  " + " ".join(f"{value:.2f}" for value in row) for row in hidden))
    print("\nSymmetry: weights of equal size and opposite sign about the middle, for each hidden unit:")
    print(
        "\n".join("  " + " ".join(f"{w:6.2f}" for w in row) for row in solutions["symmetry"].array("hidden.kernel").T)
    )
    right = answered(solutions["families"], divided_facts()[1])
    print(f"\nFamilies: of the {HELD_OUT} facts never shown, {right} are answered right")
    if given.plot:
        given.plot.write_text(plot(list(solutions.values())))


if __name__ == "__main__":
    main()
