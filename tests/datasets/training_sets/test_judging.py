"""Any table can be judged on: its rows are encoded as in training, and faults are told by its own rows."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from datasets import Limits, Preprocessing, encode_answers, encode_inputs, input_blocks, parse_csv, prepare_examples
from datasets.errors import ColumnsChanged, NotNumeric
from datasets.preprocessing.encodings import TargetEncoding
from tests.datasets.recipes import recipe

TABLE = "age,city,ill\n" + "".join(
    f"{20 + n},{('Lyon', 'Bern')[n % 2]},{('no', 'yes')[n % 3 == 0]}\n" for n in range(30)
)


@pytest.fixture
def fitted(tmp_path: Path) -> Preprocessing:
    """Fit to ages and cities."""
    file = tmp_path / "table.csv"
    file.write_text(TABLE)
    table = parse_csv(file, limits=Limits())
    return prepare_examples(table.arrow, table.columns, recipe("ill", "binary")).preprocessing


def target_of(fitted: Preprocessing) -> TargetEncoding:
    """Narrow the target to that of one column."""
    assert isinstance(fitted.target, TargetEncoding)
    return fitted.target


def test_rows_are_encoded_as_in_training(fitted: Preprocessing) -> None:
    """Other columns are ignored, whatever their order; only the rows that are asked for are there."""
    table = pa.table({"name": ["a", "b", "c"], "city": ["Bern", None, "Lyon"], "age": [30.0, 31.0, 32.0]})

    x = encode_inputs(table, fitted, np.array([0, 2]))

    assert np.array_equal(x, fitted.transform([{"age": 30, "city": "Bern"}, {"age": 32, "city": "Lyon"}]))


def test_a_column_that_is_absent_is_named(fitted: Preprocessing) -> None:
    """The answer names what lacks."""
    with pytest.raises(ColumnsChanged, match="The table lacks `city`"):
        encode_inputs(pa.table({"age": [1.0]}), fitted, np.array([0]))


def test_a_bad_cell_is_told_by_its_row_in_the_table(fitted: Preprocessing) -> None:
    """Rows without an answer were left out before, and count all the same."""
    table = pa.table({"age": ["20", "21", "old"], "city": ["Lyon"] * 3})

    with pytest.raises(ColumnsChanged, match="data row 3 holds `old`"):
        encode_inputs(table, fitted, np.array([0, 2]))


def test_lists_where_single_values_are_wanted_are_refused(fitted: Preprocessing) -> None:
    """Nothing could be made of them."""
    lists = pa.array([[1.0, 2.0]], pa.list_(pa.float32(), 2))

    with pytest.raises(ColumnsChanged, match="`age` holds lists of 2 numbers; the model was trained on single values"):
        encode_inputs(pa.table({"age": lists, "city": ["Lyon"]}), fitted, np.array([0]))


def test_answers_become_class_numbers_in_any_spelling(fitted: Preprocessing) -> None:
    """Yes is 1, as in training."""
    table = pa.table({"ill": ["Yes", None, "no", "yes"]})

    (answers,) = encode_answers(table, target_of(fitted), np.array([0, 2, 3]))

    assert answers.tolist() == [1, 0, 1]


def test_a_class_that_the_model_does_not_know_is_told_by_its_row(fitted: Preprocessing) -> None:
    """There would be no answer that is right."""
    table = pa.table({"ill": ["yes", None, "perhaps"]})

    with pytest.raises(ColumnsChanged, match="`ill` holds `perhaps` in row 3") as caught:
        encode_answers(table, target_of(fitted), np.array([0, 2]))

    assert caught.value.expected == "no, yes"


def test_numbers_stay_in_the_units_of_the_file() -> None:
    """Errors are told in them; what is no number is refused by its row."""
    target = TargetEncoding(column="price", task="regression", mean=100.0, scale=10.0)

    (answers,) = encode_answers(pa.table({"price": [90.0, None, 130.0]}), target, np.array([0, 2]))

    assert answers.tolist() == [90, 130]
    with pytest.raises(NotNumeric, match="data row 2 holds `dear`"):
        encode_answers(pa.table({"price": ["90", "dear"]}), target, np.array([0, 1]))


def test_each_column_has_its_place_among_the_inputs(fitted: Preprocessing) -> None:
    """A category takes several inputs, which belong together."""
    blocks = input_blocks(fitted.features)

    names = {column: fitted.feature_names[block] for column, block in blocks}
    assert all(name.startswith(column) for column, each in names.items() for name in each)
    assert sum(block.stop - block.start for _, block in blocks) == fitted.width
