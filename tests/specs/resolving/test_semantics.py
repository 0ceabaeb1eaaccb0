"""What layers mean has versions: a model keeps that of its training, and its spec says which where it matters."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import exports
import neural
import specs
from tests.specs.earlier.make import CASES, FACTS, FOLDER, ROWS, STEPS, rows, spec_of
from tests.specs.facts import body, faults_of, resolve

CLOSE = {"rtol": 1e-9, "atol": 1e-12}  # the same arithmetic on another machine; another meaning is far off


class Earlier:
    """A model and a checkpoint that the version before `network.semantics` wrote."""

    def __init__(self, name: str) -> None:
        data = (FOLDER / f"{name}.npz").read_bytes()
        arrays = exports.read_state(data)
        self.document = exports.read_metadata(data)["spec"]
        self.weights, self.outputs = arrays["weights"], arrays["outputs"]
        states = {key.removeprefix("state/"): array for key, array in arrays.items() if key.startswith("state/")}
        self.state = neural.TrainingState.from_arrays(states)

    def network(self, **more: Any) -> neural.Network:
        """Build the network of its spec, or of one that says more."""
        document = {**self.document, "network": {**self.document["network"], **more}}
        return specs.build_network(specs.Spec.from_json(document), STEPS, 3)

    def train(self, network: neural.Network, state: neural.TrainingState | None = None) -> np.ndarray:
        """Train as its spec says, from the start or from a state; return the last weights."""
        plan = specs.build_plan(specs.Spec.from_json(self.document))
        *_, last = neural.train(network, plan, rows(), None, state=state)
        return np.asarray(last.weights())


@pytest.fixture(params=CASES)
def earlier(request: pytest.FixtureRequest) -> Earlier:
    """One of each kind of network whose meaning has changed."""
    return Earlier(request.param)


def test_an_earlier_model_predicts_the_same(earlier: Earlier) -> None:
    """Its weights were learned with the masks of its time; other ones would make it worse without a word."""
    outputs = neural.predict(earlier.network(), earlier.weights, rows().x, loss="categorical_crossentropy")

    assert len(outputs) == ROWS
    np.testing.assert_allclose(outputs, earlier.outputs, **CLOSE)


def test_an_earlier_checkpoint_goes_on_as_it_began(earlier: Earlier) -> None:
    """A job that an update interrupts must not change its meaning half way."""
    np.testing.assert_allclose(earlier.train(earlier.network(), earlier.state), earlier.weights, **CLOSE)


def test_an_earlier_spec_trains_to_the_same_weights(earlier: Earlier) -> None:
    """A job that waited in the queue over an update, too."""
    np.testing.assert_allclose(earlier.train(earlier.network()), earlier.weights, **CLOSE)


def test_the_second_version_means_something_else(earlier: Earlier) -> None:
    """Else the tests above would prove nothing."""
    assert np.abs(earlier.train(earlier.network(semantics=2)) - earlier.weights).max() > 1e-3


def test_an_earlier_spec_is_shown_with_the_version_that_it_meant(earlier: Earlier) -> None:
    """Posted as it is shown, it trains to the same weights again."""
    shown, provenance = specs.with_semantics(earlier.document, {})

    again = resolve(shown, FACTS)

    assert shown["network"]["semantics"] == 1
    assert "before there was a second version" in provenance["/network/semantics"]["reason"]
    assert again.document["network"]["semantics"] == 1
    np.testing.assert_allclose(earlier.train(again.blueprint.network), earlier.weights, **CLOSE)


@pytest.mark.parametrize("name", CASES)
def test_a_new_spec_says_its_version_where_it_matters(name: str) -> None:
    """With the reason for it; resolved again it stays."""
    spec = spec_of(name)

    assert spec.network.to_json()["semantics"] == 2
    assert specs.build_network(spec, STEPS, 3).semantics == 2
    assert resolve(spec.to_json(), FACTS).document == spec.to_json()


def test_where_it_makes_no_difference_no_version_is_said() -> None:
    """Most specs stay as short as they were, and those of earlier versions are shown as they are stored."""
    document = resolve(body()).document

    assert "semantics" not in document["network"]
    assert specs.with_semantics(document, {}) == (document, {})


@pytest.mark.parametrize(("theirs", "asked", "told"), [(1, {}, True), (1, {"semantics": 1}, False), (2, {}, False)])
def test_weights_of_another_version_to_start_from_are_told_of(
    earlier: Earlier, theirs: int, asked: dict[str, int], *, told: bool
) -> None:
    """Fine-tuned under other masks they start worse than they were; the patch goes on as they began."""
    shapes = {found.name: found.shape for found in earlier.network().parameters}
    start = specs.StartFacts("mdl_any", shapes, semantics=theirs)
    shown = {**earlier.document, "network": {**earlier.document["network"], **asked}}
    training = {**shown["training"], "init_from": "mdl_any"}

    resolved = resolve({**shown, "training": training}, FACTS, start=start)

    found = [warning for warning in resolved.warnings if warning.code == "spec.other_semantics"]
    assert [(warning.pointer, warning.patch) for warning in found] == [
        ("/training/init_from", {"network": {"semantics": 1}})
    ] * told


def test_an_unknown_version_is_refused() -> None:
    """Nobody knows what it would mean."""
    (fault,) = faults_of(body(network={"semantics": 3}))

    assert (fault.pointer, fault.suggestion) == ("/network/semantics", 2)


def test_the_files_are_small() -> None:
    """They are in the repository for good."""
    assert sum(path.stat().st_size for path in Path(FOLDER).iterdir()) < 100_000
