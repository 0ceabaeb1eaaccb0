"""How training images are changed anew in every epoch."""

from neural.augmentation import Augmentation
from specs.grammar.components import fields_of
from specs.grammar.objects import Object

AUGMENTATION = Object(title="augmentation", fields=fields_of(Augmentation))
