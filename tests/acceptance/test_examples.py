"""The examples that we ship, against a real service."""

import csv
import importlib.util
import sys
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest

from chainrule import Client, load
from tests.acceptance.conftest import running_service

EXAMPLES = Path(__file__).parents[2] / "examples"


def example(name: str) -> ModuleType:
    """Load a script without running it."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.timeout(900)
def test_a_convolutional_network_reads_digits(tmp_path: Path) -> None:
    """A residual block of convolutions, from a table of pixels; the file predicts without the service."""
    script = example("digits_convolution")
    with script.DIGITS.open() as file:
        rows = [{name: float(text) for name, text in row.items()} for row in islice(csv.DictReader(file), 20)]
    for row in rows:
        row.pop("digit")
    with running_service(tmp_path / "home") as service, Client(service.url, api_key="") as client:
        job = script.train(client, epochs=12)
        answered = job.model.predict(rows)
        job.model.save(tmp_path / "digits.safetensors")

    assert job.status == "succeeded"
    assert job.raw["latest"]["val_accuracy"] > 0.95
    alone = load(tmp_path / "digits.safetensors").predict(rows)
    assert [answer["label"] for answer in alone] == [answer["label"] for answer in answered]


@pytest.mark.timeout(900)
def test_a_convolutional_network_reads_faces_from_a_zip(tmp_path: Path) -> None:
    """Pictures in class folders, as people keep them; the model names faces that were drawn after it learned."""
    script = example("faces_convolution")
    with running_service(tmp_path / "home") as service, Client(service.url, api_key="") as client:
        job = script.train(client, each=200, epochs=15)
        share = script.score(job)

    assert job.status == "succeeded"
    assert share > 0.9


@pytest.mark.parametrize(
    ("number", "english", "german"),
    [
        (0, "zero", "null"),
        (21, "twenty one", "ein und zwanzig"),
        (101, "one hundred one", "ein hundert eins"),
        (342, "three hundred forty two", "drei hundert zwei und vierzig"),
        (9080, "nine thousand eighty", "neun tausend achtzig"),
    ],
)
def test_the_pairs_of_the_translation_are_true(number: int, english: str, german: str) -> None:
    """A model can only learn what its corpus says."""
    script = example("translate")

    assert (script.english(number), script.german(number)) == (english, german)


@pytest.mark.timeout(900)
def test_a_transformer_translates_what_it_has_never_seen(tmp_path: Path) -> None:
    """From two columns of texts, by greedy decoding; the file translates without the service, word for word."""
    script = example("translate")
    found = script.pairs("numbers")
    rows = [{"source": source} for source, _ in found[1500:1600]]
    with running_service(tmp_path / "home") as service, Client(service.url, api_key="") as client:
        job = script.train(client, found[:1500], epochs=14)
        answers = job.model.predict(rows)
        job.model.save(tmp_path / "german.safetensors")

    assert job.status == "succeeded"
    assert script.exact(answers, found[1500:1600]) >= 0.8
    assert load(tmp_path / "german.safetensors").predict(rows) == answers
