"""Names that other tools have for what is not here: no misspellings, so nothing that only looks alike is suggested."""

from collections.abc import Collection, Mapping
from typing import Final

from neural.vocabulary import Kind

ELSEWHERE: Final[Mapping[Kind, Mapping[str, str | None]]] = {
    "layer": {
        "activityregularization": None,
        "adaptiveaveragepooling1d": None,
        "adaptiveaveragepooling2d": None,
        "adaptivemaxpooling1d": None,
        "adaptivemaxpooling2d": None,
        "additiveattention": "multi_head_attention",
        "alphadropout": "dropout",
        "attention": "multi_head_attention",
        "average": None,
        "averagepooling3d": None,
        "categoryencoding": None,
        "conv3d": None,
        "conv3dtranspose": None,
        "convlstm1d": None,
        "convlstm2d": None,
        "convlstm3d": None,
        "cropping1d": "slice",
        "cropping2d": None,
        "cropping3d": None,
        "depthwiseconv1d": "conv1d",
        "discretization": None,
        "dot": None,
        "einsumdense": "dense",
        "gaussiandropout": "gaussian_noise",
        "globalaveragepooling3d": None,
        "globalmaxpooling3d": None,
        "groupnormalization": "layer_normalization",
        "groupqueryattention": "multi_head_attention",
        "grucell": "gru",
        "hashing": None,
        "identity": None,
        "integerlookup": None,
        "lstmcell": "lstm",
        "masking": None,
        "maxpooling3d": None,
        "maximum": None,
        "minimum": None,
        "permute": None,
        "randombrightness": None,
        "randomcontrast": None,
        "randomcrop": None,
        "randomflip": None,
        "randomrotation": None,
        "randomtranslation": None,
        "randomzoom": None,
        "repeatvector": None,
        "resizing": None,
        "reversibleembedding": "embedding",
        "rmsnormalization": "layer_normalization",
        "rnn": "simple_rnn",
        "separableconv1d": "conv1d",
        "simplernncell": "simple_rnn",
        "spatialdropout1d": "dropout",
        "spatialdropout2d": "dropout",
        "spatialdropout3d": "dropout",
        "spectralnormalization": None,
        "stackedrnncells": None,
        "stringlookup": None,
        "subtract": None,
        "textvectorization": None,
        "unitnormalization": None,
        "upsampling1d": None,
        "upsampling2d": None,
        "upsampling3d": None,
        "zeropadding1d": None,
        "zeropadding2d": None,
        "zeropadding3d": None,
    },
    "activation": {
        "celu": "elu",
        "glu": None,
        "hardshrink": None,
        "hardsilu": "silu",
        "hardswish": "silu",
        "hardtanh": "tanh",
        "logsigmoid": None,
        "relu6": None,
        "softshrink": None,
        "sparsemax": "softmax",
        "sparseplus": "softplus",
        "sparsesigmoid": "hard_sigmoid",
        "squareplus": "softplus",
        "tanhshrink": None,
        "threshold": None,
    },
    "loss": {
        "categoricalgeneralizedcrossentropy": "categorical_crossentropy",
        "circle": None,
        "cosinesimilarity": None,
        "ctc": None,
        "dice": None,
        "meansquaredlogarithmicerror": None,
        "tversky": None,
    },
    "optimizer": {"adafactor": None, "ftrl": None, "lamb": None, "muon": None, "schedulefreeadamw": "adamw"},
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
