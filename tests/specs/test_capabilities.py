"""What the service tells about itself."""

import json
from typing import Any

import pytest

import specs
from neural import vocabulary
from specs.tables.job import JOB

TOLD = specs.capabilities()


def test_it_is_plain_json() -> None:
    """It goes over HTTP as it is."""
    assert json.loads(json.dumps(TOLD, allow_nan=False))["fields"][0]["name"] == "dataset_id"


@pytest.mark.parametrize("kind", sorted(vocabulary.TABLES))
def test_every_component_is_told(kind: vocabulary.Kind) -> None:
    """A component that nobody hears of is never used."""
    names = {entry["name"] for table in TOLD.values() for entry in table}

    assert set(vocabulary.TABLES[kind]) <= names


def test_parameters_come_with_defaults_and_bounds() -> None:
    """They are what Keras 3 has."""
    adam = next(entry for entry in TOLD["optimizers"] if entry["name"] == "adam")
    beta = next(field for field in adam["parameters"] if field["name"] == "beta_1")

    assert (beta["default"], beta["minimum"], beta["exclusive_maximum"]) == (0.9, 0, 1)


@pytest.mark.parametrize("field", JOB.fields, ids=lambda field: str(field.name))
def test_every_field_says_what_it_is_for(field: Any) -> None:
    """Docs are made from these sentences."""
    described = [field, *getattr(field.type, "fields", ())]

    assert all(found.summary.endswith(".") and found.summary[0].isupper() for found in described)


def test_no_name_has_two_meanings() -> None:
    """A synonym that is a field elsewhere in its object would hide that field."""
    for part in (JOB, *(field.type for field in JOB.fields if hasattr(field.type, "fields"))):
        names = [name for field in part.fields for name in (field.name, *field.synonyms)]
        names += [*part.later, *part.refused]

        assert len(names) == len(set(names)), part.title
