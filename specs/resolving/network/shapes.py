"""Layer by layer: the shape that each gets, and whether it can work with that."""

from collections.abc import Sequence
from math import prod

from neural.errors import ParameterOutOfRange, ShapeError
from neural.layers import LAYERS
from neural.network.network import PlacedLayer
from neural.vocabulary import layer_of
from specs.grammar.wording import counted
from specs.keras.layers import AXIS_OF_LAYER
from specs.pointers import at, patch_at, path_in
from specs.resolving.answers.output import Output, check_units, no_output
from specs.resolving.answers.target import Goal
from specs.resolving.network.connections import connections
from specs.resolving.notes import Notes
from specs.values import Layer

Shape = tuple[int, ...]
LARGEST = 2**53  # values of one row


def check_shapes(
    notes: Notes, layers: Sequence[Layer], input_shape: Shape, axes: Sequence[int | None] = ()
) -> Shape | None:
    """Return the shape that the last layer gives, or note the first layer that cannot work with what it gets.

    Later layers are not looked at: what they get follows from the first one that is wrong. `axes` are those that layers
    of a Keras model work along, which has to be the last one.
    """
    sources = connections(notes, layers)
    if sources is None:
        return None
    shapes = [input_shape]
    for index, layer in enumerate(layers):
        if not _fits_axis(notes, index, layer, axes[index] if axes else None, shapes[sources[index][0]]):
            return None
        shape = _output_shape(notes, index, layer, [shapes[source] for source in sources[index]])
        if shape is None:
            return None
        shapes.append(shape)
    return shapes[-1]


def _fits_axis(notes: Notes, index: int, layer: Layer, axis: int | None, shape: Shape) -> bool:
    """Tell whether a layer works along the last axis; along another one, only between two changes of the axes."""
    last = len(shape)
    if axis is None or axis == last:
        return True
    order = [last if place == axis else axis if place == last else place for place in range(1, last + 1)]
    kind = layer.activation.name if layer.type == "activation" and layer.activation is not None else layer.type
    notes.fault(
        "spec.not_supported_yet",
        f"`{layer.name}` works along axis {axis}; `{kind}` does along the last one, {last}.",
        ("network", "layers", index, AXIS_OF_LAYER),
        found=axis,
        expected=str(last),
        hint=f"Along the last axis it would be another network: put `Permute({tuple(order)})` before all that it reads "
        "and once more behind it, and let it work along -1."
        if axis < last
        else None,
        suggestion=None if axis < last else last,
    )
    return False


def shape_words(shape: object) -> str:
    """Write a shape: `[28, 28, 1]`."""
    if isinstance(shape, tuple) and shape and isinstance(shape[0], tuple):
        return " and ".join(map(shape_words, shape))
    return str(list(shape)) if isinstance(shape, tuple) else str(shape)


def _output_shape(notes: Notes, index: int, layer: Layer, inputs: Sequence[Shape]) -> Shape | None:
    path = ("network", "layers", index)
    try:
        shape = PlacedLayer.of(layer_of(layer.to_json()), *inputs).output_shape
    except ParameterOutOfRange as error:
        notes.fault(
            "spec.out_of_range",
            f"`layers[{index}].{error.parameter}` must be {error.expected}; got {shape_words(error.value)}.",
            (*path, *error.parameter.split(".")),
            found=error.value,
            expected=error.expected,
        )
    except ShapeError as error:
        _misfit(notes, index, layer, got=inputs[0] if len(inputs) == 1 else tuple(inputs), needed=error.needed)
    else:
        if prod(shape) <= LARGEST:
            return shape
        notes.fault(
            "spec.too_big",
            f"`{layer.name}` would give {counted(prod(shape))} values for each row.",
            path,
            found=layer.type,
            hint="Use smaller layers.",
        )
    return None


def _misfit(notes: Notes, index: int, layer: Layer, *, got: object, needed: object) -> None:
    notes.fault(
        "spec.shape_mismatch",
        f"`{layer.name}` gets the shape {shape_words(got)}, but `{layer.type}` needs {shape_words(needed)}.",
        ("network", "layers", index),
        found=layer.type,
        expected=shape_words(needed),
        hint=_advice(got, str(shape_words(needed)), layer),
    )


def _advice(got: object, needed: str, layer: Layer) -> str:
    if isinstance(got, tuple) and len(got) == 1 and ("height" in needed or "image" in needed):
        side = round(got[0] ** 0.5)
        shape = [side, side, 1] if side * side == got[0] else ["height", "width", "channels"]
        written = str(shape).replace("'", "")
        return f'Give the features a shape: "features": {{"reshape": {written}}}, whose product is {got[0]}.'
    if isinstance(got, tuple) and len(got) == 1 and "time" in needed:
        return f'Give the features a shape: "features": {{"reshape": [{got[0]}, 1]}}, [time, features].'
    return f"Change `{layer.name}`, or the layer that it reads."


def check_end(
    notes: Notes, goal: Goal, layers: Sequence[Layer], output: Output, shape: Shape, *, is_first: bool
) -> bool:
    """Tell whether the outputs have still to be put in a row; note a fault where they are not those of the target.

    An image or a sequence has as many values as the target has columns. Shares of classes must be one group.
    """
    if shape == goal.output_shape:
        return False
    is_row = len(shape) > len(goal.output_shape) == 1 and prod(shape) == goal.outputs
    if is_row and not is_first and (goal.task != "multiclass" or shape[-1] == goal.outputs):
        return True
    if len(shape) == 1 and not check_units(notes, goal, layers, output):
        return False
    if layers[-1].type == "activation":
        no_output(notes, goal, layers)
        return False
    last = len(layers) - 1
    where = path_in(notes.given.posted, notes.given.origin("/network/layers"))
    written = at(notes.given.posted, where)
    is_too_deep = len(shape) > len(goal.output_shape) == 1
    ends_flat = "flatten" in LAYERS and is_too_deep and isinstance(written, list)
    end = 1 if layers[last].type == "dense" else 2
    complete = [*written[:-end], {"type": "flatten"}, *written[-end:]] if ends_flat and isinstance(written, list) else 0
    notes.fault(
        "spec.shape_mismatch",
        f"The network gives the shape {shape_words(shape)} for each row, but {goal.label} needs "
        f"{shape_words(goal.output_shape)}.",
        ("network", "layers", last),
        found=layers[last].type,
        expected=f"an output of the shape {shape_words(goal.output_shape)}",
        hint='Put {"type": "flatten"} or a global pooling before the output layer.' if is_too_deep else None,
        patch=patch_at(notes.given.posted, where, complete) if complete else None,
    )
    return False
