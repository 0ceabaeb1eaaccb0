"""The section `training.augmentation`: the fields of the neural augmentation, and answers to rotation and zoom."""

from neural.data.augmentation import Augmentation
from specs.grammar.components import fields_of
from specs.grammar.objects import Object

_TURNED = "images are moved and mirrored, never turned; there are `shift` and the flips."

AUGMENTATION = Object(
    title="augmentation",
    fields=fields_of(Augmentation),
    refused={"rotation": _TURNED, "zoom": "write it as `crop`: the share of height and width that is cut off at most."},
)
