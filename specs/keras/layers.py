"""One layer of a Keras model, translated into the grammar of the long form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from datasets.did_you_mean import closest
from neural import vocabulary
from specs.grammar.elsewhere import near
from specs.grammar.reading import Location
from specs.grammar.wording import described, shorten
from specs.keras.rectifiers import bounded, rectifier
from specs.keras.settings import (
    along,
    ask_for_statistics,
    check_neutral,
    class_of,
    mention_policy,
    mention_scaling,
    mention_seed,
    unsupported,
)
from specs.keras.tables import CODE, EARLIER, FUNCTIONS, IDLE, LAYERS, NEUTRAL_IN, NOT_NEAR, RENAMED, RENAMED_IN
from specs.pointers import Path

SIZES = frozenset(  # one number stands for all axes
    {"kernel_size", "strides", "dilation", "pool_size", "size", "padding", "cropping", "output_padding", "output_size"}
)
LISTS = frozenset({"mean", "variance"})  # where Keras writes one number as it is
AT_EVERY_STEP = frozenset({"dense", "activation", "dropout", "layer_normalization"})  # as TimeDistributed makes them be
DISTRIBUTED = frozenset(
    name
    for name, entry in vocabulary.LAYERS.items()
    if any(info.name == "time_distributed" for info in entry.parameters)
)
NESTED = frozenset({"activation", "function"})
ENDINGS: tuple[vocabulary.Kind, ...] = ("initializer", "regularizer", "constraint")  # of fields that hold components
AXIS_OF_LAYER = "keras_axis"  # beside a layer's parameters, until the shapes are known


@dataclass
class Translated:
    """A layer in the grammar's words, and where each was posted."""

    body: dict[str, Any] = field(default_factory=dict)
    posted_as: dict[Path, Path] = field(default_factory=dict)
    is_frozen: bool = False
    axis: int | None = None  # that the layer works along, counted with the batch; None: the last

    def put(self, at: Path, posted: Path, value: object) -> None:
        """Say a value, and where it was posted."""
        owner = self.body
        for token in at[:-1]:
            owner = owner.setdefault(str(token), {})
        owner[str(at[-1])] = value
        self.posted_as[at] = posted


def translate(layer: object, place: Location) -> Translated | None:
    """Translate a layer; None where something is wrong with it, and noted at `place` or below."""
    config = layer.get("config") if isinstance(layer, Mapping) else None
    if not isinstance(layer, Mapping) or not isinstance(config, Mapping) or class_of(layer) is None:
        place.fault(
            "spec.wrong_type",
            f"`{place.name}` must be a layer of a Keras model; got {described(layer)}.",
            found=layer,
            expected='{"class_name": "Dense", "config": {…}}',
        )
        return None
    before, name = len(place.diagnostics.faults), str(class_of(layer))
    found = Translated()
    if name == "Bidirectional":
        _bidirectional(layer, config, found, place)
    elif name == "TimeDistributed":
        _time_distributed(config, found, place)
    elif (kind := _kind(name, layer, place)) is not None:
        kind, config = bounded(kind, config)
        kind = rectifier(kind, config)
        found.put(("type",), ("class_name",), "activation" if name in FUNCTIONS else kind)
        _say_name(config, found, ("config", "name"))
        if name in FUNCTIONS:
            found.put(("function", "name"), ("class_name",), kind)
        _translate_config(kind, config, found, place, at=("function",) if name in FUNCTIONS else (), posted=("config",))
    return found if len(place.diagnostics.faults) == before else None


def _kind(name: str, layer: Mapping[str, Any], place: Location, known: Mapping[str, str] | None = None) -> str | None:
    """Look a class up in the table of those that are known here; nothing is ever imported."""
    classes = known if known is not None else {**LAYERS, **FUNCTIONS}
    kind = classes.get(name)
    module = layer.get("module")
    foreign = layer.get("registered_name") not in {None, name} or (
        isinstance(module, str) and module.partition(".")[0] not in {"keras", "builtins"}
    )
    if name in CODE or (foreign and kind is None):
        place.child("class_name").fault(
            "spec.import_forbidden",
            f"`{shorten(name)}` stands for code of its author's own, which is never run here.",
            found=name,
            allowed=tuple(classes),
            hint="Use layers that Keras itself has.",
        )
        return None
    table = vocabulary.LAYERS if known is None and name not in FUNCTIONS else None
    if kind is None or (table is not None and kind not in table):
        place.child("class_name").fault(
            "spec.unknown_choice",
            f"`{shorten(name)}` is not a layer that is known {'inside of this one' if name in LAYERS else 'here'}.",
            found=name,
            allowed=tuple(known or _read_here()),
            hint=NOT_NEAR.get(name),
            suggestion=_meant(name, known or _read_here()),
        )
        return None
    return kind


