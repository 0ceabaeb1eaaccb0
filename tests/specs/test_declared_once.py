"""An option of the job body is declared once: the grammar says nothing about it that its frozen value says."""

import ast
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from datasets.recipe.features import Features
from datasets.recipe.options import option, options_of
from datasets.recipe.split import SplitSpec
from neural import EarlyStopping
from neural.fields import parameters_of
from specs.given import GivenSpec
from specs.grammar.objects import Object
from specs.resolving.notes import Notes
from specs.tables.declared import fields_of
from specs.tables.features import FEATURES
from specs.tables.split import SPLIT
from specs.tables.training import TRAINING
from specs.values import Training

ROOT = Path(__file__).parents[2]
SECTIONS = {"features": (FEATURES, Features), "split": (SPLIT, SplitSpec), "training": (TRAINING, Training)}
PLACES = ("datasets", "neural/training", "specs")  # optimizers and schedules have parameters of the same words


@dataclass(frozen=True, kw_only=True)
class MoreFeatures(Features):
    """Features with an option that there is not."""

    made_up: float = option("number", 0.5, off=0.0, minimum=0, below=1, summary="Nothing that anybody needs.")


@pytest.mark.parametrize(("table", "declared"), SECTIONS.values(), ids=SECTIONS)
def test_each_field_is_made_from_a_declared_option(table: Object, declared: type) -> None:
    """The summary is the very text that stands on the frozen value, and no field stands beside them."""
    options = {each.name: each for each in options_of(declared)}

    assert {field.name for field in table.fields} == set(options)
    for field in table.fields:
        told = options[field.name]
        assert field.summary is told.summary
        assert field.default == told.shown_default
        assert field.can_be_off == told.can_be_off


@pytest.mark.parametrize("name", SECTIONS)
def test_tables_hold_neither_summaries_nor_defaults_nor_ranges(name: str) -> None:
    """Synonyms and spellings are theirs; what they said besides would be said twice."""
    tree = ast.parse((ROOT / "specs" / "tables" / f"{name}.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]

    assert not {"Field", "Range", "Number", "Whole"} & {ast.unparse(call.func) for call in calls}
    assert not {"summary", "default", "bounds"} & {keyword.arg for call in calls for keyword in call.keywords}


def test_no_summary_of_an_option_is_written_twice() -> None:
    """What neural declares for its plan and its early stopping is taken from there."""
    written: Counter[str] = Counter()
    for file in (file for place in PLACES for file in (ROOT / place).rglob("*.py")):
        nodes = ast.walk(ast.parse(file.read_text()))
        written.update(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    declared = [*options_of(Features), *options_of(SplitSpec), *options_of(Training), *parameters_of(EarlyStopping)]

    assert {each.name: written[each.summary] for each in declared if written[each.summary] != 1} == {}


def test_a_made_up_option_needs_nothing_but_its_declaration() -> None:
    """It is a field of the grammar, is settled with its source, off by null, and stored with the others."""
    field = fields_of(MoreFeatures, synonyms={}, spellings={})[-1]
    known = [each.name for each in options_of(Features)]
    left_out = Notes(GivenSpec(body={}, posted={}))
    off = Notes(GivenSpec(body={"features": {"made_up": None}}, posted={}))

    assert {
        "name": "made_up",
        "type": "number",
        "exclusive_maximum": 1,
        "default": 0.5,
    }.items() <= field.to_json().items()
    assert left_out.take_options("features", MoreFeatures, but=known) == {"made_up": 0.5}
    assert left_out.provenance["/features/made_up"].source == "default"
    assert off.take_options("features", MoreFeatures, but=known) == {"made_up": 0.0}
    assert MoreFeatures.from_json(MoreFeatures(made_up=0.25).to_json()) == MoreFeatures(made_up=0.25)
    assert "made_up" in MoreFeatures().to_json()


def test_synonyms_of_what_is_no_option_are_refused() -> None:
    """A misspelt name would be forgotten in silence."""
    with pytest.raises(ValueError, match="`includes` is no option of Features"):
        fields_of(Features, synonyms={"includes": ("columns",)}, spellings={})
