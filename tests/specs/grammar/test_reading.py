"""What is accepted although it is written in another way, and what several faults at once look like."""

import re
from pathlib import Path

import pytest

import specs
from tests.specs.facts import HOUSES, IRIS, body, faults_of, resolve


@pytest.mark.parametrize(
    ("given", "pointer", "canonical"),
    [
        ({"training": {"lr": 0.5}}, "/training/lr", ("training", "learning_rate")),
        ({"training": {"max_iter": 7}}, "/training/max_iter", ("training", "epochs")),
        ({"training": {"n_epochs": 7}}, "/training/n_epochs", ("training", "epochs")),
        ({"network": {"hidden_layer_sizes": [5]}}, "/network/hidden_layer_sizes", ("network", "hidden")),
        ({"network": {"layers": [5, 4]}}, "/network/layers", ("network", "hidden")),
        ({"target_column": "species"}, "/target_column", ("target",)),
        ({"dataset": "ds_iris"}, "/dataset", ("dataset_id",)),
        ({"features": {"types": {"a": "number"}}}, "/features/types", ("features", "kinds")),
        ({"training": {"precision": "float64"}}, "/training/precision", ("training", "dtype")),
    ],
)
def test_other_words_for_the_same_are_accepted_with_a_warning(
    given: dict[str, object], pointer: str, canonical: tuple[str, ...]
) -> None:
    """Who comes from another tool should not stumble over a name."""
    found = specs.parse({"dataset_id": "ds_iris", **given} if "dataset" not in given else given)

    assert found.find(*canonical)
    assert [(warning.code, warning.pointer) for warning in found.warnings] == [("spec.rewritten", pointer)]


@pytest.mark.parametrize(
    ("given", "path", "expected"),
    [
        ({"network": {"activation": "ReLU"}}, ("network", "activation"), {"name": "relu"}),
        ({"network": {"activation": "Leaky-ReLU"}}, ("network", "activation"), {"name": "leaky_relu"}),
        ({"network": {"init": "xavier_uniform"}}, ("network", "init"), {"name": "glorot_uniform"}),
        ({"training": {"loss": "mse"}}, ("training", "loss"), {"name": "mean_squared_error"}),
        ({"training": {"early_stopping": False}}, ("training", "early_stopping"), None),
        ({"target": ["species"]}, ("target",), "species"),
        ({"training": {"epochs": 64.0}}, ("training", "epochs"), 64),
        ({"features": {"scaling": "zscore"}}, ("features", "scaling"), "standard"),
        ({"training": {"optimizer": {"name": "sgd", "lr": 0.5}}}, ("training", "learning_rate"), 0.5),
        ({"tags": ["a", "b", "a"]}, ("tags",), ["a", "b"]),
        ({"tracking": {"metrics": ["val_auc"]}}, ("tracking", "metrics"), ["auc"]),
    ],
)
def test_spellings_of_the_same_value_are_understood(
    given: dict[str, object], path: tuple[str, ...], expected: object
) -> None:
    """One meaning has one form in the resolved spec, however it was written."""
    found = specs.parse({"dataset_id": "ds_iris", **given})

    assert found.find(*path) == expected


def test_auto_is_the_same_as_leaving_it_out() -> None:
    """People who like to see every field can write it."""
    auto = {
        "task": "auto",
        "network": {"hidden": "auto", "activation": "auto", "layers": "auto"},
        "training": {"epochs": "auto", "loss": "auto", "early_stopping": "auto", "seed": "auto"},
        "tracking": "auto",
    }

    written = resolve(body(**auto))

    assert written.to_json() == resolve(body()).to_json()


def test_all_independent_faults_come_at_once() -> None:
    """Mending one mistake per attempt is what people complain about."""
    broken = body(
        network={"hiden": [64]},
        split={"validation_share": 20},
        training={"epochs": "many", "optimizer": {"name": "adam", "beta_1": 2}},
        target="specie",
    )

    pointers = {fault.pointer for fault in faults_of(broken)}

    assert pointers == {
        "/network/hiden",
        "/split/validation_share",
        "/training/epochs",
        "/training/optimizer/beta_1",
        "/target",
    }


def test_one_mistake_is_one_fault() -> None:
    """Consequences of a mistake would bury it."""
    misspelt = {"datset": "ds_iris", "targt": "species"}

    pointers = [fault.pointer for fault in faults_of(misspelt)]

    assert pointers == ["/datset", "/targt"]


def test_a_refused_loss_does_not_make_the_output_layer_wrong_too() -> None:
    """The layers fit the target; only the loss has to change."""
    faults = faults_of(
        body(
            training={"loss": "mse"},
            network={"layers": [{"type": "dense", "units": 3, "activation": "softmax"}]},
        )
    )

    assert [fault.pointer for fault in faults] == ["/training/loss"]


def test_a_refused_task_is_not_judged_any_further() -> None:
    """What fits an unknown task is unknown."""
    faults = faults_of(body("houses", task="regresion", training={"loss": "mse"}), HOUSES)

    assert [(fault.pointer, fault.suggestion) for fault in faults] == [("/task", "regression")]


def test_a_fault_points_to_the_name_that_was_posted() -> None:
    """The sender looks for what they wrote, not for what it was read as."""
    faults = faults_of(body(training={"max_iter": 5, "batch_size": -9}, features={"columns": ["nope"]}))

    assert {fault.pointer for fault in faults} == {"/training/batch_size", "/features/columns/0"}


def test_a_patch_inside_a_list_keeps_the_other_items() -> None:
    """A merge patch replaces lists whole."""
    layers = [{"type": "dense", "units": 8}, {"type": "dense", "units": "3"}]

    (fault,) = faults_of(body(network={"layers": layers}))

    assert fault.patch == {"network": {"layers": [{"type": "dense", "units": 8}, {"type": "dense", "units": 3}]}}


def test_thousands_of_faults_are_cut_short() -> None:
    """An answer must not be larger than what was sent, nor take long to make."""
    faults = faults_of(body(features={"kinds": {f"c{index}": 7 for index in range(9000)}}))

    assert 20 <= len(faults) <= 100


@pytest.mark.parametrize("whole", [None, 3, "text", [], True, 1.5])
def test_a_body_that_is_no_object_is_one_fault(whole: object) -> None:
    """The pointer of the whole body is empty."""
    (fault,) = faults_of(whole)

    assert (fault.code, fault.pointer) == ("spec.wrong_type", "")


def test_parse_raises_what_read_notes() -> None:
    """Callers without a dataset at hand learn about the form alone."""
    with pytest.raises(specs.SpecFaults) as caught:
        specs.parse({"dataset_id": "ds_iris", "epochs": 3})

    assert [fault.pointer for fault in caught.value.faults] == ["/epochs"]
    assert "`epochs`" in str(caught.value)


def test_the_catalogue_holds_exactly_the_codes_that_are_used() -> None:
    """Answers, docs and tests are made from one table."""
    package = Path(specs.__file__).parent
    sources = [path.read_text() for path in package.rglob("*.py") if path.name != "errors.py"]

    used = {code for source in sources for code in re.findall(r'"((?:spec|data)\.[a-z_]+)"', source)}

    assert used == {*specs.CODES, *specs.WARNINGS}


def test_a_given_body_is_not_changed() -> None:
    """The app stores it as it was posted."""
    posted = body(training={"lr": 0.1, "optimizer": {"name": "sgd", "learning_rate": 0.1}}, tags=["a", "a"])
    before = repr(posted)

    specs.resolve(specs.parse(posted), IRIS, draw_seed=lambda: 1)

    assert repr(posted) == before
