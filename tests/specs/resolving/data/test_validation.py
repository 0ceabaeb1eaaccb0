"""A second dataset to validate on names the classes as the first one does, or is refused by the first that differs."""

import pytest

import specs
from tests.specs.facts import CHURN, SEED, body, category, number, resolve

BODY = {"dataset_id": "ds_a", "target": "income", "split": {"validation_dataset_id": "ds_b"}}


def census(id_: str, *labels: str) -> specs.DatasetFacts:
    """Describe a table of people with these answers."""
    return specs.DatasetFacts(id_, 80, (number("age"), category("income", dict.fromkeys(labels, 80 // len(labels)))))


def faults(first: specs.DatasetFacts, second: specs.DatasetFacts) -> tuple[specs.Fault, ...]:
    """Resolve a job on both."""
    try:
        specs.resolve(specs.read(BODY), first, draw_seed=lambda: SEED, validation=second)
    except specs.SpecFaults as error:
        return error.faults
    return ()


def test_labels_with_a_dot_are_other_labels() -> None:
    """The census tables come in two files, of which the second ends its labels with a dot."""
    (fault,) = faults(census("ds_a", "<=50K", ">50K"), census("ds_b", "<=50K.", ">50K."))

    assert (fault.code, fault.pointer) == ("spec.conflict", "/split/validation_dataset_id")
    assert "`<=50K.`" in fault.message
    assert "written `<=50K`" in fault.message


@pytest.mark.parametrize(
    ("first", "second"), [(("a", "b"), ("a", "b")), (("a", "b", "c", "d"), ("a", "b")), (("No", "Yes"), ("n", "TRUE"))]
)
def test_the_same_classes_are_accepted(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    """All of them, some of them, and another spelling of yes and no."""
    assert faults(census("ds_a", *first), census("ds_b", *second)) == ()


ASKED = {"split": {"validation_dataset_id": "ds_other"}}


def other(facts: specs.DatasetFacts, counts: dict[str, int]) -> specs.DatasetFacts:
    """Take the same columns with other classes."""
    return specs.DatasetFacts("ds_other", 60, (*facts.columns[:-1], category(facts.columns[-1].name, counts)))


def test_a_ranking_of_one_class_cannot_decide_when_to_stop() -> None:
    """The area under the curve needs rows of both; nothing would ever be the best epoch."""
    training = {"early_stopping": {"metric": "val_auc"}}

    with pytest.raises(specs.SpecFaults) as refused:
        resolve(body("churn", training=training, **ASKED), CHURN, validation=other(CHURN, {"no": 60}))

    (fault,) = refused.value.faults
    assert (fault.code, fault.pointer) == ("spec.conflict", "/training/early_stopping/metric")
    assert fault.suggestion == "val_loss"
    assert resolve(body("churn", **ASKED), CHURN, validation=other(CHURN, {"no": 60}))
