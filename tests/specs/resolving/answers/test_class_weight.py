"""Classes are weighed by their labels, in any of the ways in which these are shown."""

from typing import Any

import pytest

import specs
from tests.specs.facts import category, faults_of, number, resolve

BODY: dict[str, Any] = {"dataset_id": "ds_any", "target": "t"}


def facts(counts: dict[str, int], **more: Any) -> specs.DatasetFacts:
    """Describe a table with a target of these classes."""
    return specs.DatasetFacts("ds_any", sum(counts.values()), (number("x"), category("t", counts)), **more)


@pytest.mark.parametrize(
    ("labels", "given", "meant"),
    [
        (("0", "1"), "1.0", "1"),
        (("no", "yes"), "True", "yes"),
        (("false", "true"), "1", "true"),
        (("<=50K", ">50K"), ">50k.", ">50K"),
        (("New York", "Rome"), " new  york", "New York"),
    ],
)
def test_a_label_in_another_spelling_is_the_class(labels: tuple[str, str], given: str, meant: str) -> None:
    """It is read as the only class that it can mean, and that is said."""
    resolved = resolve({**BODY, "training": {"class_weight": {given: 3}}}, facts(dict.fromkeys(labels, 50)))

    weights = resolved.spec.training.class_weight
    assert weights == {**dict.fromkeys(labels, 1.0), meant: 3.0}
    assert [warning.code for warning in resolved.warnings] == ["spec.rewritten"]


@pytest.mark.parametrize(
    ("labels", "given"),
    [
        (("Yes", "yes", "no"), {"YES": 3}),
        (("a", "b"), {"a": 1, "A": 3}),
        (("a", "b"), {"c": 3}),
    ],
    ids=["two could be meant", "given twice", "none"],
)
def test_what_could_mean_several_classes_is_refused(labels: tuple[str, ...], given: dict[str, float]) -> None:
    """Nothing is guessed."""
    (fault,) = faults_of({**BODY, "training": {"class_weight": given}}, facts(dict.fromkeys(labels, 40)))

    assert fault.code == "spec.unknown_choice"


def test_classes_beyond_the_statistics_are_counted() -> None:
    """The statistics of a column hold twenty values."""
    counts = {f"c{place}": 20 for place in range(40)}
    wished = {**BODY, "training": {"class_weight": "balanced"}}

    weights = resolve(wished, facts(counts, labels=lambda _: counts)).spec.training.class_weight

    assert weights == dict.fromkeys(counts, 1.0)
