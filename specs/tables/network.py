"""The network: sizes of hidden layers, or every layer with its parameters."""

from collections.abc import Mapping
from typing import Any

from neural.layers.shared.mask_use import CURRENT, FIRST
from specs.grammar.components import MOST_UNITS, Component
from specs.grammar.containers import ListOf
from specs.grammar.fields import AUTO, Field
from specs.grammar.numbers import Number, Range, Whole
from specs.grammar.objects import Exclusion, Object
from specs.grammar.reading import Location
from specs.grammar.scalars import Flag
from specs.keras.reading import KerasModel

MOST_LAYERS = 256
LAYER = Component("layer", key="type", as_text=False)


def _list_of_sizes(key: str, value: object, siblings: Mapping[str, object]) -> str | None:
    """Read `"layers": [64, 32]` as the hidden layers."""
    is_sizes = isinstance(value, list) and value and all(isinstance(size, int) for size in value)
    return "hidden" if key == "layers" and is_sizes and "hidden" not in siblings else None


def _as_layers(read: dict[str, Any], place: Location) -> None:
    """Go on with the layers that a Keras model says."""
    model = read.pop("keras", None)
    if model is not None:
        place.diagnostics.origins["/network/layers"] = place.diagnostics.origins.get("/network/keras", "/network/keras")
        read["layers"] = model["layers"]
        if model["input_shape"] is not None:
            read["input_shape"] = list(model["input_shape"])
        if model["frozen"]:
            read["frozen"] = model["frozen"]


NETWORK = Object(
    title="network",
    fields=(
        Field(
            name="hidden",
            type=ListOf(item=Whole(bounds=Range(minimum=1, maximum=MOST_UNITS), typical=64), max_length=MOST_LAYERS),
            summary="Units of each hidden layer; the output layer follows from the target.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("hidden_layer_sizes", "hidden_layers", "hidden_units"),
        ),
        Field(
            name="activation",
            type=Component("activation"),
            summary="Activation of the hidden layers.",
            default="relu",
            can_be_auto=True,
        ),
        Field(
            name="dropout",
            type=Number(bounds=Range(minimum=0, below=1), typical=0.1),
            summary="Share of the values to clear after each hidden layer while training.",
            default=0.0,
            can_be_auto=True,
            can_be_off=True,
            synonyms=("dropout_rate",),
        ),
        Field(
            name="batch_norm",
            type=Flag(),
            summary="Normalise each hidden layer over the batch, before its activation.",
            default=False,
            can_be_auto=True,
            can_be_off=True,
            synonyms=("batch_normalization",),
        ),
        Field(
            name="init",
            type=Component("initializer"),
            summary="How kernels start; follows the activation unless given.",
            default=AUTO,
            can_be_auto=True,
            synonyms=("initializer", "kernel_initializer"),
        ),
        Field(
            name="layers",
            type=ListOf(item=LAYER, min_length=1, max_length=MOST_LAYERS),
            summary="Every layer in order, with the output layer, whose units may be auto.",
            default=AUTO,
            can_be_auto=True,
        ),
        Field(
            name="keras",
            type=KerasModel(layer=LAYER, most=MOST_LAYERS),
            summary="A Keras model (Sequential or Functional) as its `to_json()` gives it, in place of `layers`.",
            default=AUTO,
            can_be_auto=True,
        ),
        Field(
            name="semantics",
            type=Whole(bounds=Range(minimum=FIRST, maximum=CURRENT), typical=CURRENT),
            summary="Version of what layers mean: 2 as Keras 3 (masks, frozen batch normalisation, attention's start); "
            "1 repeats what earlier versions trained. In a resolved spec only where it makes a difference.",
            default=AUTO,
            can_be_auto=True,
        ),
    ),
    refused={
        "units": "say the sizes of all hidden layers, as in `hidden: [64, 32]`.",
        "input_shape": "the number of inputs follows from the columns of the dataset.",
        "output_units": "the output layer follows from the target; write `layers` to say it yourself.",
    },
    exclusions=(
        Exclusion(
            field="keras",
            others=("layers", "hidden", "activation", "dropout", "batch_norm", "init"),
            why="a Keras model says the whole network",
        ),
        Exclusion(field="layers", others=("hidden",), why="both say the whole network"),
        Exclusion(
            field="layers",
            others=("activation", "dropout", "batch_norm", "init"),
            why="in `layers` each layer has its own; the short form goes with `hidden`",
        ),
    ),
    reinterpret=_list_of_sizes,
    finish=_as_layers,
)
