"""Names that other tools have for what is not here: no misspellings, so nothing that only looks alike is suggested."""

from collections.abc import Collection, Mapping
from typing import Final

from neural.vocabulary import Kind

ELSEWHERE: Final[Mapping[Kind, Mapping[str, str | None]]] = {
    "layer": {
        "additiveattention": None,
        "attention": "multi_head_attention",
        "averagepooling3d": None,
        "categoryencoding": None,
        "conv3d": None,
        "conv3dtranspose": None,
        "convlstm1d": None,
        "convlstm2d": None,
        "convlstm3d": None,
        "cropping3d": None,
        "discretization": None,
        "einsumdense": None,
        "globalaveragepooling3d": None,
        "globalmaxpooling3d": None,
        "groupqueryattention": None,
        "grucell": "gru",
        "hashing": None,
        "integerlookup": None,
        "lstmcell": "lstm",
        "maxpooling3d": None,
        "randombrightness": None,
        "randomcontrast": None,
        "randomcrop": None,
        "randomflip": None,
        "randomrotation": None,
        "randomtranslation": None,
        "randomzoom": None,
        "resizing": None,
        "reversibleembedding": "embedding",
        "rnn": "simple_rnn",
        "simplernncell": "simple_rnn",
        "spatialdropout3d": "dropout",
        "spectralnormalization": None,
        "stackedrnncells": None,
        "stringlookup": None,
        "textvectorization": None,
        "upsampling3d": None,
        "zeropadding3d": None,
    },
    "activation": {
        "glu": None,
        "hardshrink": None,
        "softshrink": None,
        "sparsemax": "softmax",
        "sparsesigmoid": "hard_sigmoid",
        "tanhshrink": None,
        "threshold": None,
    },
    "loss": {
        "circle": None,
        "ctc": None,
        "dice": None,
        "tversky": None,
    },
    "optimizer": {"muon": None, "schedulefreeadamw": "adamw"},
}
"""By kind, in small letters without separators: what means nearly the same here, or None where nothing does."""


def near(kind: Kind, word: str, known: Collection[str]) -> tuple[bool, str | None]:
    """Tell whether a word is a name elsewhere, and what among the known ones means nearly the same."""
    names, plain = ELSEWHERE.get(kind, {}), plain_letters(word)
    meant = names.get(plain)
    return plain in names, meant if meant in known else None


def plain_letters(word: str) -> str:
    """Write a name as the table has it: `SpatialDropout1D` and `spatial_dropout_1d` are one."""
    return "".join(letter for letter in word.lower() if letter.isalnum())
