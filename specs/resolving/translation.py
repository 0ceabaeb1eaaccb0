"""Texts to be translated: the column that is read, its tokens, and the small transformer that is used unless asked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from datasets import Column, Kind
from datasets.errors import TooFewRows
from datasets.preprocessing.text_encoding import TextEncoding, fit_texts, unit_for
from datasets.recipe.features import UNITS, Features
from datasets.recipe.options import options_of
from neural.layers import LAYERS
from specs.facts import DatasetFacts
from specs.grammar.reading import ABSENT
from specs.grammar.wording import counted, listed
from specs.resolved import Origin, Provenance
from specs.resolving.answers.candidates import MOST_SHOWN
from specs.resolving.answers.target import Goal
from specs.resolving.data.columns import known_columns
from specs.resolving.network.layers import settle_layers
from specs.resolving.notes import Notes
from specs.values import Layer, NetworkSpec

TRANSLATION = "translation"
LONGEST = 1024  # steps of source and target together: attention's work grows with their square
FEATURES, HEADS, BLOCKS = 64, 4, 2  # of the transformer that is used unless another network is given
UNREADABLE = frozenset({Kind.VECTOR, Kind.IMAGE, Kind.CONSTANT, Kind.EMPTY})
ELSEWHERE = ("include", "exclude", "kinds", "tokenizer", "max_vocabulary")  # what is settled for texts
FIXED: Mapping[str, Any] = {
    **{option.name: option.default for option in options_of(Features) if option.name not in ELSEWHERE},
    "scaling": "none",
    "missing": "drop",
    "indicators": False,
    "target_scaling": "none",
}
"""What the fields for numbers and categories say where there are only texts."""


def settle_texts(notes: Notes, facts: DatasetFacts, goal: Goal) -> tuple[Features, Goal] | None:
    """Return the features and the goal with its vocabulary; None when what is wrong leaves nothing to go on with."""
    source = _source(notes, facts, goal.column.name)
    if source is None or facts.pairs is None:
        return None
    try:
        before, after = facts.pairs(source.name, goal.column.name)
    except TooFewRows as error:
        notes.fault(error.code, error.message, ("target",), found=error.found, expected=str(error.expected))
        return None
    unit, reason = unit_for(after)
    tokenizer = notes.take("features", "tokenizer", otherwise=unit, reason=reason) or unit
    most = notes.take("features", "max_vocabulary", otherwise=20_000) or 20_000
    text = fit_texts(before, after, source.name, unit=tokenizer, max_tokens=most)
    if not _is_short(notes, text, tokenizer):
        return None
    excluded = tuple(c.name for c in facts.columns if c.name not in {source.name, goal.column.name})
    _explain(notes, source.name, excluded)
    features = Features(
        include=(source.name,),
        exclude=excluded,
        kinds={source.name: "text"},
        tokenizer=tokenizer,
        max_vocabulary=most,
        **FIXED,
    )
    return features, replace(goal, text=text, rows=len(before), counts=None)


def settle_translator(notes: Notes, goal: Goal, text: TextEncoding, *, link: str) -> NetworkSpec:
    """Return the layers: those given, checked to be of use for writing step by step, else a small transformer."""
    given = notes.given.find("network", "layers")
    if given is not ABSENT:
        network = settle_layers(notes, goal, given, link=link, input_shape=(text.steps,))
        for index, layer in enumerate(network.layers):
            _check(notes, index, layer, text)
        return network
    for key in ("hidden", "activation", "dropout", "batch_norm", "init"):
        found = notes.given.find("network", key)
        if found is not ABSENT and found is not False:
            notes.fault(
                "spec.conflict",
                f"`{key}` describes dense layers, which read no texts.",
                ("network", key),
                found=found,
                hint="Leave it out for a small transformer, or write `layers`.",
                patch={"network": {key: None}},
            )
    network = settle_layers(notes, goal, transformer(len(text.tokens)), link=link, input_shape=(text.steps,))
    why = f"a small causal transformer: {counted(len(text.tokens))} tokens, at most {text.steps} steps"
    for pointer in [key for key in notes.provenance if key.startswith("/network/layers")]:
        notes.provenance[pointer] = Provenance("inferred", why)
    return network


def transformer(words: int) -> list[dict[str, Any]]:
    """Write the layers of a transformer that sees nothing later and normalises before each part.

    Sources: Vaswani et al. 2017; Xiong et al. 2020 for the place of the normalisation.
    """
    layers: list[dict[str, Any]] = [
        {"type": "embedding", "name": "tokens", "input_dim": words, "output_dim": FEATURES, "mask_zero": True},
        {"type": "positional_embedding", "name": "positions"},
    ]
    value = "positions"
    for block in range(1, BLOCKS + 1):
        attention = {"num_heads": HEADS, "key_dim": FEATURES // HEADS, "causal": True}
        layers += [
            {"type": "layer_normalization", "name": f"norm_{block}a", "inputs": [value]},
            {"type": "multi_head_attention", "name": f"attention_{block}", **attention},
            {"type": "add", "name": f"add_{block}a", "inputs": [value, f"attention_{block}"]},
            {"type": "layer_normalization", "name": f"norm_{block}b"},
            {"type": "dense", "name": f"wide_{block}", "units": 4 * FEATURES, "activation": {"name": "relu"}},
            {"type": "dense", "name": f"narrow_{block}", "units": FEATURES},
            {"type": "add", "name": f"add_{block}b", "inputs": [f"add_{block}a", f"narrow_{block}"]},
        ]
        value = f"add_{block}b"
    layers += [
        {"type": "layer_normalization", "name": "norm"},
        {"type": "dense", "name": "words", "units": words, "activation": {"name": "softmax"}},
    ]
    return layers


def _source(notes: Notes, facts: DatasetFacts, target: str) -> Column | None:
    named = {key: known_columns(notes, facts, key, (target,)) for key in ("include", "exclude")}
    if notes.refused("features") or any(fault.pointer.startswith("/features") for fault in notes.faults):
        return None
    _refuse_others(notes)
    excluded = named["exclude"] or set()
    others = [c for c in facts.columns if c.name not in {target, *excluded} and c.kind not in UNREADABLE]
    texts = [column for column in others if not column.numeric]
    if named["include"] is not None:
        others = [column for column in others if column.name in named["include"]]
        texts = others
    found = others if len(others) == 1 else texts
    if len(found) == 1:
        return found[0]
    notes.fault(
        "spec.conflict",
        f"A translation reads one column of texts, and {len(found)} could be meant.",
        ("features", "include"),
        found=len(found),
        allowed=tuple(column.name for column in found)[:MOST_SHOWN],
        expected="a list with the name of one column",
        hint=f"Likely ones are {listed(tuple(c.name for c in found))}." if found else "No other column holds texts.",
        suggestion=[found[0].name] if found else None,
        patch={"features": {"include": [found[0].name]}} if found else None,
    )
    return None


def _refuse_others(notes: Notes) -> None:
    """Refuse what speaks of numbers and categories; a resolved spec says what FIXED says."""
    for key, value in FIXED.items():
        given = notes.given.find("features", key)
        if given is not ABSENT and given != value:
            notes.fault(
                "spec.conflict",
                f"`{key}` is for numbers and categories, and a translation reads texts.",
                ("features", key),
                found=given,
                hint="Leave it out.",
                suggestion=value,
            )
        notes.note(("features", key), "inferred" if given is ABSENT else "given", "texts are read as tokens")


def _is_short(notes: Notes, text: TextEncoding, tokenizer: str) -> bool:
    if text.steps <= LONGEST:
        return True
    notes.fault(
        "spec.too_big",
        f"The longest texts have {counted(text.source_length)} and {counted(text.target_length)} {tokenizer}s; "
        f"together they must be at most {counted(LONGEST - 1)}.",
        ("features", "tokenizer"),
        found=tokenizer,
        expected=f"at most {LONGEST - 1} {tokenizer}s",
        hint="Cut the texts into sentences before they are uploaded.",
        suggestion=UNITS[0] if tokenizer != UNITS[0] else None,
    )
    return False


def _explain(notes: Notes, source: str, excluded: tuple[str, ...]) -> None:
    for key, names, why in (("include", (source,), "the texts to read"), ("exclude", excluded, "not translated")):
        origin: Origin = "given" if notes.given.find("features", key) is not ABSENT else "inferred"
        for index, _ in enumerate(names):
            notes.note(("features", key, index), origin, None if origin == "given" else why)
        if not names:
            notes.note(("features", key), origin, None if origin == "given" else "no column")
    given = notes.given.find("features", "kinds")
    notes.note(("features", "kinds", source), "inferred" if given is ABSENT else "given", "translated")


def _check(notes: Notes, index: int, layer: Layer, text: TextEncoding) -> None:
    """Note a fault where a layer knows too few tokens, or sees what is to be written."""
    path = ("network", "layers", index)
    if layer.type == "embedding" and index == 0 and layer.parameters["input_dim"] < len(text.tokens):
        notes.fault(
            "spec.out_of_range",
            f"`{layer.name}` knows {counted(layer.parameters['input_dim'])} tokens; the texts have "
            f"{counted(len(text.tokens))}.",
            (*path, "input_dim"),
            found=layer.parameters["input_dim"],
            expected=f"at least {len(text.tokens)}",
            suggestion=len(text.tokens),
        )
    ahead = _looks_ahead(layer)
    if ahead is not None:
        key, value = ahead
        notes.fault(
            "spec.conflict",
            f"`{layer.name}` sees later steps, but a translation is written step by step.",
            (*path, key),
            found=layer.parameters[key],
            expected=f"{key}: {str(value).lower() if isinstance(value, bool) else value}",
            suggestion=value,
        )


def _looks_ahead(layer: Layer) -> tuple[str, object] | None:
    """Return the parameter by which a layer sees later steps, and what it must be."""
    parameters = layer.parameters
    if layer.type == "multi_head_attention" and not parameters["causal"]:
        return "causal", True
    if layer.type == "conv1d" and parameters["padding"] != "causal" and parameters["kernel_size"] != 1:
        return "padding", "causal"
    if layer.type in LAYERS:
        return next(((key, False) for key in ("bidirectional", "go_backwards") if parameters.get(key)), None)
    return None
