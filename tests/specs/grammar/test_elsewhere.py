"""Names of other tools that are not here: what is suggested in their place is, is another, and is accepted."""

from typing import Any

import pytest

from neural import vocabulary
from neural.vocabulary import Kind
from specs.grammar.elsewhere import ELSEWHERE, plain_letters
from specs.grammar.spellings import CHOICES
from specs.keras.tables import FUNCTIONS, LAYERS
from tests.neural.test_vocabulary import REQUIRED
from tests.specs.facts import body, faults_of

WORDS = [(kind, word) for kind, words in ELSEWHERE.items() for word in words]
SUGGESTED = [(kind, word) for kind, word in WORDS if ELSEWHERE[kind][word] is not None]


def known(kind: Kind) -> set[str]:
    """Give every spelling of what is here: of layers the classes of Keras, since those names are looked up there."""
    table = vocabulary.TABLES[kind].values()
    own = {name for entry in table for name in (entry.name, *entry.aliases)} | set(CHOICES.get(kind, {}))
    return {plain_letters(name) for name in ({*LAYERS, *FUNCTIONS} if kind == "layer" else own)}


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_what_is_here_is_not_elsewhere(kind: Kind) -> None:
    """Whoever adds a component strikes it from the list."""
    assert not set(ELSEWHERE[kind]) & known(kind)


def said(kind: Kind, name: str, like: str) -> dict[str, Any]:
    """Write a job with a component of this name, and the parameters of another one."""
    if kind == "layer":
        own = {"type": name, **REQUIRED.get(like, {})}
        layers = [own, {"type": "flatten"}, {"type": "dense", "units": "auto"}]
        reads_steps = like in {"gru", "lstm", "simple_rnn", "multi_head_attention"}
        features = {"features": {"reshape": [4, 1]}} if reads_steps else {}
        return body(network={"layers": layers}, **features)
    if kind == "activation":
        return body(network={"hidden": [4], "activation": name})
    return body(training={kind: name})


@pytest.mark.parametrize(("kind", "word"), SUGGESTED)
def test_a_suggestion_is_accepted_as_it_stands(kind: Kind, word: str) -> None:
    """Who puts it in the place of the name that was refused has a job."""
    meant = str(ELSEWHERE[kind][word])

    faults = faults_of(said(kind, word, like=meant))
    suggested = {fault.suggestion for fault in faults if fault.code == "spec.unknown_choice"}

    assert suggested in ({meant}, set())  # the long form may know the name itself, as it does `attention`
    assert plain_letters(meant) != word
    assert faults_of(said(kind, meant, like=meant)) == ()


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, word in WORDS if (kind, word) not in SUGGESTED])
def test_where_nothing_is_near_nothing_is_suggested(kind: Kind, word: str) -> None:
    """What only looks alike would train another network."""
    (fault,) = faults_of(said(kind, word, like=word))

    assert fault.code in {"spec.unknown_choice", "spec.not_supported_yet"}
    assert fault.suggestion is None
