"""The version of what layers mean: written into a spec where it matters, told of specs that are older than it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from neural.layers import Layer
from neural.layers.shared.mask_use import CURRENT, FIRST
from neural.vocabulary import layer_of
from specs.blueprint import Blueprint
from specs.grammar.reading import ABSENT
from specs.resolved import Provenance
from specs.resolving.notes import Notes

PATH = ("network", "semantics")
POINTER = "/" + "/".join(PATH)
WHY = "masks, frozen batch normalisation, first weights of attention and ends that only move values as Keras has them"
EARLIER = Provenance("default", "it was resolved before there was a second version; post it with this to repeat it")


def settle_semantics(notes: Notes, blueprint: Blueprint) -> Blueprint:
    """Say by which version the network is trained, if it was asked for or makes a difference."""
    spec, network = blueprint.spec, blueprint.network
    if notes.given.find(*PATH) is ABSENT and not _matters(network.layers, spec.training.frozen):
        return blueprint
    semantics = notes.take(*PATH, otherwise=CURRENT)
    notes.note(PATH, notes.provenance[POINTER].source, WHY)
    return replace(
        blueprint,
        spec=replace(spec, network=replace(spec.network, semantics=semantics)),
        network=replace(network, semantics=semantics),
    )


def with_semantics(
    resolved: Mapping[str, Any], provenance: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Show the first version in a stored spec that does not say one, where it makes a difference."""
    network = resolved.get("network", {})
    if "semantics" in network or not _matters(map(layer_of, network.get("layers", ())), frozen_in(resolved)):
        return resolved, provenance
    told = {**resolved, "network": {**network, "semantics": FIRST}}
    return told, {**provenance, POINTER: EARLIER.to_json()}


def frozen_in(resolved: Mapping[str, Any]) -> Collection[str]:
    """Name the frozen layers of a stored spec; older ones have no such field."""
    names: Collection[str] = resolved.get("training", {}).get("frozen", ())
    return names


def _matters(layers: Iterable[Layer], frozen: Collection[str]) -> bool:
    known = [*layers]
    return known[-1:] != [] and (
        known[-1].inner.only_moves or any(layer.depends_on_semantics(is_frozen=layer.name in frozen) for layer in known)
    )
