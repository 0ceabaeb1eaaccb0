"""Calls of a model as layers of the long form: with names that are each once there, and with what they read."""

from collections.abc import Sequence

from specs.grammar.reading import Location
from specs.grammar.wording import shorten
from specs.keras.graph import INPUT, Call
from specs.keras.layers import Translated, translate
from specs.keras.settings import class_of
from specs.keras.tables import AT_RANDOM

LONGEST = 64  # letters of a name


def names_of(calls: Sequence[Call]) -> list[str | None]:
    """Give every call a name of its own; None where it has none, and nobody but the next one reads it."""
    read = {number for index, call in enumerate(calls) for number in call.reads if number != index - 1}
    taken: set[str] = set()
    names: list[str | None] = []
    own = {call.name for call in calls}
    for index, call in enumerate(calls):
        name = call.name
        if name is None and index in read:
            name = f"layer_{index}"
        if name is not None and name in taken:
            name = next(
                f"{name[: LONGEST - 5]}_{number}"
                for number in range(2, 10_000)
                if f"{name[: LONGEST - 5]}_{number}" not in taken | own
            )
        taken |= {name} if name is not None else set()
        names.append(name)
    return names


def translate_call(call: Call, place: Location) -> Translated | None:
    """Translate the layer of a call and how it is called; None where something is wrong, and noted."""
    if call.body is not None:
        found = Translated()
        for key, value in call.body.items():
            found.put((key,), (), value)
        return found
    one = translate(call.layer, place)
    if one is None:
        return None
    one.is_frozen |= call.is_frozen
    for key, value in call.node.options.items():
        if key == "use_causal_mask" and one.body.get("type") == "multi_head_attention":
            one.put(("causal",), ("inbound_nodes",), value)
        elif key == "training" and value is True and _differs_while_training(one):
            name = shorten(str(call.name))
            place.child("inbound_nodes").fault(
                "spec.not_supported_yet",
                f"`{name}` is called with `training=True`, so that it would act in predictions, too.",
                found=value,
                expected="a call without `training`",
            )
            return None
    return one


def _differs_while_training(one: Translated) -> bool:
    return one.body.get("type") in AT_RANDOM or any(one.body.get(rate) for rate in ("dropout", "recurrent_dropout"))


def connect(one: Translated, call: Call, index: int, names: Sequence[str | None]) -> None:
    """Say a layer's name and, where it is not the one before, what it reads."""
    name = names[index]
    if name is not None and one.body.get("name") != name:
        one.put(("name",), one.posted_as.get(("name",), ("config", "name")) if call.body is None else (), name)
    reads = call.reads
    if class_of(call.layer if isinstance(call.layer, dict) else {}) == "MultiHeadAttention":
        reads = tuple(dict.fromkeys(reads))  # key and value are one, and mostly the query is as well
    if reads != (index - 1,):
        given = ["input" if read == INPUT else str(names[read]) for read in reads]
        one.put(("inputs",), ("inbound_nodes",) if call.body is None else (), given)
