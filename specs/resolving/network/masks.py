"""The mask at the end of a network whose outputs are put in a row: refused, since columns count at every step."""

from collections.abc import Sequence

from neural.layers.shared.time_distributed import distributed
from neural.network.network import connect
from neural.vocabulary import layer_of
from specs.pointers import at, patch_at, path_in
from specs.resolving.notes import Notes
from specs.values import Layer

FLATTEN = {"type": "flatten"}


def check_masked_end(notes: Notes, layers: Sequence[Layer]) -> bool:
    """Tell whether no mask is left at the end, or note that Keras would learn from the steps that count alone."""
    made = tuple(distributed(layer_of(layer.to_json())) for layer in layers)
    inputs = {layer.name: layer.inputs for layer in layers if layer.inputs is not None}
    masked = [False]
    for layer, sources in zip(made, connect(made, inputs), strict=True):
        masked.append(layer.gives_mask(tuple(masked[source] for source in sources)))
    if not masked[-1]:
        return True
    where = path_in(notes.given.posted, notes.given.origin("/network/layers"))
    written = at(notes.given.posted, where)
    notes.fault(
        "spec.not_supported_yet",
        f"`{layers[-1].name}`, the end of the network, still has a mask; a target of several columns counts at every "
        "step, also where the text or series has ended.",
        ("network", "layers", len(layers) - 1),
        found=layers[-1].type,
        expected="an end without a mask",
        hint="A `flatten` at the end (`Flatten()` in Keras) ends the mask: then padded steps are learned, too. "
        "Without the mask (`mask_zero` false) the layers before read padded steps as well.",
        patch=patch_at(notes.given.posted, where, [*written, FLATTEN]) if isinstance(written, list) else None,
    )
    return False