def _read_here() -> Mapping[str, str]:
    """Name the classes whose kind there is here."""
    return {**{name: kind for name, kind in LAYERS.items() if kind in vocabulary.LAYERS}, **FUNCTIONS}


def _meant(name: str, classes: Mapping[str, str]) -> str | None:
    """Return the class that was misspelt, or the one that means nearly the same as what only Keras has."""
    if name in LAYERS or name in NOT_NEAR:
        return None  # known, only not in this place
    if name in EARLIER:
        return EARLIER[name]
    is_elsewhere, kind = near("layer", name, classes.values())
    if is_elsewhere:
        return next((each for each, own in classes.items() if own == kind), None)
    return closest(name, classes)


def _bidirectional(layer: Mapping[str, Any], config: Mapping[str, Any], found: Translated, place: Location) -> None:
    """Read the layer inside; both directions must be alike, as Keras makes them."""
    inner = config.get("layer")
    known = {name: kind for name, kind in LAYERS.items() if kind in {"lstm", "gru", "simple_rnn"}}
    here = place.child("config").child("layer")
    if not isinstance(inner, Mapping) or not isinstance(inner.get("config"), Mapping):
        here.fault("spec.wrong_type", f"`{here.name}` must be a recurrent layer; got {described(inner)}.", found=inner)
        return
    kind = _kind(str(class_of(inner)), inner, here, known)
    if kind is None:
        return
    config_inside = {key: value for key, value in inner["config"].items() if key != "zero_output_for_mask"}
    found.put(("type",), ("config", "layer", "class_name"), kind)
    found.put(("bidirectional",), ("class_name",), value=True)
    _say_name(config, found, ("config", "name"))
    posted = ("config", "layer", "config")
    _translate_config(kind, config_inside, found, place, at=(), posted=posted)
    _note_frozen(config, found, place, ("config",))
    if config.get("merge_mode", "concat") is None:
        unsupported(place, ("config", "merge_mode"), "merge_mode", None, "concat, sum, ave or mul")
    else:
        found.put(("merge_mode",), ("config", "merge_mode"), config.get("merge_mode", "concat"))
    back = config.get("backward_layer")
    if isinstance(back, Mapping) and not _is_mirrored(inner["config"], back.get("config")):
        unsupported(place, ("config", "backward_layer"), "backward_layer", back, "a mirror of the forward layer")
    del layer


def _time_distributed(config: Mapping[str, Any], found: Translated, place: Location) -> None:
    """Read the layer inside, which does the same at every step, some without being told to."""
    inner, here = config.get("layer"), place.child("config").child("layer")
    if not isinstance(inner, Mapping) or not isinstance(inner.get("config"), Mapping):
        here.fault("spec.wrong_type", f"`{here.name}` must be a layer; got {described(inner)}.", found=inner)
        return
    known = {name: kind for name, kind in LAYERS.items() if kind in AT_EVERY_STEP or kind in DISTRIBUTED}
    kind = _kind(str(class_of(inner)), inner, here, known)
    if kind is None:
        return
    found.put(("type",), ("config", "layer", "class_name"), kind)
    if kind in DISTRIBUTED:
        found.put(("time_distributed",), ("class_name",), value=True)
    penalty = inner["config"].get("activity_regularizer")
    if penalty is not None:  # Keras itself drops it: a wrapper calls its layer without what surrounds a call
        posted = ("config", "layer", "config", "activity_regularizer")
        unsupported(place, posted, "activity_regularizer", penalty, "null inside of TimeDistributed")
    _say_name(config, found, ("config", "name"))
    _translate_config(kind, inner["config"], found, place, at=(), posted=("config", "layer", "config"))
    _note_frozen(config, found, place, ("config",))


def _is_mirrored(ahead: Mapping[str, Any], back: object) -> bool:
    apart = {"name", "go_backwards", "dtype"}
    return isinstance(back, Mapping) and all(back.get(key) == ahead[key] for key in ahead if key not in apart)


