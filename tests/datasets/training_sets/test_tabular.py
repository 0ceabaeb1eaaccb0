"""Only rows with an answer are learned from."""

import numpy as np
import pytest

from datasets import prepare_examples
from datasets.errors import (
    TargetMissing,
)
from tests.datasets.conftest import Parse
from tests.datasets.recipes import recipe


def test_rows_without_an_answer_are_left_out(parse: Parse) -> None:
    """They can be predicted later, but there is nothing to learn from them."""
    table = parse("x,y\n" + "".join(f"{i},{['p', 'q', ''][i % 3]}\n" for i in range(30)))

    prepared = prepare_examples(table.arrow, table.columns, recipe("y", "binary", seed=3))

    used = np.concatenate([prepared.split.training, prepared.split.validation])
    assert prepared.dropped_rows == 10
    assert (used % 3 != 2).all()
    assert (prepared.training_x.shape, prepared.validation_y.shape) == ((16, 1), (4, 1))


def test_a_table_without_answers_is_refused(parse: Parse) -> None:
    """An all-empty target is told as that."""
    table = parse("x,y\n1,\n2,\n3,\n")

    with pytest.raises(TargetMissing):
        prepare_examples(table.arrow, table.columns, recipe("y", "binary", seed=3))
