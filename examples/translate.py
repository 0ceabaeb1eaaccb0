"""Translate through a running service: numbers from English into German words, dates into ISO 8601.

    ./chainrule up                                  # in another terminal
    python examples/translate.py [numbers|dates] [http://127.0.0.1:8000]

The pairs are made here. They are uploaded as a table of two columns, and the job says no more than which column is
written and that it is a translation: the service finds the tokens and trains a small causal transformer.
"""

import csv
import io
import random
import sys
from datetime import date, timedelta

from chainrule import Client, Job

Pair = tuple[str, str]

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


def english(number: int) -> str:
    """Say a number below 10 000 in English words: 342 is three hundred forty two."""
    if number < 20:
        return ENGLISH[number]
    size, word = (1000, "thousand") if number >= 1000 else (100, "hundred")
    if number < 100:
        head, rest = ENGLISH_TENS[number // 10], number % 10
    else:
        head, rest = f"{english(number // size)} {word}", number % size
    return f"{head} {english(rest)}" if rest else head


def german(number: int) -> str:
    """Say it in German words, the ones before the tens: 342 is drei hundert zwei und vierzig."""
    if number < 20:
        return GERMAN[number]
    if number < 100:
        ones = "ein" if number % 10 == 1 else GERMAN[number % 10]
        return f"{ones} und {GERMAN_TENS[number // 10]}" if number % 10 else GERMAN_TENS[number // 10]
    size, word = (1000, "tausend") if number >= 1000 else (100, "hundert")
    many = "ein" if number // size == 1 else german(number // size)
    return f"{many} {word} {german(number % size)}" if number % size else f"{many} {word}"


def numbers() -> list[Pair]:
    """All numbers below 10 000, in English and in German."""
    return [(english(number), german(number)) for number in range(10_000)]


def dates() -> list[Pair]:
    """All days of sixty years, as words and as ISO 8601: on 5 March 2024 and 2024-03-05."""
    days = [date(1990, 1, 1) + timedelta(days=offset) for offset in range(60 * 365)]
    return [(f"on {day.day} {day:%B} {day.year}", day.isoformat()) for day in days]


TASKS = {"numbers": numbers, "dates": dates}


def pairs(task: str, *, seed: int = 1) -> list[Pair]:
    """Return the pairs of a task in random order."""
    found = TASKS[task]()
    random.Random(seed).shuffle(found)  # noqa: S311  # no secret
    return found


def table(rows: list[Pair]) -> bytes:
    """Write pairs as CSV with the columns `source` and `target`."""
    text = io.StringIO()
    csv.writer(text).writerows([("source", "target"), *rows])
    return text.getvalue().encode()


def train(client: Client, rows: list[Pair], *, epochs: int = 15, seed: int = 1) -> Job:
    """Upload pairs, learn to write the second from the first, and wait for it."""
    dataset = client.datasets.upload(table(rows), name="pairs")
    return client.jobs.create(
        dataset_id=dataset.id, target="target", task="translation", training={"epochs": epochs, "seed": seed}
    ).wait(timeout=1200)


def exact(client_answers: list[dict[str, str]], rows: list[Pair]) -> float:
    """Tell which share of the translations is right to the last token."""
    return sum(answer["text"] == target for answer, (_, target) in zip(client_answers, rows, strict=True)) / len(rows)


def main(task: str = "numbers", url: str = "http://127.0.0.1:8000") -> None:
    """Learn one of the tasks, and translate pairs that the job has never seen."""
    found = pairs(task)
    learned, unseen = found[:4000], found[4000:5000]
    with Client(url) as client:
        job = train(client, learned)
        answers = job.model.predict([{"source": source} for source, _ in unseen])
    print(f"{job.status} after {job.raw['latest']['epoch']} epochs")
    print(f"{exact(answers, unseen):.1%} of {len(unseen)} unseen {task} are right to the last token")
    for answer, (source, _) in zip(answers[:5], unseen, strict=False):
        print(f"  {source}  ->  {answer['text']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
