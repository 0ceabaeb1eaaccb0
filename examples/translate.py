"""Translating with a small causal transformer: numbers into English and German words, dates between formats.

    python examples/translate.py [--task numbers|dates] [--epochs 10]

The pairs are made here. A row of ids is source, separator, target, end; the network learns to give the next token at
each step of the target, and translates by greedy decoding: the source and the separator are given, the rest it writes.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

import neural
from neural import vocabulary
from neural.decoding import Tokens, greedy

PADDING, END, SEPARATOR = 0, 1, 2
TOKENS = ("", "<end>", "<to>")
Pair = tuple[list[str], list[str]]

ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
GERMAN = (
    "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
GERMAN_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def english(number: int) -> list[str]:
    """Say a number below 10 000 in English words: 342 is three hundred forty two."""
    if number < 20:
        return [ENGLISH[number]]
    if number < 100:
        return [ENGLISH_TENS[number // 10], *(english(number % 10) if number % 10 else [])]
    size, word = (1000, "thousand") if number >= 1000 else (100, "hundred")
    return [*english(number // size), word, *(english(number % size) if number % size else [])]


def german(number: int) -> list[str]:
    """Say it in German words, the ones before the tens: 342 is drei hundert zwei und vierzig."""
    if number < 20:
        return [GERMAN[number]]
    if number < 100:
        ones = ["ein" if number % 10 == 1 else GERMAN[number % 10], "und"] if number % 10 else []
        return [*ones, GERMAN_TENS[number // 10]]
    size, word = (1000, "tausend") if number >= 1000 else (100, "hundert")
    many = ["ein"] if number // size == 1 else german(number // size)
    return [*many, word, *(german(number % size) if number % size else [])]


def numbers() -> list[Pair]:
    """All numbers below 10 000, in English and in German."""
    return [(english(number), german(number)) for number in range(10_000)]


def dates() -> list[Pair]:
    """All days of sixty years, as words and as ISO 8601: 5 March 2024 and 2024-03-05, character by character."""
    days = [date(1990, 1, 1) + timedelta(days=offset) for offset in range(60 * 365)]
    return [([*f"{day.day} ", MONTHS[day.month - 1], *f" {day.year}"], list(day.isoformat())) for day in days]


@dataclass(frozen=True)
class Corpus:
    """Pairs as rows of ids."""

    words: tuple[str, ...]  # by id
    rows: np.ndarray  # (pairs, time): source, separator, target, end, padding
    starts: np.ndarray  # (pairs,), where the target starts

    @property
    def inputs(self) -> np.ndarray:
        """What the network reads: all but the last step."""
        return self.rows[:, :-1]

    @property
    def targets(self) -> np.ndarray:
        """What it must give at each step: the following token."""
        return self.rows[:, 1:]

    @property
    def prefixes(self) -> np.ndarray:
        """Source and separator alone."""
        return np.where(np.arange(self.rows.shape[1] - 1) < self.starts[:, None], self.inputs, PADDING)

    def part(self, rows: slice) -> "Corpus":
        """Take some of the pairs."""
        return Corpus(self.words, self.rows[rows], self.starts[rows])

    def said(self, ids: np.ndarray) -> str:
        """Write ids as words."""
        return " ".join(self.words[token] for token in ids if token > END)


def corpus(pairs: list[Pair], seed: int) -> Corpus:
    """Shuffle pairs, and number their words."""
    words = (*TOKENS, *dict.fromkeys(word for source, target in pairs for word in [*source, *target]))
    ids = {word: number for number, word in enumerate(words)}
    order = np.random.default_rng(seed).permutation(len(pairs))
    written = [[*pairs[index][0], TOKENS[SEPARATOR], *pairs[index][1], TOKENS[END]] for index in order]
    rows = np.full((len(pairs), max(map(len, written))), PADDING)
    for row, tokens in zip(rows, written, strict=True):
        row[: len(tokens)] = [ids[token] for token in tokens]
    return Corpus(words, rows, np.array([len(pairs[index][0]) + 1 for index in order]))


def transformer(words: int, time: int, *, features: int = 64, heads: int = 4, blocks: int = 2) -> neural.Network:
    """A causal transformer that normalises before each part."""
    create = vocabulary.create
    layers = [
        create("layer", "embedding", input_dim=words, output_dim=features, mask_zero=True),
        create("layer", "positional_embedding"),
    ]
    inputs, value = {}, "positional_embedding_1"
    for block in range(1, blocks + 1):
        layers += [
            create("layer", "layer_normalization"),
            create("layer", "multi_head_attention", num_heads=heads, key_dim=features // heads, causal=True),
            create("layer", "add"),
            create("layer", "layer_normalization"),
            create("layer", "dense", units=4 * features, activation="relu"),
            create("layer", "dense", units=features),
            create("layer", "add"),
        ]
        inputs[f"add_{2 * block - 1}"] = (value, f"multi_head_attention_{block}")
        inputs[f"add_{2 * block}"] = (f"add_{2 * block - 1}", f"dense_{2 * block}")
        value = f"add_{2 * block}"
    layers += [create("layer", "layer_normalization"), create("layer", "dense", units=words)]
    return neural.Network(layers=tuple(layers), input_shape=(time,), inputs=inputs)


def learn(
    data: Corpus, *, epochs: int, batch_size: int = 64, tell: Callable[[str], object] = print
) -> tuple[neural.Network, np.ndarray]:
    """Train on all pairs of a corpus."""
    network = transformer(len(data.words), data.inputs.shape[1])
    steps = epochs * -(-len(data.rows) // batch_size)
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", "adam", learning_rate=0.002),
        schedule=vocabulary.create("schedule", "cosine", decay_steps=steps),
        epochs=epochs,
        batch_size=batch_size,
        seed=3,
        clip_norm=1.0,
    )
    weights = np.empty(0)
    for report in neural.train(network, plan, neural.Examples(data.inputs, data.targets), None):
        if isinstance(report, neural.EpochReport):
            tell(f"epoch {report.epoch:3}  loss {report.values['loss']:.4f}")
            weights = report.weights()
    return network, weights


def exact(network: neural.Network, weights: np.ndarray, data: Corpus) -> float:
    """Translate the sources of a corpus; give the share that is right to the last token."""
    written = greedy(network, weights, data.prefixes, tokens=Tokens(PADDING, END))
    return float((written == data.inputs).all(axis=1).mean())


def main() -> None:
    """Learn one of the tasks, and tell how many held-out pairs come out right."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", choices=("numbers", "dates"), default="numbers")
    parser.add_argument("--epochs", type=int, default=10)
    given = parser.parse_args()
    data = corpus({"numbers": numbers, "dates": dates}[given.task](), seed=1)
    train, held_out = data.part(slice(0, 4000)), data.part(slice(4000, 5000))
    start = time.perf_counter()
    network, weights = learn(train, epochs=given.epochs)
    print(f"{given.task}: {exact(network, weights, held_out):.1%} of 1000 held-out pairs right to the last token")
    print(f"{time.perf_counter() - start:.0f} s")
    written = greedy(network, weights, held_out.prefixes[:5], tokens=Tokens(PADDING, END))
    for ids, begin in zip(written, held_out.starts, strict=False):
        print(f"  {held_out.said(ids[: begin - 1])}  ->  {held_out.said(ids[begin:])}")


if __name__ == "__main__":
    main()
