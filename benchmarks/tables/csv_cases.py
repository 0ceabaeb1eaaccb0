"""Ten tables of comma-separated text, shipped or made now."""

from pathlib import Path

import numpy as np

from benchmarks.tables.cases import TableCase, to_csv

EXAMPLES = Path(__file__).parents[2] / "examples" / "data"
Rows = list[list[object]]


def numeric_multiclass() -> bytes:
    """Fisher's iris."""
    return (EXAMPLES / "iris.csv").read_bytes()


def images() -> bytes:
    """Handwritten digits, 8 by 8."""
    return (EXAMPLES / "digits.csv").read_bytes()


def categorical() -> bytes:
    """Make a yes/no answer that depends on two categories together."""
    rng = np.random.default_rng(1)
    rows: Rows = []
    for _ in range(1500):
        city, plan, color = (
            rng.choice(["Berlin", "Lyon", "Oslo", "Porto"]),
            rng.choice(["free", "pro"]),
            rng.choice(["r", "g", "b"]),
        )
        stays = (city in {"Berlin", "Oslo"}) == (plan == "pro")
        rows.append([city, plan, color, "yes" if stays != (rng.random() < 0.05) else "no"])
    return to_csv(["city", "plan", "color", "stays"], rows)


def mixed() -> bytes:
    """Numbers and categories, three classes."""
    rng = np.random.default_rng(2)
    rows: Rows = []
    for _ in range(2000):
        age, income, kind = int(rng.integers(18, 80)), float(rng.lognormal(10, 0.5)), str(rng.choice(["a", "b", "c"]))
        score = (age - 49) / 18 + (np.log(income) - 10) + {"a": -1.0, "b": 0.0, "c": 1.0}[kind] + rng.normal(0, 0.3)
        rows.append([age, round(income, 2), kind, "low" if score < -0.8 else "high" if score > 0.8 else "middle"])
    return to_csv(["age", "income", "kind", "segment"], rows)


def missing_values() -> bytes:
    """Leave out a fifth of the cells, where that a value is missing tells something."""
    rng = np.random.default_rng(3)
    rows: Rows = []
    for _ in range(1200):
        a, b = rng.normal(0, 1, 2)
        sick = a + b + rng.normal(0, 0.3) > 0
        cells: list[object] = [round(float(a), 4), round(float(b), 4), str(rng.choice(["x", "y"]))]
        cells = [None if rng.random() < 0.1 else cell for cell in cells]
        lab = None if (rng.random() < (0.1 if sick else 0.6)) else round(float(rng.normal(5, 1)), 3)
        rows.append([*cells, lab, "sick" if sick else "well"])
    return to_csv(["a", "b", "group", "lab", "state"], rows)


def moons() -> bytes:
    """Two interleaved half circles, target 0/1."""
    rng = np.random.default_rng(4)
    angle, side = rng.uniform(0, np.pi, 800), rng.integers(0, 2, 800)
    x = np.where(side == 0, np.cos(angle), 1 - np.cos(angle)) + rng.normal(0, 0.1, 800)
    y = np.where(side == 0, np.sin(angle), 0.5 - np.sin(angle)) + rng.normal(0, 0.1, 800)
    return to_csv(
        ["x", "y", "label"],
        [[round(float(p), 5), round(float(q), 5), int(s)] for p, q, s in zip(x, y, side, strict=True)],
    )


def regression() -> bytes:
    """Friedman's first function, with noise: 442 rows, as in a small medical study."""
    rng = np.random.default_rng(5)
    x = rng.uniform(0, 1, (442, 6))
    y = (
        10 * np.sin(np.pi * x[:, 0] * x[:, 1])
        + 20 * (x[:, 2] - 0.5) ** 2
        + 10 * x[:, 3]
        + 5 * x[:, 4]
        + rng.normal(0, 1, 442)
    )
    rows: Rows = [[*(round(float(v), 5) for v in row), round(float(t), 4)] for row, t in zip(x, y, strict=True)]
    return to_csv([*(f"x{i}" for i in range(6)), "progression"], rows)


def imbalanced() -> bytes:
    """One row in twenty is a fraud."""
    rng = np.random.default_rng(6)
    rows: Rows = []
    for _ in range(4000):
        fraud = rng.random() < 0.05
        amount, hour = rng.lognormal(4.5 if fraud else 3, 0.6), rng.normal(3 if fraud else 14, 2.5) % 24
        rows.append(
            [
                round(float(amount), 2),
                round(float(hour), 2),
                str(rng.choice(["web", "shop"], p=[0.9, 0.1] if fraud else [0.4, 0.6])),
                "fraud" if fraud else "fine",
            ]
        )
    return to_csv(["amount", "hour", "channel", "verdict"], rows)


def four_rows_per_class() -> bytes:
    """Three classes with four rows each."""
    rng = np.random.default_rng(7)
    rows: Rows = []
    for index, name in enumerate(["ash", "birch", "cedar"]):
        rows += [[round(float(v), 3) for v in rng.normal(index * 4, 0.5, 3)] + [name] for _ in range(4)]
    return to_csv(["leaf", "bark", "height", "tree"], rows)


def fifty_thousand() -> bytes:
    """50 000 rows: numbers, categories and a noisy yes/no target."""
    rng = np.random.default_rng(8)
    n = 50_000
    age, income, visits = rng.integers(18, 80, n), rng.lognormal(10, 0.5, n), rng.poisson(3, n)
    plan, region = rng.choice(["free", "basic", "pro"], n), rng.choice([f"r{i}" for i in range(12)], n)
    logit = (
        0.05 * (age - 45)
        - 1.2 * (np.log(income) - 10)
        + 0.5 * (visits - 3) * np.where(plan == "pro", 1, -1)
        + np.where(region < "r5", 0.8, -0.8)
    )
    churned = rng.random(n) < 1 / (1 + np.exp(-2 * logit))
    rows: Rows = [
        [
            f"c{i:06d}",
            int(age[i]),
            round(float(income[i]), 2),
            int(visits[i]),
            str(plan[i]),
            str(region[i]),
            "yes" if churned[i] else "no",
        ]
        for i in range(n)
    ]
    return to_csv(["customer_id", "age", "income", "visits", "plan", "region", "churned"], rows)


CSV_CASES = (
    TableCase("iris", "numeric, multiclass", "species", numeric_multiclass),
    TableCase("digits", "64 numbers, ten classes", "digit", images),
    TableCase("stays", "categorical, binary", "stays", categorical),
    TableCase("segments", "mixed, multiclass", "segment", mixed),
    TableCase("clinic", "missing values, binary", "state", missing_values),
    TableCase("moons", "numeric, binary 0/1", "label", moons),
    TableCase("friedman", "regression, 442 rows", "progression", regression),
    TableCase("fraud", "imbalanced 1:19", "verdict", imbalanced),
    TableCase("trees", "4 rows per class", "tree", four_rows_per_class),
    TableCase("churn", "50 000 rows, mixed", "churned", fifty_thousand),
)
