"""The augmentation of training images, settled, with a fault where rows are no images or the shift is too far."""

from typing import Any

from neural.data.augmentation import Augmentation
from neural.fields import parameters_of
from specs.resolving.network.shapes import shape_words
from specs.resolving.notes import Notes

PATH = ("training", "augmentation")


def settle_augmentation(notes: Notes, input_shape: tuple[int, ...]) -> dict[str, Any] | None:
    """Return every parameter of what was given; None where nothing is changed."""
    given = notes.given.find(*PATH)
    if notes.refused(*PATH):
        return None
    if not any(given.values()):
        notes.warn("spec.rewritten", "`augmentation` changes nothing; it was read as null, which is off.", PATH)
        return None
    if len(input_shape) != 3:
        notes.fault(
            "spec.conflict",
            f"`augmentation` changes images, but the network reads rows of the shape {shape_words(input_shape)}.",
            PATH,
            found=given,
            expected="rows of the shape [height, width, channels]",
            hint='Fold the columns into an image: "features": {"reshape": [height, width, channels]}.',
            patch={"training": {"augmentation": None}},
        )
    else:
        _check_shift(notes, given.get("shift", 0), input_shape)
    return {info.name: notes.take(*PATH, info.name, otherwise=info.default) for info in parameters_of(Augmentation)}


def _check_shift(notes: Notes, shift: int, input_shape: tuple[int, ...]) -> None:
    height, width, _ = input_shape
    most = min(height, width) - 1
    if shift > most:
        notes.fault(
            "spec.out_of_range",
            f"`shift` must be at most {most}, for the images are {height} by {width}; got {shift}.",
            (*PATH, "shift"),
            found=shift,
            expected=f"a whole number from 0 to {most}",
            suggestion=most,
        )
