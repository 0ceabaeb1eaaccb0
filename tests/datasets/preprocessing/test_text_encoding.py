"""Texts become ids, rows to go on with, and texts again."""

import numpy as np
import pytest

from datasets.errors import ColumnsChanged
from datasets.preprocessing.preprocessing import Preprocessing
from datasets.preprocessing.text_encoding import (
    END,
    PADDING,
    SEPARATOR,
    SPECIAL,
    UNKNOWN,
    TextEncoding,
    fit_texts,
    unit_for,
)
from datasets.training_sets.translation import as_preprocessing

SOURCES, TARGETS = ["one two", "two", "two three one"], ["eins zwei", "zwei", "zwei drei eins"]


@pytest.fixture
def encoding() -> TextEncoding:
    """The vocabulary of three pairs."""
    return fit_texts(SOURCES, TARGETS, "english", unit="word", max_tokens=100)


def test_the_most_frequent_tokens_come_first_and_ties_by_their_letters(encoding: TextEncoding) -> None:
    """The order decides which output stands for which word, so it must be the same on every machine."""
    assert encoding.tokens == (*SPECIAL, "two", "zwei", "eins", "one", "drei", "three")
    assert (encoding.source_length, encoding.target_length, encoding.steps) == (3, 3, 7)


def test_a_row_is_source_separator_target_end(encoding: TextEncoding) -> None:
    """The network reads all but the last id, and learns what follows from the separator on."""
    x, y = encoding.pairs(["one two"], ["eins zwei"])

    one, two, eins, zwei = (encoding.tokens.index(word) for word in ("one", "two", "eins", "zwei"))
    assert x[0].tolist() == [one, two, SEPARATOR, eins, zwei, END, PADDING]
    assert y[0].tolist() == [-1, -1, eins, zwei, END, -1, -1]


def test_a_row_to_go_on_with_is_what_training_showed_before_the_target(encoding: TextEncoding) -> None:
    """A prefix that differs from training in one place gives nonsense, and nothing else tells."""
    fitted = as_preprocessing(encoding, "german", ())
    x, _ = encoding.pairs(SOURCES, TARGETS)

    prefixes = fitted.transform([{"english": text} for text in SOURCES])

    for row, prefix in zip(x, prefixes, strict=True):
        length = int((prefix != PADDING).sum())
        assert prefix[:length].tolist() == row[:length].tolist()
        assert prefix[length - 1] == SEPARATOR


def test_what_was_written_is_read_up_to_its_end(encoding: TextEncoding) -> None:
    """Behind the end stands whatever the network says after it."""
    x, _ = encoding.pairs(SOURCES, TARGETS)
    x[0, -1] = SEPARATOR

    assert encoding.read(x.astype(int)) == TARGETS


def test_rare_tokens_are_unknown() -> None:
    """A vocabulary has a limit; what lies beyond is one token."""
    small = fit_texts(["a a b", "a c"], ["x", "x"], "s", unit="word", max_tokens=6)

    assert small.tokens == (*SPECIAL, "a", "x")
    assert small.ids("a b x") == [4, UNKNOWN, 5]


@pytest.mark.parametrize(
    ("texts", "unit"),
    [(["drei hundert", "eins"], "word"), (["2024-01-02", "2024-01-03"], "character"), ([], "character")],
)
def test_texts_with_spaces_are_written_word_by_word(texts: list[str], unit: str) -> None:
    """Numbers in words have some, dates in digits have none."""
    assert unit_for(texts)[0] == unit


def test_characters_keep_their_spaces() -> None:
    """Cut and glued again, a text is the same."""
    encoding = fit_texts(["a b"], ["c  d"], "s", unit="character", max_tokens=50)
    _, y = encoding.pairs(["a b"], ["c  d"])

    rows = np.where(y >= 0, y, 0)
    written = [[SEPARATOR, *row[row > 0].tolist()] for row in rows]

    assert encoding.read(np.array(written)) == ["c  d"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("one two three one", "has 4 words; the longest text of training had 3"),
        ("  ", "has 0 words"),
        (None, "must be text"),
        (["one"], "is a list, but must be text"),
        (True, "is true or false, but must be text"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused_with_its_place(encoding: TextEncoding, value: object, said: str) -> None:
    """Cutting a text silently would translate something else."""
    fitted = as_preprocessing(encoding, "german", ())

    with pytest.raises(ColumnsChanged, match=said) as raised:
        fitted.transform([{"english": "one"}, {"english": value}])

    assert raised.value.position is not None
    assert (raised.value.position.row, raised.value.position.name) == (2, "english")


def test_what_is_kept_with_the_model_reads_as_it_was(encoding: TextEncoding) -> None:
    """Through JSON and back, the same rows give the same ids and the same texts."""
    fitted = as_preprocessing(encoding, "german", ())

    again = Preprocessing.from_json(fitted.to_json())

    assert again == fitted
    assert (again.input_shape, again.output_shape) == ((7,), (7, 10))
    assert again.decode(encoding.pairs(["one"], ["eins"])[0].astype(int)) == [{"text": "eins"}]
