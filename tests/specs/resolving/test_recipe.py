"""The recipe for tables: what it fills, what it leaves alone, and that it can be posted again."""

from typing import Any

import pytest

import specs
from tests.specs.facts import HOUSES, IRIS, body, category, faults_of, resolve

WORDS = {"a b": 1, "b c": 1, "c a": 1}
PAIRS = (list(WORDS), list(WORDS))
RECIPES = {"fast": 1, "default": 2, "best": 2}


def plan(**more: Any) -> dict[str, Any]:
    """Resolve a body for iris; give network and training as JSON."""
    document = resolve(body(**more)).document
    return {"layers": document["network"]["layers"], **document["training"]}


@pytest.mark.parametrize("preset", ["fast", "default", "best", None])
def test_a_preset_is_only_what_it_fills(preset: str | None) -> None:
    """Posted again, a resolved spec says the same, whatever filled it."""
    first = resolve(body(training={"preset": preset}))

    again = resolve(dict(first.document), IRIS)

    assert again.document == first.document


def test_every_value_of_the_recipe_names_it() -> None:
    """Nobody should have to guess why a network has dropout."""
    resolved = resolve(body())

    told = {pointer for pointer, entry in resolved.provenance.items() if "recipe 2" in str(entry.reason)}

    wanted = ["epochs", "learning_rate", "preset", "optimizer/name", "optimizer/weight_decay", "schedule/name"]
    assert told >= {f"/training/{name}" for name in wanted}
    assert told >= {"/network/layers/0/units", "/network/layers/0/activation", "/network/layers/1/rate"}
    assert {preset["name"]: preset["recipe"] for preset in specs.capabilities()["presets"]} == RECIPES


@pytest.mark.parametrize("network", [{"hidden": [8]}, {"layers": [{"type": "dense", "units": "auto"}]}])
def test_a_network_of_ones_own_is_trained_by_the_plain_defaults(network: dict[str, Any]) -> None:
    """The recipe's parts belong together; what was posted before it came means what it meant."""
    found = plan(network=network)

    assert (found["preset"], found["members"], found["schedule"]) == (None, 1, None)
    assert (found["optimizer"]["name"], found["learning_rate"]) == ("adam", 0.01)
    assert (found["epochs"], found["early_stopping"]["patience"]) == (100, 10)
    assert not any(layer["type"] == "dropout" for layer in found["layers"])


def test_what_the_body_says_wins_over_the_recipe() -> None:
    """A part can be another one; the rest stays."""
    found = plan(
        network={"dropout": None, "activation": "tanh"},
        training={"optimizer": "sgd", "epochs": 7, "schedule": None, "members": 2, "early_stopping": {"patience": 3}},
    )

    assert [layer["type"] for layer in found["layers"]] == ["dense"] * 3
    assert found["layers"][0]["activation"] == "tanh"
    assert (found["optimizer"]["name"], found["learning_rate"], found["schedule"]) == ("sgd", 0.01, None)
    assert (found["epochs"], found["members"], found["early_stopping"]["patience"]) == (7, 2, 3)


def test_the_preset_fast_is_what_the_default_was() -> None:
    """Whoever needs an answer at once has the small network that stops early."""
    found = plan(training={"preset": "fast"})

    assert [layer.get("units") for layer in found["layers"]] == [32, 16, 3]
    assert (found["optimizer"]["name"], found["learning_rate"], found["members"]) == ("adam", 0.01, 1)
    usual, best = plan(), plan(training={"preset": "best"})
    assert (best["members"], best["epochs"]) == (2 * usual["members"], 2 * usual["epochs"])
    (fault,) = faults_of(body(training={"preset": "quick"}), IRIS)
    assert (fault.code, fault.pointer) == ("spec.unknown_choice", "/training/preset")


def test_answers_stay_within_what_training_showed_where_one_number_is_predicted() -> None:
    """Elsewhere there is nothing to keep them within, and a network of one's own answers as it always did."""
    usual, own = resolve(body("houses"), HOUSES), resolve(body("houses", network={"hidden": [8]}), HOUSES)

    assert (usual.spec.features.target_clipping, own.spec.features.target_clipping) == (True, False)
    assert "beyond" in str(usual.provenance["/features/target_clipping"].reason)
    assert not resolve(body()).spec.features.target_clipping
    (fault,) = faults_of(body(features={"target_clipping": True}), IRIS)
    assert (fault.code, fault.pointer, fault.suggestion) == ("spec.conflict", "/features/target_clipping", False)


def test_a_translation_has_no_members() -> None:
    """It is written token by token: there is no mean of two texts."""
    facts = specs.DatasetFacts("ds_pairs", 3, (category("en", WORDS), category("de", WORDS)), pairs=lambda *_: PAIRS)

    given = {"dataset_id": facts.id, "target": "de", "task": "translation", "training": {"members": 3}}
    (fault,) = faults_of(given, facts)

    assert (fault.code, fault.pointer, fault.suggestion) == ("spec.conflict", "/training/members", 1)