def _translate_config(
    kind: str, config: Mapping[str, Any], found: Translated, place: Location, *, at: Path, posted: Path
) -> None:
    if kind == "normalization" and (config.get("mean") is None or config.get("variance") is None):
        ask_for_statistics(config, place, posted)
        return
    entry = vocabulary.LAYERS.get(kind) if not at else vocabulary.ACTIVATIONS.get(kind)
    parameters = {info.name: info for info in entry.parameters} if entry else {}
    renamed = {**RENAMED, **RENAMED_IN.get(kind, {})}
    for key, value in config.items():
        here, name = (*posted, key), renamed.get(key, key)
        if name in parameters and key not in NEUTRAL_IN.get(kind, {}):
            if value is not None:
                _say(name, value, found, place, at=(*at, name), posted=here)
        elif key == "axis" and _is_one_axis(value):
            found.axis, found.posted_as[(AXIS_OF_LAYER,)] = value[0] if isinstance(value, list) else value, here
        elif key == "seed":
            mention_seed(value, place, here)
        elif key == "value_dim" and value in {None, config.get("key_dim")}:
            continue
        elif key not in IDLE:
            check_neutral(kind, key, value, place, here)
    _note_frozen(config, found, place, posted)
    mention_scaling(place, kind)
    mention_policy(config.get("dtype"), place, (*posted, "dtype"))


def _say(name: str, value: object, found: Translated, place: Location, *, at: Path, posted: Path) -> None:
    """Say a parameter; objects among them are activations, initializers, regularizers and constraints."""
    kind = next((each for each in ENDINGS if name.endswith(each)), "activation" if name in NESTED else None)
    if kind is not None:
        _component(kind, value, found, place, at=at, posted=posted)
    else:
        sizes = _sizes(value) if name in SIZES and isinstance(value, list) else value
        found.put(at, posted, [value] if name in LISTS and isinstance(value, int | float) else sizes)


def _sizes(value: list[Any]) -> object:
    """Write sizes as here: a pair for each axis in a row, and one number where all are the same."""
    sizes = [size for pair in value for size in pair] if all(isinstance(pair, list) for pair in value) else value
    is_one = bool(sizes) and all(type(size) is int and size == sizes[0] for size in sizes)
    return sizes[0] if is_one else sizes


def _component(
    kind: vocabulary.Kind, value: object, found: Translated, place: Location, *, at: Path, posted: Path
) -> None:
    if isinstance(value, str):
        found.put(at, posted, _snake(value))
        return
    name = class_of(value) if isinstance(value, Mapping) else None
    config = value.get("config") if isinstance(value, Mapping) else None
    if name is None or not isinstance(value, Mapping):
        found.put(at, posted, value)  # the grammar says what is wrong with it
        return
    if name in CODE:
        _kind(name, value, along(place, posted), {})
        return
    word, config = bounded(FUNCTIONS.get(name, _snake(name)), config if isinstance(config, Mapping) else {})
    word = rectifier(word, config)
    found.put((*at, "name"), (*posted, "class_name"), word)
    found.posted_as[at] = posted
    if _unknown(kind, word):
        return  # the grammar says so; what belongs to it is not looked at
    known = {info.name for info in vocabulary.find(kind, word).parameters}
    renamed = RENAMED_IN.get(word, {})
    for key, inner in config.items():
        option = renamed.get(key, key)
        if option in known and word != "relu":
            is_one = option == "axis" and isinstance(inner, int)
            found.put((*at, option), (*posted, "config", key), [inner] if is_one else inner)
        elif key == "seed":
            mention_seed(inner, place, (*posted, "config", key))
        elif key not in IDLE:
            check_neutral(word, key, inner, place, (*posted, "config", key))


def _unknown(kind: vocabulary.Kind, name: str) -> bool:
    return not any(name == entry.name or name in entry.aliases for entry in vocabulary.TABLES[kind].values())


def _note_frozen(config: Mapping[str, Any], found: Translated, place: Location, posted: Path) -> None:
    """Note that the weights of a layer stay as they are."""
    trainable = config.get("trainable", True)
    found.is_frozen |= trainable is False
    if not isinstance(trainable, bool):
        unsupported(place, (*posted, "trainable"), "trainable", trainable, "true or false")


def _is_one_axis(value: object) -> bool:
    """Tell whether a value counts one axis from the batch on: 2, or [2] as Keras 2 writes it."""
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    return type(one) is int and one > 0


def _say_name(config: Mapping[str, Any], found: Translated, posted: Path) -> None:
    if config.get("name") is not None:
        found.put(("name",), posted, config["name"])


def _snake(name: str) -> str:
    """Write GlorotUniform as glorot_uniform, as Keras does."""
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().removesuffix("_initializer")
