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


@pytest.mark.timeout(180)
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
