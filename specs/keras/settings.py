"""Settings of Keras' layers that have to be as Keras itself leaves them, or that are read over and told."""

from collections.abc import Mapping
from typing import Any

from specs.grammar.reading import Location
from specs.grammar.wording import shorten, written
from specs.keras.tables import INSTEAD, NEUTRAL, NEUTRAL_IN
from specs.pointers import Path, at, patch_at


def class_of(model: Mapping[str, Any]) -> str | None:
    """Return the name of the class that an object says it is of."""
    name = model.get("class_name")
    return name if isinstance(name, str) else None


def mention_seed(seed: object, place: Location, posted: Path) -> None:
    """Tell that draws come from one seed; Keras writes generators of seeds as objects."""
    value = seed.get("config", {}).get("seed") if isinstance(seed, Mapping) else seed
    if value is not None:
        message = "A seed of its own was read over: all random draws come from `training.seed`."
        along(place, posted).warn(message)


def mention_policy(policy: object, place: Location, posted: Path) -> None:
    """Tell that a policy of types, such as mixed_float16, is not followed."""
    config = policy.get("config") if isinstance(policy, Mapping) else None
    name = config.get("name") if isinstance(config, Mapping) else policy
    if not isinstance(name, str) or name in {"float32", "float64"}:
        return
    message = f"The policy `{shorten(name)}` was read over: numbers are of the type that `training.dtype` says."
    if all(warning.message != message for warning in place.diagnostics.warnings):  # every layer repeats it
        along(place, posted).warn(message)


def check_neutral(kind: str, key: str, value: object, place: Location, posted: Path) -> None:
    """Note a value that would change the network in a way that is not supported."""
    word = "regularizer" if key.endswith("regularizer") else "constraint" if key.endswith("constraint") else key
    allowed: tuple[Any, ...] = NEUTRAL_IN.get(kind, {}).get(key, NEUTRAL.get(key, (None,)))
    shown = class_of(value) if isinstance(value, Mapping) else value
    if any(shown == each and isinstance(shown, bool) == isinstance(each, bool) for each in allowed):
        return
    unsupported(place, posted, key, value, f"{written(allowed[0])}", INSTEAD.get(word))


def unsupported(place: Location, posted: Path, key: str, value: object, expected: str, hint: str | None = None) -> None:
    """Note that a setting can only be as Keras leaves it."""
    along(place, posted).fault(
        "spec.not_supported_yet",
        f"`{shorten(key)}` of a Keras layer can only be {expected} yet.",
        found=value,
        expected=expected,
        hint=hint,
    )


def mention_scaling(place: Location, kind: str) -> None:
    """Tell that features are scaled before a layer that does so itself."""
    body = place.diagnostics.body
    features = body.get("features") if isinstance(body, Mapping) else None
    if kind in {"rescaling", "normalization"} and not (
        isinstance(features, Mapping) and features.get("scaling") == "none"
    ):
        message = f'`{kind}` gets what `features.scaling` scaled; say "none" there for the numbers as they are.'
        place.warn(message)


def along(place: Location, posted: Path) -> Location:
    """Step along a path in a layer."""
    for token in posted:
        place = place.child(token)
    return place


def ask_for_statistics(config: Mapping[str, Any], place: Location, posted: Path) -> None:
    """Tell that what `adapt` measured is among a model's weights, not in its JSON."""
    key = "mean" if config.get("mean") is None else "variance"
    along(place, (*posted, key)).fault(
        "spec.not_supported_yet",
        f"`{key}` must be given: what `adapt` measured does not stand in a model's JSON.",
        found=None,
        expected="a number, or one for each feature",
        hint="Write it into the model, or leave the layer out: `features.scaling` measures what goes in.",
        patch=_without(place),
    )


def _without(place: Location) -> dict[str, Any] | None:
    """Return the patch that leaves a layer out; None where it is the only one, or the model is a text."""
    layers = at(place.diagnostics.body, place.path[:-1])
    if not isinstance(layers, list) or len(layers) < 2:
        return None
    left = [layer for index, layer in enumerate(layers) if index != place.path[-1]]
    return patch_at(place.diagnostics.body, place.path[:-1], left)
