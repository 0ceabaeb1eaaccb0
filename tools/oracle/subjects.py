"""What Keras has, and a network of this service has not, by decision: calls of it are counted apart, each with why."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

FEW_BITS = "numbers of few bits"
THREE_AXES = "rows of more than three axes"
CHANNELS_FIRST = "channels first"
PREPARING = "images changed, tables of words and bins"
AT_RANDOM = "draws at random"
STATES = "states between calls"
CODE = "code of the caller's own"
SEVERAL = "several numbers in place of one"
CUT = "areas over 200 thresholds"
IMPOSSIBLE = "values that no network gives here"
WEIGHED = "metrics of weighed rows"
BESIDE = "what stands beside an optimizer's rule"

SUBJECTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        FEW_BITS: "float16, bfloat16 and quantised weights: everything here is float32 or float64. Tests that say "
        "int4, quantize, lora, gptq or awq in their names are not run at all.",
        THREE_AXES: "Videos and volumes, layers of three dimensions, lists of images: a row here is a vector, a "
        "sequence or an image.",
        CHANNELS_FIRST: "`data_format: channels_first`: images here are (height, width, channels); the reader refuses "
        "the other layout and says so.",
        PREPARING: "Layers of `keras.layers.preprocessing` but Rescaling and Normalization: `features` and "
        "`training.augmentation` do this before the network.",
        AT_RANDOM: "Dropout and noise while training: two frameworks draw other numbers. Means and spreads have tests "
        "of their own.",
        STATES: "`stateful`, `return_state`, `initial_state`, single cells: a prediction here remembers nothing of the "
        "one before.",
        CODE: "Lambda, RNN over a cell of one's own, MeanMetricWrapper: nobody's code is run here.",
        SEVERAL: "Metrics with a list of thresholds, or one number for each class or output: a metric here is one "
        "number; an evaluation shows each class, and curves over all thresholds.",
        CUT: "AUC: Keras sums up over 200 thresholds, here it is exact; both are right to what they say.",
        IMPOSSIBLE: "Empty values, scalars, texts, missing gradients, shares that do not sum to 1: they cannot come "
        "from rows, or from the layer that a loss stands behind.",
        WEIGHED: "`training.sample_weight` weighs the loss of training alone; metrics count every row once "
        "(docs/steering.md).",
        BESIDE: "Schedules, clipping, moving averages, constraints: held against Keras in whole trainings "
        "(`tests/neural/test_keras_parity.py`), not by single steps.",
    }
)


class Outside(Exception):
    """A call is of another subject, by its name in the table."""

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.subject = subject


READ = frozenset({"Rescaling", "Normalization"})
CALLERS_OWN = frozenset({"Lambda", "RNN", "StackedRNNCells"})
DRAWING = frozenset({"Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout",
                     "AlphaDropout"})  # fmt: skip
LEAST_WIDTH = 4  # bytes


def check_layer(layer: Any, values: list[Any], options: Mapping[str, Any], *, training: bool) -> None:
    """Raise Outside where a call of a layer is of another subject."""
    name, config = type(layer).__name__, _config(layer)
    inner = config.get("layer", {}).get("config", {}) if isinstance(config.get("layer"), Mapping) else {}
    settings = {**inner, **config}
    for subject, is_of_it in (
        (FEW_BITS, str(layer.compute_dtype) not in {"float32", "float64"} or settings.get("quantization_config")),
        (PREPARING, ".preprocessing." in type(layer).__module__ and name not in READ),
        (STATES, name.endswith("Cell") or settings.get("stateful") or settings.get("return_state")),
        (STATES, options.get("initial_state") is not None),
        (CODE, name in CALLERS_OWN),
        (THREE_AXES, "3D" in name or "ConvLSTM" in name or any(value.ndim > 4 for value in values)),
        (CHANNELS_FIRST, settings.get("data_format") == "channels_first"),
        (IMPOSSIBLE, any(not value.size or value.dtype.kind not in "fiub" for value in values)),
        (AT_RANDOM, training and _draws(name, settings)),
    ):
        if is_of_it:
            raise Outside(subject)


def _config(layer: Any) -> dict[str, Any]:
    """Give what a layer says of itself; one that cannot is of its test's own making."""
    try:
        config: dict[str, Any] = layer.get_config()
    except (TypeError, ValueError) as error:
        raise Outside(CODE) from error
    return config


def _draws(name: str, settings: Mapping[str, Any]) -> bool:
    rates = (settings.get(key) for key in ("dropout", "recurrent_dropout"))
    return name in DRAWING or any(rates)


def check_width(dtype: object) -> None:
    """Raise Outside for numbers of few bits."""
    if str(dtype) not in {"float32", "float64"}:
        raise Outside(FEW_BITS)
